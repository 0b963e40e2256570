// A child process that hangs (R22): stopped by a signal, stuck in its JavaScript thread, or stuck in a thread of its
// own while the rest is well. Each is ended within a bound, one error tells, and the next request gets a new child.
import assert from "node:assert/strict"
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
    assert.match(JSON.stringify(error.detail), /signal SIGKILL\\nit gave no sign of life/)
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
  const runtime = runtimeProcess({ mainPath, watch: { tickMs: 200, firstMs: 60_000, stepMs: 1000 } })
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
