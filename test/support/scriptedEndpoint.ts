// A real HTTP server on 127.0.0.1 that answers by a script: a reply is data (status, headers, a program of bytes),
// so every fault of a network or a server can be written down. It knows Chat Completions' path, not its meaning.
import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import type { AddressInfo, Socket } from "node:net"

export type ScriptedRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Parsed JSON, or the text. */
  readonly body: unknown
  /** 0 for the first request. */
  readonly index: number
}

export type ReplyStep =
  | string
  | Uint8Array
  /** Goes on when the promise settles. */
  | { readonly until: Promise<unknown> }
  /** TCP reset, now. */
  | { readonly reset: true }
  /** Nothing more, and the connection stays open. */
  | { readonly hang: true }

export type Reply = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: readonly ReplyStep[]
  /** Follows the body, and may be endless: it is only gone through while somebody listens. */
  readonly more?: Iterable<ReplyStep>
}

export type ScriptedEndpoint = {
  readonly origin: string
  /** What a user enters: the origin and "/v1". */
  readonly baseUrl: string
  readonly requests: readonly ScriptedRequest[]
  /** Resolves when request `index` has arrived. */
  arrived(index: number): Promise<ScriptedRequest>
  /** Resolves when the client has closed the connection of request `index`. */
  hungUp(index: number): Promise<void>
  /** Connections that are open now. */
  readonly connections: number
  stop(): Promise<void>
}

export type Script = (request: ScriptedRequest) => Reply | Promise<Reply>

/** An endpoint that stops with the test. */
export async function scriptedEndpoint(
  t: { after(work: () => Promise<void>): void },
  script: Script,
  tls?: Tls,
): Promise<ScriptedEndpoint> {
  const endpoint = await startScriptedEndpoint(script, tls)
  t.after(endpoint.stop)
  return endpoint
}

/** Key and certificate, for https. */
export type Tls = { readonly key: string; readonly cert: string }

export async function startScriptedEndpoint(script: Script, tls?: Tls): Promise<ScriptedEndpoint> {
  const requests: ScriptedRequest[] = []
  const arrivals = slots<ScriptedRequest>()
  const hangUps = slots<void>()
  const sockets = new Set<Socket>()
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await readRequest(incoming, requests.length)
    requests.push(request)
    response.once("close", () => hangUps.fill(request.index, undefined))
    arrivals.fill(request.index, request)
    await play(await script(request), response)
  }
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    answer(incoming, response).catch(() => response.destroy())
  }
  const server: Server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const origin = `${tls === undefined ? "http" : "https"}://127.0.0.1:${portOf(server)}`
  return {
    origin,
    baseUrl: `${origin}/v1`,
    requests,
    arrived: arrivals.wait,
    hungUp: hangUps.wait,
    get connections() {
      return sockets.size
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, "close")
    },
  }
}

/** An event stream of these chunks, ended by `[DONE]`. */
export function eventReply(...chunks: readonly object[]): Reply {
  return streamReply([...chunks.map(event), "data: [DONE]\n\n"])
}

/** An event stream of raw bytes. */
export function streamReply(body: readonly ReplyStep[], more: Iterable<ReplyStep> = []): Reply {
  return { headers: { "content-type": "text/event-stream" }, body, more }
}

export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: [JSON.stringify(body)] }
}

/** One server-sent event. */
export function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** A chunk with this delta. */
export function delta(fields: object): object {
  return { choices: [{ index: 0, delta: fields, finish_reason: null }] }
}

/** The chunk that says how the answer ended. */
export function finished(reason = "stop"): object {
  return { choices: [{ index: 0, delta: {}, finish_reason: reason }] }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return address !== null && typeof address === "object" ? address.port : 0
}

async function readRequest(incoming: IncomingMessage, index: number): Promise<ScriptedRequest> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part)
  const text = Buffer.concat(parts).toString("utf8")
  const { method = "", url: path = "", headers } = incoming
  return { method, path, headers, body: parsed(text), index }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function play(reply: Reply, response: ServerResponse): Promise<void> {
  response.writeHead(reply.status ?? 200, reply.headers)
  response.flushHeaders()
  for (const step of steps(reply)) {
    if (response.destroyed) return
    if (typeof step === "string" || step instanceof Uint8Array) await written(response, step)
    else if ("until" in step) await step.until
    else if ("reset" in step) return void response.socket?.resetAndDestroy()
    else return
  }
  response.end()
}

function* steps({ body, more = [] }: Reply): Generator<ReplyStep> {
  yield* body
  yield* more
}

/** Resolves when the bytes left this process, so that the next step comes after them. */
function written(response: ServerResponse, bytes: string | Uint8Array): Promise<void> {
  return new Promise(resolve => response.write(bytes, () => resolve()))
}

/** Promises by number, whoever comes first: the one who waits or the one who fills. */
function slots<T>() {
  const resolvers = new Map<number, PromiseWithResolvers<T>>()
  const slot = (index: number): PromiseWithResolvers<T> => {
    const found = resolvers.get(index) ?? Promise.withResolvers<T>()
    resolvers.set(index, found)
    return found
  }
  return {
    wait: (index: number): Promise<T> => slot(index).promise,
    fill: (index: number, value: T): void => slot(index).resolve(value),
  }
}
