// The child believes nothing that isn't a message of the protocol, and opens nothing but its IPC channel.
import assert from "node:assert/strict"
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { type TestContext, test } from "node:test"
import { parseRuntimeToHost } from "../../src/protocol/runtimeProtocol.ts"
import { runtimeMain } from "../support/runtimeTest.ts"

/** Ends with the test, however it ends: a child that stays would keep the test file from ending. */
async function started(t: TestContext): Promise<ChildProcess> {
  const child = fork(runtimeMain, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] })
  t.after(() => child.kill("SIGKILL"))
  assert.deepEqual((await once(child, "message"))[0], { type: "ready" })
  return child
}

test("garbage is ignored: no answer, no end, and the next request is answered", async t => {
  const child = await started(t)
  const answers: unknown[] = []
  child.on("message", answer => answers.push(answer))
  const garbage: readonly unknown[] = [
    null,
    7,
    "load",
    [],
    {},
    { type: "eval", id: 1, code: "process.exit()" },
    { type: "load", id: 1 },
    { type: "load", id: -1, modelPath: "x", contextSize: 1, threads: 1, gpu: false },
    { type: "count", id: 1, segments: [{ control: "system" }] },
    { type: "count", id: 1, segments: [{ text: 5 }], extra: true },
    {
      type: "generate",
      id: 1,
      segments: [{ tokens: [-1] }],
      maxTokens: 1,
      temperature: 0,
      seed: 0,
      stop: [],
    },
    { type: "cancel", id: "1" },
    { type: "cancel", id: 99 },
    { __proto__: null, toString: "x" },
    { text: "x".repeat(5_000_000) },
  ]
  for (const message of garbage) child.send(JSON.parse(JSON.stringify(message)))
  child.send({ type: "count", id: 8, segments: [] })
  await once(child, "message")
  assert.deepEqual(answers, [{ type: "failed", id: 8, kind: "noModel", detail: "no model is loaded" }])
  assert.notEqual(parseRuntimeToHost(answers[0]), undefined)
  child.kill("SIGKILL")
  await once(child, "exit")
})

test("the child listens on no network socket", {
  skip: process.platform !== "linux" && "reads /proc",
}, async t => {
  const child = await started(t)
  const proc = `/proc/${child.pid}`
  const inodes = readdirSync(`${proc}/fd`).map(
    fd => targetOf(`${proc}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1],
  )
  const network = ["tcp", "tcp6", "udp", "udp6"]
    .map(table => readFileSync(`${proc}/net/${table}`, "utf8"))
    .join("\n")
  const used = inodes.filter(inode => inode !== undefined && network.includes(` ${inode} `))
  assert.deepEqual(used, [])
  child.kill("SIGKILL")
  await once(child, "exit")
})

/** Empty for a descriptor that was closed since it was listed. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ""
  }
}
