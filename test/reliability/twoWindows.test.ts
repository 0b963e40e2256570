// Two windows with one model (R25): the second one knows of the first, and nothing stays behind of one that died.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import path from "node:path"
import { createInterface } from "node:readline"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { modelUsers } from "../../src/model/local/modelUsers.ts"
import { comesTrue, isAlive } from "../support/runtimeTest.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const program = fileURLToPath(new URL("../support/windowWithModel.ts", import.meta.url))

test("another window's model counts while its process runs; one's own and other models don't", async t => {
  const folder = path.join(await temporaryFolder(t), "made when needed")
  const window = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" })
  await once(window, "spawn")
  const { pid = 0 } = window
  const here = modelUsers(folder)
  const there = modelUsers(folder, pid)
  assert.equal(here.others("/models/a.gguf"), 0)
  there.enter("/models/a.gguf", pid)
  here.enter("/models/a.gguf", process.pid)
  assert.equal(here.others("/models/a.gguf"), 1)
  assert.equal(here.others("/models/b.gguf"), 0)
  assert.equal(there.others("/models/a.gguf"), 1)

  here.leave("/models/a.gguf", process.pid)
  assert.equal(there.others("/models/a.gguf"), 0)

  window.kill("SIGKILL")
  assert.ok(await comesTrue(() => !isAlive(pid), 5000))
  assert.equal(here.others("/models/a.gguf"), 0)
  assert.deepEqual(readdirSync(folder), [])
})

test("a folder that can't be made knows nobody and breaks nothing", async t => {
  const users = modelUsers(path.join(await temporaryFolder(t, { file: "" }), "file", "folder"))
  users.enter("/models/a.gguf", process.pid)
  assert.equal(users.others("/models/a.gguf"), 0)
  users.leave("/models/a.gguf", process.pid)
})

test("two windows load at the same moment: never both without a question", async t => {
  for (let round = 0; round < 3; round++) {
    const storage = await temporaryFolder(t)
    const windows = [0, 1].map(() =>
      spawn(process.execPath, [program, storage], { stdio: ["pipe", "pipe", "inherit"] }),
    )
    const lines = windows.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]())
    for (const line of lines) assert.equal((await line.next()).value, "up")
    for (const { stdin } of windows) stdin.write("go\n")
    const results = await Promise.all(lines.map(async line => JSON.parse((await line.next()).value ?? "{}")))
    for (const { stdin } of windows) stdin.end()
    const without = results.filter(({ asked }) => asked.length === 0)
    assert.ok(without.length <= 1, JSON.stringify(results))
    for (const { asked, answered } of results) {
      assert.equal(answered, asked.length === 0)
      for (const question of asked) assert.match(question, /^Another window has this model in memory/)
    }
  }
})
