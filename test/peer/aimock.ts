// aimock in a test: a mock of OpenAI's and OpenRouter's APIs that others wrote, as a process of its own, with the
// answers it is given as a file. `sent` is what its journal says it received.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { installAimock } from "../../scripts/peer/installAimock.ts"
import { freePort } from "./freePort.ts"

export type Aimock = {
  /** "http://127.0.0.1:…": OpenAI's API is under /v1, OpenRouter's under /api/v1. */
  readonly root: string
  /** Bodies of the requests so far, oldest first. */
  readonly sent: () => Promise<readonly unknown[]>
  readonly stop: () => Promise<void>
}

const program = await installAimock()

/** `fixtures`: aimock's own form, `{match, response}`. */
export async function startAimock(
  fixtures: readonly object[],
  args: readonly string[] = [],
): Promise<Aimock> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-aimock-"))
  writeFileSync(path.join(folder, "fixtures.json"), JSON.stringify({ fixtures }))
  const port = await freePort()
  const own = ["--host", "127.0.0.1", "--port", String(port), "--fixtures", folder, "--log-level", "warn"]
  const child = spawn(process.execPath, [program, ...own, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString()
    })
  const ended = new Promise(resolve => child.once("close", resolve))
  const root = `http://127.0.0.1:${port}`
  while (!(await answers(root))) {
    if (child.exitCode !== null) throw new Error(`aimock ended.\n${log}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    root,
    async sent() {
      const journal: unknown = await (await fetch(`${root}/__aimock/journal`)).json()
      return Array.isArray(journal) ? journal.map((entry: { readonly body?: unknown }) => entry.body) : []
    },
    async stop() {
      child.kill("SIGKILL")
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

async function answers(root: string): Promise<boolean> {
  return fetch(`${root}/v1/models`).then(
    answer => answer.ok,
    () => false,
  )
}
