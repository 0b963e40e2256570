// All benchmarks, or some: `npm run bench [-- NAME… [--OPTION VALUE]]` (options: test/bench/runtimeOptions.ts). Prints
// a table and writes bench-results.json. Ratios have goals, lone milliseconds seldom; a goal that is missed is no
// error, a benchmark that can't measure is.
import { execFileSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import path from "node:path"
import type { BenchRow } from "../test/bench/benchRow.ts"

const root = path.resolve(import.meta.dirname, "..")

const benches: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  runtime: async () => (await import("../test/bench/runtime.bench.ts")).runtimeBench(options),
  completion: async () => (await import("../test/bench/completion.bench.ts")).completionBench(),
  context: async () => (await import("../test/bench/context.bench.ts")).contextBench(),
  chat: async () => (await import("../test/bench/chat.bench.ts")).chatBench(),
  search: async () => (await import("../test/bench/search.bench.ts")).searchBench(),
  start: async () => (await import("../test/bench/start.bench.ts")).startBench(),
  agent: async () => (await import("../test/bench/agent.bench.ts")).agentBench(),
}

const args = process.argv.slice(2)
const firstOption = args.findIndex(arg => arg.startsWith("--"))
const asked = firstOption < 0 ? args : args.slice(0, firstOption)
const options = firstOption < 0 ? [] : args.slice(firstOption)
const unknown = asked.filter(name => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}.`)
  process.exit(2)
}
if (!existsSync(path.join(root, "dist/extension.cjs")))
  execFileSync(process.execPath, [path.join(root, "esbuild.mjs")], { cwd: root, stdio: "inherit" })

const rows: BenchRow[] = []
for (const [name, bench] of Object.entries(benches))
  if (asked.length === 0 || asked.includes(name)) await measure(name, bench)
writeFileSync(path.join(root, "bench-results.json"), `${JSON.stringify(rows, null, 2)}\n`)

/** A benchmark that can't measure doesn't take the others' figures with it. */
async function measure(name: string, bench: () => Promise<BenchRow[]>): Promise<void> {
  try {
    const measured = await bench()
    rows.push(...measured)
    console.table(measured.map(shown))
  } catch (error) {
    console.error(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

function shown({ bench, metric, value, unit, goal, met }: BenchRow) {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
  return { bench, metric, value: text, unit, goal: goal ?? "", met: met === null ? "" : met ? "yes" : "no" }
}
