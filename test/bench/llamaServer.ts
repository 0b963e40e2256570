// A llama-server that somebody named by its path, asked the same prompts as our runtime, with its own cache on. Nothing
// is installed for it, and it listens on 127.0.0.1 only.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import * as v from "valibot"
import { type Evaluated, editedPrompt } from "./editedPrompt.ts"

/** Tokens that it evaluated for this prompt. */
const answer = v.object({ timings: v.object({ prompt_n: v.number() }) })

const startsWithinMs = 300_000

/** Throws when it ends or doesn't come up. */
export async function llamaServerEdits(
  program: string,
  modelPath: string,
  threads: number,
  promptTokens: number,
): Promise<readonly Evaluated[]> {
  const port = await freePort()
  const options = ["--ctx-size", "4096", "--threads", `${threads}`, "--parallel", "1", "--swa-full"]
  const server = spawn(
    program,
    ["--model", modelPath, "--host", "127.0.0.1", "--port", `${port}`, ...options],
    {
      stdio: "ignore",
    },
  )
  try {
    await isUp(`http://127.0.0.1:${port}/health`, () => server.exitCode !== null)
    return await editedPrompt(async prompt => {
      const startedAt = performance.now()
      const response = await fetch(`http://127.0.0.1:${port}/completion`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt, n_predict: 1, cache_prompt: true, temperature: 0 }),
      })
      const { timings } = v.parse(answer, await response.json())
      return { evaluated: timings.prompt_n, firstTokenMs: performance.now() - startedAt }
    }, promptTokens)
  } finally {
    if (server.exitCode === null) {
      server.kill()
      await once(server, "exit")
    }
  }
}

async function isUp(url: string, isOver: () => boolean): Promise<void> {
  const end = Date.now() + startsWithinMs
  while (Date.now() < end) {
    if (isOver()) break
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error("llama-server doesn't come up.")
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}
