// What is run to ask macOS and Windows, what its answer means, and that nothing of the host leaks into it.
import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import { powerProgram } from "../../../../src/model/local/power/powerProgram.ts"
import { printedBy } from "../../../../src/model/local/power/runsOnBattery.ts"
import { never } from "../../../support/runtimeTest.ts"

const answers = [
  [
    "darwin",
    true,
    "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t85%; discharging; 3:42 remaining",
  ],
  ["darwin", true, "Now drawing from 'UPS Power'\n"],
  ["darwin", false, "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t100%; charged; 0:00 remaining"],
  ["darwin", false, "Now drawing from 'AC Power'\n"],
  ["darwin", false, ""],
  ["win32", true, "False\r\n"],
  ["win32", true, "False\r\nFalse\r\n"],
  ["win32", false, "True\r\n"],
  ["win32", false, "True\r\nFalse\r\n"],
  ["win32", false, ""],
] as const

for (const [platform, onBattery, printed] of answers)
  test(`${platform}: ${JSON.stringify(printed)} is ${onBattery ? "battery" : "mains"}`, () => {
    assert.equal(powerProgram(platform, "C:\\Windows")?.onBattery(printed), onBattery)
  })

test("programs are found by absolute path, whatever the environment says (SR-1)", () => {
  const inWindows = (root: string | undefined) => powerProgram("win32", root)?.file
  const own = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"
  assert.equal(inWindows("C:\\Windows"), own)
  assert.equal(inWindows("D:\\WINNT"), own.replace("C:\\Windows", "D:\\WINNT"))
  for (const odd of [undefined, "", ".", "Windows", "\\\\server\\share"]) assert.equal(inWindows(odd), own)
  assert.equal(powerProgram("darwin", undefined)?.file, "/usr/bin/pmset")
  assert.equal(powerProgram("freebsd", undefined), undefined)
})

const tells = `process.stdin.on("data", () => {}).on("end", () =>
  console.log(JSON.stringify({ folder: process.cwd(), path: process.env.PATH, home: process.env.HOME })))`

test("a program sees nothing of the host's environment and folder, and no open input", async () => {
  const printed = await printedBy({ file: process.execPath, args: ["-e", tells] }, never)
  assert.deepEqual(JSON.parse(printed), { folder: path.dirname(process.execPath) })
})

test("a program that never ends is ended with the signal", { timeout: 20_000 }, async () => {
  const hangs = { file: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] }
  const abort = new AbortController()
  const printed = printedBy(hangs, abort.signal)
  abort.abort()
  await assert.rejects(printed, { name: "AbortError" })
})
