// Which windows have a model file in memory, so that a second copy of ten gigabytes doesn't come as a surprise: one
// empty file per window and model in a folder that all windows share. A window that died leaves a file that counts for
// nothing. Where the folder can't be written, nobody is known.
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"

export interface ModelUsers {
  /** This window's process `pid` has the model, or is about to load it. */
  enter(modelPath: string, pid: number): void
  leave(modelPath: string, pid: number): void
  /** How many other windows have it. */
  others(modelPath: string): number
}

/** `own`: this window's process id. */
export function modelUsers(folder: string, own: number = process.pid): ModelUsers {
  const fileOf = (modelPath: string, pid: number) =>
    path.join(folder, [nameOf(modelPath), own, pid].join("."))
  return {
    enter: (modelPath, pid) =>
      quietly(() => {
        mkdirSync(folder, { recursive: true })
        writeFileSync(fileOf(modelPath, pid), "")
      }),
    leave: (modelPath, pid) => quietly(() => rmSync(fileOf(modelPath, pid), { force: true })),
    others(modelPath) {
      const hosts = new Set<string>()
      quietly(() => {
        for (const name of readdirSync(folder)) {
          const [model, host = "", child = ""] = name.split(".")
          if (![host, child].every(pid => isRunning(Number(pid))))
            rmSync(path.join(folder, name), { force: true })
          else if (model === nameOf(modelPath) && Number(host) !== own) hosts.add(host)
        }
      })
      return hosts.size
    },
  }
}

function nameOf(modelPath: string): string {
  return createHash("sha256").update(modelPath).digest("hex").slice(0, 16)
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is one too.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // A notice less; nothing depends on it.
  }
}
