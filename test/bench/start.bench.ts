// What VS Code pays for Osprey before anybody uses it: bytes loaded, and the time of require + activate().
import { spawnSync } from "node:child_process"
import { statSync } from "node:fs"
import path from "node:path"
import { budgets } from "../../scripts/budgets.ts"
import type { BenchRow } from "./benchRow.ts"

const dist = path.resolve(import.meta.dirname, "../../dist")

/** Runs of require + activate, each in a process of its own. */
const runs = 11

export async function startBench(): Promise<BenchRow[]> {
  const sizes = Object.entries(budgets).map(([file, goal]): BenchRow => {
    const value = statSync(path.join(dist, file)).size
    return { bench: "start", metric: `dist/${file}`, value, unit: "bytes", goal, met: value <= goal }
  })
  const times = Array.from({ length: runs }, requireAndActivate).toSorted((a, b) => a - b)
  const median = times[Math.floor(runs / 2)] ?? Number.NaN
  const activation: BenchRow = {
    bench: "start",
    metric: `require + activate(), median of ${runs}`,
    value: median,
    unit: "ms",
    goal: 50,
    met: median <= 50,
  }
  return [...sizes, activation]
}

function requireAndActivate(): number {
  const script = path.join(import.meta.dirname, "activateOnce.cjs")
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" })
  const ms = Number(stdout.trim())
  if (!Number.isFinite(ms) || stdout.trim() === "")
    throw new Error(`activate() could not be timed: ${stderr.slice(-600)}`)
  return ms
}
