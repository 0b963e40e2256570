// The child must not outlive its parent, whatever it is doing: 5 s at most (SR-9).
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { comesTrue, isAlive } from "../support/runtimeTest.ts"

const parentScript = fileURLToPath(new URL("../support/runtimeParent.ts", import.meta.url))

for (const state of ["idle", "generating", "blocked"])
  test(`the child (${state}) ends when its parent is killed`, async () => {
    const parent = spawn(process.execPath, [parentScript, state], { stdio: ["ignore", "pipe", "inherit"] })
    const [line] = await once(parent.stdout, "data")
    const child = Number(String(line))
    assert.ok(isAlive(child))
    parent.kill("SIGKILL")
    assert.ok(await comesTrue(() => !isAlive(child), 5000), `process ${child} still runs after 5 s`)
  })
