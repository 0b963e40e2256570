// How much memory a process holds, where the system says so in a file. ripgrep keeps a whole line in memory, and
// a line can be as long as a disk.
import { readFile } from "node:fs/promises"

/** Bytes resident; undefined where unknown (not Linux, or the process is gone). */
export async function processMemory(pid: number): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8")
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
