// An address on 127.0.0.1 that can be shut and opened again, in front of a server: shut, nobody listens there and
// what was connected is cut. It passes bytes on and knows nothing of them.
import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"

export type Door = {
  readonly origin: string
  /** As a user enters it. */
  readonly baseUrl: string
  open(): Promise<void>
  shut(): Promise<void>
}

/** Open at first; `origin` is the server's behind it. */
export async function doorTo(origin: string): Promise<Door> {
  const behind = Number(new URL(origin).port)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  async function open(): Promise<void> {
    if (server !== undefined) return
    server = createServer(outer => join(outer, connect(behind, "127.0.0.1")))
    server.listen(port, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    if (address !== null && typeof address === "object") port = address.port
  }

  function join(outer: Socket, inner: Socket): void {
    for (const [one, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  }

  await open()
  const own = `http://127.0.0.1:${port}`
  return {
    origin: own,
    baseUrl: `${own}/v1`,
    open,
    async shut() {
      const shutting = server
      server = undefined
      if (shutting === undefined) return
      shutting.close()
      for (const socket of sockets) socket.destroy()
      await once(shutting, "close")
    },
  }
}
