// One run of ripgrep: no shell, no config, a small environment, a clock, and killed as soon as nobody needs more.
// Doesn't know what is searched for.
import { spawn } from "node:child_process"
import { processMemory } from "./processMemory.ts"
import { type RipgrepMatch, ripgrepOutput } from "./ripgrepOutput.ts"

export type RipgrepRun = {
  readonly binary: string
  readonly args: readonly string[]
  /** The folder to search. */
  readonly folder: string
  readonly milliseconds: number
  /** Takes a match; false: no more is needed. */
  readonly onMatch: (match: RipgrepMatch) => boolean
}

export type RipgrepEnd =
  | { readonly kind: "done" | "enough" | "timedOut" | "tooMuchMemory" | "notStarted" }
  | { readonly kind: "failed"; readonly said: string }

/** Resolves when the process is gone; rejects with the signal's reason, then too only when it is gone. */
export function runRipgrep(run: RipgrepRun, signal: AbortSignal): Promise<RipgrepEnd> {
  signal.throwIfAborted()
  const child = spawn(run.binary, [...run.args, "--", "./"], {
    cwd: run.folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  })
  let cutShort: RipgrepEnd | undefined
  let said = ""

  function stop(end: RipgrepEnd | undefined): void {
    cutShort ??= end
    child.kill("SIGKILL")
    child.stdout.destroy()
    child.stderr.destroy()
  }

  return new Promise((resolve, reject) => {
    const clock = setTimeout(() => stop({ kind: "timedOut" }), run.milliseconds)
    const watch = setInterval(async () => {
      const memory = child.pid === undefined ? undefined : await processMemory(child.pid)
      if (memory !== undefined && memory > memoryLimit) stop({ kind: "tooMuchMemory" })
    }, watchInterval)
    const abort = () => stop(undefined)
    signal.addEventListener("abort", abort, { once: true })
    const read = ripgrepOutput()
    child.stdout.on("data", (bytes: Buffer) => {
      for (const match of cutShort ? [] : read(bytes)) {
        if (!run.onMatch(match)) return stop({ kind: "enough" })
      }
    })
    child.stderr.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString("utf8")).slice(0, 600)
    })
    child.on("error", () => {
      cutShort ??= { kind: "notStarted" }
      if (child.pid === undefined) ended(null)
    })
    child.on("close", ended)

    function ended(code: number | null): void {
      clearTimeout(clock)
      clearInterval(watch)
      signal.removeEventListener("abort", abort)
      if (signal.aborted) reject(signal.reason)
      else if (cutShort) resolve(cutShort)
      // 1 is "no match"; 2 with nothing said is "some files could not be read".
      else if (code === 0 || code === 1 || (code === 2 && said === "")) resolve({ kind: "done" })
      else resolve({ kind: "failed", said: said.trim() })
    }
  })
}

/** Bytes; 20 times what a usual search takes. */
const memoryLimit = 256 * 1024 * 1024
const watchInterval = 200

/** What ripgrep needs to find the user's global ignore file and to start on Windows; nothing else of ours. */
function environment(): NodeJS.ProcessEnv {
  const names = ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SystemRoot", "TMP", "TEMP"]
  return Object.fromEntries(names.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : [])))
}
