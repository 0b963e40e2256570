// `npm test`: builds, installs what the tests need, runs them all in Node's own runner, and ends with the line
// `N passed, M failed`. `--unit`: only what needs neither browser nor VS Code. Further words choose files by name.
// What takes too long for that has its own runs: `--long` the `*.long.test.ts`, `--peer` the `*.peer.test.ts`, which
// talk to servers that no one here wrote.
import { globSync } from "node:fs"
import path from "node:path"
import { finished } from "node:stream/promises"
import { run } from "node:test"
import { spec } from "node:test/reporters"
import { parseArgs } from "node:util"
import { buildPeer } from "./peer/buildPeer.ts"
import { installAimock } from "./peer/installAimock.ts"
import { installBrowser } from "./vscodeHost/browser.ts"
import { buildOsprey, root, runNode } from "./vscodeHost/buildOsprey.ts"
import { installCodeServer } from "./vscodeHost/installCodeServer.ts"
import { testCount } from "./vscodeHost/testCount.ts"

const { values, positionals } = parseArgs({
  options: {
    unit: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    peer: { type: "boolean", default: false },
  },
  allowPositionals: true,
})

type Phase = {
  readonly name: string
  readonly files: readonly string[]
  /** Test files at a time. */
  readonly atATime: number
  /** Minutes, all files together; what runs longer hangs. */
  readonly limit: number
  readonly prepare: readonly (() => Promise<unknown>)[]
}

process.chdir(root)
const told = new AbortController() // to end; the test files' processes end with the run
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => told.abort())
const count = testCount()
for (const phase of phases()) {
  if (phase.files.length > 0 && !told.signal.aborted) await runPhase(phase)
}
if (count.skipped() > 0) console.log(`${count.skipped()} skipped`)
console.log(`${count.passed()} passed, ${count.failed()} failed`)
process.exit(count.failed() > 0 || count.passed() === 0 ? 1 : 0)

function phases(): readonly Phase[] {
  if (values.long) return [phase("Long tests", isLong, { limit: 60 })]
  if (values.peer)
    return [phase("Servers of others", isPeer, { limit: 20, prepare: [installAimock, buildPeer] })]
  const unit = phase("Units", isUnit, { atATime: 2 })
  if (values.unit) return [{ ...unit, prepare: [() => runNode(["esbuild.mjs"])] }]
  const endToEnd = phase("In a real VS Code", isEndToEnd, {
    limit: 25,
    prepare: [installBrowser, installCodeServer],
  })
  return [
    { ...unit, prepare: [buildOsprey] },
    phase("The page in a browser", isBrowser, { prepare: [installBrowser] }),
    { ...endToEnd, files: endToEnd.files.toSorted(extensionHostFirst) },
  ]
}

function phase(name: string, isPart: (file: string) => boolean, options: Partial<Phase>): Phase {
  const files = globSync("test/**/*.test.ts", { cwd: root })
    .map(file => file.replaceAll(path.sep, "/"))
    .filter(file => !file.startsWith("test/host/") && isPart(file))
    .filter(file => positionals.length === 0 || positionals.some(word => file.includes(word)))
    .sort()
  return { name, files, atATime: 1, limit: 10, prepare: [], ...options }
}

function isLong(file: string): boolean {
  return file.endsWith(".long.test.ts")
}

function isPeer(file: string): boolean {
  return file.endsWith(".peer.test.ts")
}

function isBrowser(file: string): boolean {
  return file.endsWith(".browser.test.ts")
}

function isEndToEnd(file: string): boolean {
  return file.startsWith("test/e2e/")
}

function isUnit(file: string): boolean {
  return ![isLong, isPeer, isBrowser, isEndToEnd].some(isOther => isOther(file))
}

function extensionHostFirst(a: string, b: string): number {
  return Number(b.includes("extensionHost")) - Number(a.includes("extensionHost"))
}

async function runPhase({ name, files, atATime, limit, prepare }: Phase): Promise<void> {
  const started = performance.now()
  console.log(`\n${name}`)
  try {
    for (const step of prepare) await step()
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    count.fail()
    return
  }
  const events = run({
    files: files.map(file => path.join(root, file)),
    concurrency: atATime,
    signal: AbortSignal.any([told.signal, AbortSignal.timeout(limit * 60_000)]),
  })
  count.listen(events)
  const report = events.compose(spec)
  report.pipe(process.stdout, { end: false })
  await finished(report)
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
}
