// llama-server with the demo model in a test: started on a free loopback port, asked, ended. Its chat template is
// gpt-oss's own, so what it renders and reads is what it does for gpt-oss.
import { spawn } from "node:child_process"
import { buildPeer } from "../../scripts/peer/buildPeer.ts"
import { demoModelPath } from "../support/runtimeTest.ts"
import { freePort } from "./freePort.ts"

export type LlamaServer = {
  /** Base URL of its OpenAI-compatible part. */
  readonly baseUrl: string
  readonly root: string
  /** What it wrote to its log so far. */
  readonly log: () => string
  /** One of its own GET answers, as JSON. */
  readonly get: (path: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

type ServerOptions = {
  /** Further arguments of llama-server. */
  readonly args?: readonly string[]
  /** Default: true; false returns while it still loads. */
  readonly waits?: boolean
}

const peer = await buildPeer()

/** One slot, one thread, a context of 2,048 tokens. */
export async function startLlamaServer({
  args = [],
  waits = true,
}: ServerOptions = {}): Promise<LlamaServer> {
  const port = await freePort()
  const root = `http://127.0.0.1:${port}`
  const own = ["--host", "127.0.0.1", "--port", String(port), "-m", demoModelPath, "--alias", "demo"]
  const size = ["-c", "2048", "-np", "1", "-t", "1", "-tb", "1", "--threads-http", "2", "-ngl", "0"]
  const form = ["--jinja", "--chat-template-file", peer.chatTemplate, "--no-warmup", "--offline"]
  const child = spawn(peer.server, [...own, ...size, ...form, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString()
    })
  const ended = new Promise(resolve => child.once("close", resolve))
  const server: LlamaServer = {
    baseUrl: `${root}/v1`,
    root,
    log: () => log,
    get: async path => (await fetch(`${root}${path}`)).json(),
    async stop() {
      child.kill("SIGKILL")
      await ended
    },
  }
  while (waits && !(await isHealthy(root))) {
    if (child.exitCode !== null) throw new Error(`llama-server ended.\n${log.slice(-4000)}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return server
}

async function isHealthy(root: string): Promise<boolean> {
  try {
    return (await fetch(`${root}/health`)).ok
  } catch {
    return false
  }
}
