// A child process that hangs (R22): stopped by a signal, stuck in its JavaScript thread, or stuck in a thread of its
// own while the rest is well, or stuck in the kernel, where nothing ends it. Each is ended or given up within a bound,
// one error tells, and the next request gets a new child.
import assert from "node:assert/strict"
import { ChildProcess } from "node:child_process"
import { test } from "node:test"
import { silentTicks } from "../../src/model/local/heartbeat.ts"
import { watchLimits } from "../../src/model/local/runtimeChild.ts"
import { type RuntimeProcess, runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import {
  ask,
  comesTrue,
  generateRequest,
  isAlive,
  loadRequest,
  never,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"

/** So that a hang shows within two seconds, and a busy machine isn't taken for one. */
const quick = { ...watchLimits, tickMs: 400 }

const endless = generateRequest(questionTo("Hello"), { maxTokens: 4000, stop: [] })

test("with the product's own limits a hang is found within 15 s", () => {
  assert.ok((silentTicks + 1) * watchLimits.tickMs <= 15_000)
})

async function answersAgain(runtime: RuntimeProcess): Promise<void> {
  await ask(runtime, loadRequest())
  const { replies } = await ask(runtime, generateRequest(questionTo("Thanks")))
  assert.match(written(replies), /You are welcome!«return»$/)
}

test("stopped by a signal in mid-answer", { skip: process.platform === "win32" }, async () => {
  const runtime = startRuntime({ watch: quick })
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  const answer = async () => {
    for await (const reply of runtime.request(endless, never))
      if (reply.type === "pieces") process.kill(pid, "SIGSTOP")
  }
  await assert.rejects(answer, error => {
    assert.ok(error instanceof Error && "detail" in error)
    assert.match(JSON.stringify(error.detail), /"it gave no sign of life/)
    return true
  })
  assert.ok(!isAlive(pid))
  await answersAgain(runtime)
  await runtime.stop()
})

test("stopped by a signal while idle", { skip: process.platform === "win32" }, async () => {
  const runtime = startRuntime({ watch: quick })
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  process.kill(pid, "SIGSTOP")
  assert.ok(await comesTrue(() => !isAlive(pid), 15_000), "nobody noticed")
  await answersAgain(runtime)
  await runtime.stop()
})

test("its JavaScript thread is stuck", async t => {
  const mainPath = await scriptedChild(t, "onRequest = () => { for (;;); }")
  const runtime = runtimeProcess({ mainPath, watch: quick })
  await assert.rejects(ask(runtime, loadRequest()), { kind: "runtimeEnded" })
  await runtime.stop()
})

test("it lives and answers, but gets no further with its work", async t => {
  const mainPath = await scriptedChild(
    t,
    `onRequest = ({ type, id }) => {
      if (type === "load") reply(loaded(id))
      if (type !== "generate") return
      for (let done = 0; done < 3; done++) reply({ type: "prompt", id, done, total: 100 })
    }`,
  )
  const runtime = runtimeProcess({
    mainPath,
    watch: { ...quick, tickMs: 200, firstMs: 60_000, stepMs: 1000 },
  })
  await ask(runtime, loadRequest())
  await assert.rejects(ask(runtime, endless), error => {
    assert.ok(error instanceof Error && "detail" in error)
    assert.match(JSON.stringify(error.detail), /it got no further for \d s/)
    return true
  })
  await runtime.stop()
})

test("one that is busy for a second in one piece, but less than the limit, is left alone", async t => {
  const mainPath = await scriptedChild(
    t,
    `onRequest = ({ type, id }) => {
      if (type === "cancel") return
      const end = Date.now() + 1000
      while (Date.now() < end);
      reply(type === "load" ? loaded(id) : done(id))
    }`,
  )
  const runtime = runtimeProcess({ mainPath, watch: { ...quick, tickMs: 1000 } })
  for (let round = 0; round < 2; round++)
    assert.equal((await ask(runtime, round === 0 ? loadRequest() : endless)).last?.id, round + 1)
  await runtime.stop()
})

test("nothing ends it: given up after a while, what waits fails, and another process answers", async t => {
  const mainPath = await scriptedChild(
    t,
    `onRequest = ({ type, id }) => { if (type === "load") reply({ ...loaded(id), name: String(process.pid) }) }`,
  )
  const gone: number[] = []
  const runtime = runtimeProcess({
    mainPath,
    watch: { ...quick, killMs: 300 },
    onGone: pid => gone.push(pid),
  })
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  const open = ask(runtime, endless)
  const failed = assert.rejects(open, {
    kind: "runtimeEnded",
    detail: { said: "a test ends it\nits process can't be ended" },
  })
  // In the kernel, SIGKILL waits as if nobody had sent it.
  const kill = t.mock.method(ChildProcess.prototype, "kill", () => true)
  const stopping = runtime.stop("a test ends it")
  const next = ask(runtime, loadRequest())
  await Promise.all([failed, stopping])
  assert.equal(kill.mock.callCount(), 1)
  kill.mock.restore()
  assert.deepEqual(gone, [pid])
  const { last } = await next
  assert.ok(last?.type === "loaded" && last.name !== String(pid))
  // Its channel is closed, so it leaves by itself when it can.
  assert.ok(await comesTrue(() => !isAlive(pid), 5000))
  await runtime.stop()
})
