// `npm test`: builds, installs what the tests need, runs them all in Node's own runner, and ends with the line
// `N passed, M failed`. `--unit`: only what needs neither browser nor VS Code. Further words choose files by name.
import { globSync } from "node:fs"
import path from "node:path"
import { finished } from "node:stream/promises"
import { run } from "node:test"
import { spec } from "node:test/reporters"
import { parseArgs } from "node:util"
import { installBrowser } from "./vscodeHost/browser.ts"
import { buildOsprey, root, runNode } from "./vscodeHost/buildOsprey.ts"
import { installCodeServer } from "./vscodeHost/installCodeServer.ts"
import { testCount } from "./vscodeHost/testCount.ts"

const { values, positionals } = parseArgs({
  options: { unit: { type: "boolean", default: false } },
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
  const chosen = globSync("test/**/*.test.ts", { cwd: root })
    .map(file => file.replaceAll(path.sep, "/"))
    .filter(file => !file.startsWith("test/host/"))
    .filter(file => positionals.length === 0 || positionals.some(word => file.includes(word)))
    .sort()
  const isBrowser = (file: string) => file.endsWith(".browser.test.ts")
  const isEndToEnd = (file: string) => file.startsWith("test/e2e/")
  const unit: Phase = {
    name: "Units",
    files: chosen.filter(file => !isBrowser(file) && !isEndToEnd(file)),
    atATime: 2,
    limit: 10,
    prepare: [],
  }
  const browser: Phase = {
    name: "The page in a browser",
    files: chosen.filter(isBrowser),
    atATime: 1,
    limit: 10,
    prepare: [installBrowser],
  }
  const endToEnd: Phase = {
    name: "In a real VS Code",
    files: chosen
      .filter(isEndToEnd)
      .sort((a, b) => Number(b.includes("extensionHost")) - Number(a.includes("extensionHost"))),
    atATime: 1,
    limit: 25,
    prepare: [installBrowser, installCodeServer],
  }
  return values.unit
    ? [{ ...unit, prepare: [() => runNode(["esbuild.mjs"])] }]
    : [{ ...unit, prepare: [buildOsprey] }, browser, endToEnd]
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
