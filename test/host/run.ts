// What VS Code calls in the extension host: runs every bundled test file beside this one with mocha and writes what
// came of it to the file that OSPREY_HOST_RESULT names. Rejects when a test failed.
import { readdirSync, writeFileSync } from "node:fs"
import path from "node:path"
import Mocha from "mocha"

type Result = { readonly name: string; readonly error?: string }

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: 60_000, reporter: "spec", color: false })
  for (const file of readdirSync(__dirname).filter(name => name.endsWith(".test.cjs"))) {
    mocha.addFile(path.join(__dirname, file))
  }
  const tests: Result[] = []
  const failures = await new Promise<number>(resolve => {
    const runner = mocha.run(resolve)
    runner.on("pass", test => tests.push({ name: test.fullTitle() }))
    runner.on("fail", (test, error: Error) =>
      tests.push({ name: test.fullTitle(), error: error.stack ?? error.message }),
    )
  })
  const resultFile = process.env.OSPREY_HOST_RESULT
  if (resultFile === undefined) throw new Error("OSPREY_HOST_RESULT names no file.")
  writeFileSync(resultFile, JSON.stringify({ node: process.version, tests }))
  if (failures > 0) throw new Error(`${failures} tests failed.`)
}
