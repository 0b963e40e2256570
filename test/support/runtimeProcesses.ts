// Finds Osprey's model processes below a VS Code server, and slows one down, so that a test can act in the middle of
// an answer that would be over in a blink. Works on Linux and macOS.
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { constants } from "node:os"
import path from "node:path"
import { Worker } from "node:worker_threads"

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

export type SlowProcess = {
  /** Stands still from now on. */
  freeze(): void
  /** Runs as before; also when it was frozen. */
  release(): void
}

/**
 * Lets the process run for some milliseconds of every 60. A thread of its own does it, because a test's thread is
 * often busy for longer than the demo model needs for a whole answer (0.1 s).
 */
export function slowDown(pid: number): SlowProcess {
  const over = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(slowly, { eval: true, workerData: { pid, over } })
  worker.unref()
  const end = (signal: number) => {
    Atomics.store(over, 0, signal)
    Atomics.notify(over, 0)
  }
  return { freeze: () => end(constants.signals.SIGSTOP), release: () => end(constants.signals.SIGCONT) }
}

/** Waits for the end of the short run without sleeping: a sleeper may wake late on a busy machine. */
const slowly = `
  const { pid, over } = require("node:worker_threads").workerData
  const told = () => Atomics.load(over, 0)
  try {
    while (told() === 0) {
      process.kill(pid, "SIGSTOP")
      Atomics.wait(over, 0, 0, 59)
      if (told() !== 0) break
      process.kill(pid, "SIGCONT")
      const end = performance.now() + 1
      while (performance.now() < end);
    }
    for (let signal = told(); ; signal = told()) {
      process.kill(pid, signal)
      if (Atomics.wait(over, 0, signal) === "timed-out") break
    }
  } catch {} // it has ended
`

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
