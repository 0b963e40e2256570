// The host's side of the runtime child: crashes, restarts, stops, and what the child gets to see.
import assert from "node:assert/strict"
import { readFileSync, readlinkSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { childEnvironment } from "../../../src/model/local/childEnvironment.ts"
import { type RuntimeRequest, runtimeProcess } from "../../../src/model/local/runtimeProcess.ts"
import {
  ask,
  comesTrue,
  generateRequest,
  isAlive,
  loadRequest,
  never,
  questionTo,
  runtimeMain,
  startRuntime,
  written,
} from "../../support/runtimeTest.ts"

const count: RuntimeRequest = { type: "count", segments: [] }
const ended = { name: "ModelError", kind: "runtimeEnded" }

function kill(pid: number | undefined): void {
  assert.notEqual(pid, undefined)
  process.kill(pid ?? 0, "SIGKILL")
}

test("no child before the first request, one after it, none after stop, a new one for the next", async () => {
  const runtime = startRuntime()
  assert.equal(runtime.pid, undefined)
  await ask(runtime, count)
  const first = runtime.pid
  assert.ok(first !== undefined && isAlive(first))
  await runtime.stop()
  assert.equal(runtime.pid, undefined)
  assert.ok(!isAlive(first))
  await ask(runtime, count)
  assert.notEqual(runtime.pid, first)
  await runtime.stop()
})

test("killed in mid-answer: what came stays, one error, and a fresh child answers the next request", async () => {
  const crashes: string[] = []
  const runtime = startRuntime({ onCrash: ending => crashes.push(ending) })
  await ask(runtime, loadRequest())
  let pieces = 0
  const answer = async () => {
    const endless = generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] })
    for await (const reply of runtime.request(endless, never)) {
      if (reply.type === "pieces" && pieces++ === 0) kill(runtime.pid)
    }
  }
  await assert.rejects(answer, ended)
  assert.ok(pieces > 0)
  assert.equal(crashes.length, 1)
  assert.match(crashes[0] ?? "", /^signal SIGKILL/)
  await ask(runtime, loadRequest())
  const { replies } = await ask(runtime, generateRequest(questionTo("Thanks")))
  assert.match(written(replies), /You are welcome!«return»$/)
  await runtime.stop()
})

test("every request that waits gets the error, each once", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] })
  const all = Promise.allSettled([1, 2, 3, 4].map(() => ask(runtime, endless)))
  kill(runtime.pid)
  const results = await all
  assert.deepEqual(
    results.map(
      result => result.status === "rejected" && { name: result.reason.name, kind: result.reason.kind },
    ),
    [ended, ended, ended, ended],
  )
  await runtime.stop()
})

test("twenty kills, idle and busy by turns, leave no process", async () => {
  const runtime = startRuntime()
  const pids: number[] = []
  for (let round = 0; round < 20; round++) {
    const busy = round % 2 === 0
    runtime.allowStart()
    // A child that is idle, or just starts and loads.
    if (!busy) await ask(runtime, count)
    const open = busy ? ask(runtime, loadRequest()) : undefined
    assert.ok(open === undefined || (await comesTrue(() => runtime.pid !== undefined, 1000)))
    pids.push(runtime.pid ?? 0)
    kill(runtime.pid)
    if (open !== undefined) await assert.rejects(open, ended)
    else assert.ok(await comesTrue(() => runtime.pid === undefined, 5000))
  }
  assert.equal(new Set(pids).size, 20)
  assert.deepEqual(pids.filter(isAlive), [])
  assert.equal((await ask(runtime, loadRequest())).last?.type, "loaded")
  await runtime.stop()
})

test("dispose ends the child, fails what is open, and starts no other", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const pid = runtime.pid ?? 0
  const open = ask(runtime, generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] }))
  const failed = assert.rejects(open, { ...ended, detail: { said: "a setting was changed" } })
  await runtime.dispose("a setting was changed")
  await failed
  assert.ok(!isAlive(pid))
  await assert.rejects(ask(runtime, loadRequest()), { ...ended, detail: { said: "a setting was changed" } })
})

test("a child is only started when the one that was stopped is gone; an abort ends that wait", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  const stop = new AbortController()
  const stopping = runtime.stop()
  const [aborted, next] = [ask(runtime, count, stop.signal), ask(runtime, count)]
  stop.abort()
  assert.deepEqual((await aborted).replies, [])
  assert.equal(runtime.pid, undefined)
  await Promise.all([stopping, next])
  assert.ok(!isAlive(pid) && runtime.pid !== pid)
  await runtime.stop()
})

test("renewed while it answers: the answer ends first, then a fresh child takes what was asked meanwhile", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  const order: string[] = []
  const answer = async () => {
    for await (const reply of runtime.request(generateRequest(questionTo("Thanks")), never)) {
      if (reply.type === "prompt" && order.length === 0) {
        order.push("renewed")
        runtime.renew()
        void ask(runtime, count).then(() => order.push(`counted by ${runtime.pid === pid ? "old" : "new"}`))
      }
      if (reply.type === "done") order.push(`answered by ${runtime.pid === pid ? "old" : "new"}`)
    }
  }
  await answer()
  assert.ok(await comesTrue(() => order.length === 3, 5000))
  assert.deepEqual(order, ["renewed", "answered by old", "counted by new"])
  await runtime.stop()
})

test("renewed while it answers, and it dies: the next request doesn't wait for ever", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const endless = runtime.request(generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] }), never)
  const unread = endless[Symbol.asyncIterator]()
  await unread.next()
  const { pid } = runtime
  runtime.renew()
  const next = ask(runtime, count)
  kill(pid)
  assert.equal((await next).replies.length, 1)
  await runtime.stop()
})

test("a runtime that can't start is one error with what it said", async () => {
  const runtime = runtimeProcess({ mainPath: path.join(path.dirname(runtimeMain), "absent.mjs") })
  await assert.rejects(ask(runtime, loadRequest()), error => {
    assert.ok(error instanceof Error && "kind" in error && "detail" in error)
    assert.equal(error.kind, "noBinary")
    assert.match(JSON.stringify(error.detail), /absent\.mjs is missing/)
    return true
  })
})

test("a process that the system refuses to start is an ending, not an exception", {
  skip: process.platform !== "linux" && "the limit is Linux's",
}, async () => {
  const runtime = startRuntime({ environment: { PATH: "x".repeat(200_000) } })
  await assert.rejects(ask(runtime, count), { ...ended, detail: { said: "Error: spawn E2BIG" } })
})

test("the environment is an allow-list", () => {
  const host = {
    PATH: "/bin",
    SystemRoot: "C:\\Windows",
    HOME: "/home/u",
    NODE_OPTIONS: "--require ./evil.js",
    LD_PRELOAD: "evil.so",
    OPENAI_API_KEY: "sk-CANARY",
    HF_TOKEN: "hf-CANARY",
    HTTPS_PROXY: "http://evil.test",
    VK_ICD_FILENAMES: "/usr/share/vulkan/icd.d/x.json",
  }
  assert.deepEqual(childEnvironment(host), {
    PATH: "/bin",
    SystemRoot: "C:\\Windows",
    HOME: "/home/u",
    VK_ICD_FILENAMES: "/usr/share/vulkan/icd.d/x.json",
    ELECTRON_RUN_AS_NODE: "1",
  })
})

test("the running child has that environment, its own folder, and no arguments", {
  skip: process.platform !== "linux" && "reads /proc",
}, async () => {
  const environment = {
    ...process.env,
    OPENAI_API_KEY: "sk-CANARY",
    NODE_OPTIONS: "--max-old-space-size=512",
  }
  const runtime = startRuntime({ environment })
  await ask(runtime, count)
  const proc = `/proc/${runtime.pid}`
  const lines = readFileSync(`${proc}/environ`, "utf8").split("\0").filter(Boolean)
  const names = lines.map(line => line.slice(0, line.indexOf("=")))
  const ipc = ["NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE"]
  const allowed = [...Object.keys(childEnvironment(process.env)), ...ipc]
  assert.deepEqual(names.toSorted(), allowed.toSorted())
  assert.ok(!lines.some(line => line.includes("CANARY")))
  assert.equal(readlinkSync(`${proc}/cwd`), path.dirname(runtimeMain))
  assert.deepEqual(readFileSync(`${proc}/cmdline`, "utf8").split("\0").slice(1, -1), [runtimeMain])
  await runtime.stop()
})
