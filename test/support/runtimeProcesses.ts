// Finds Osprey's model processes below a VS Code server, and slows one down, so that a test can act in the middle of
// an answer that would be over in a blink. Works on Linux and macOS.
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import path from "node:path"

type Process = { readonly pid: number; readonly parent: number; readonly command: string }

/** Ids of the running model processes that descend from `ancestor`. */
export function runtimeProcesses(ancestor: number): readonly number[] {
  const all = process.platform === "linux" ? fromProc() : fromPs()
  const family = new Set([ancestor])
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  }
  return all
    .filter(({ pid, command }) => family.has(pid) && /dist[/\\]runtime[/\\]main\.mjs/.test(command))
    .map(({ pid }) => pid)
}

/** Lets the process run for about 2 ms of every 40 ms. The result sets it free again. */
export function slowDown(pid: number): () => void {
  let over = false
  const turn = (signal: "SIGSTOP" | "SIGCONT") => {
    if (over) return
    try {
      process.kill(pid, signal)
      setTimeout(turn, signal === "SIGSTOP" ? 38 : 2, signal === "SIGSTOP" ? "SIGCONT" : "SIGSTOP")
    } catch {
      over = true // it has ended
    }
  }
  turn("SIGSTOP")
  return () => {
    turn("SIGCONT")
    over = true
  }
}

/** /proc, because small machines have no ps. A process that ends meanwhile is left out. */
function fromProc(): readonly Process[] {
  return globSync("/proc/[0-9]*").flatMap(folder => {
    try {
      const stat = readFileSync(`${folder}/stat`, "utf8")
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      if (state === "Z") return []
      const command = readFileSync(`${folder}/cmdline`, "utf8").replaceAll("\0", " ")
      return [{ pid: Number(path.basename(folder)), parent: Number(parent), command }]
    } catch {
      return []
    }
  })
}

function fromPs(): readonly Process[] {
  const { stdout } = spawnSync("ps", ["-axo", "pid=,ppid=,command="], { encoding: "utf8" })
  return stdout.split("\n").flatMap(line => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }]
  })
}
