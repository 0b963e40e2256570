// Ends this process when its parent is gone, so that no model is ever left in memory. Two ways: the IPC channel
// closes, and a thread of its own looks once a second, which works while this thread is busy.
import { Worker } from "node:worker_threads"

/**
 * Runs in a worker without the rest of the program, hence a text. On Windows the parent's id never changes, so
 * the process itself is asked for; elsewhere an orphan gets another parent.
 */
const watchThread = `
const { workerData } = require("node:worker_threads")
const gone = () => {
  if (process.platform !== "win32") return process.ppid !== workerData.parent
  try {
    process.kill(workerData.parent, 0)
    return false
  } catch (error) {
    return error.code === "ESRCH"
  }
}
setInterval(() => { if (gone()) process.kill(process.pid, "SIGKILL") }, 1000)
`

export function watchParent(): void {
  process.on("disconnect", leave)
  if (!process.connected) leave()
  new Worker(watchThread, { eval: true, workerData: { parent: process.ppid } }).unref()
}

/** Killed and not ended: exit handlers would wait for, or trip over, a computation that is under way. */
export function leave(): void {
  process.kill(process.pid, "SIGKILL")
}
