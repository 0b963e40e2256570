// Two windows with one model (R25): the second one knows of the first, and nothing stays behind of one that died.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { modelUsers } from "../../src/model/local/modelUsers.ts"
import { comesTrue, isAlive } from "../support/runtimeTest.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

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
