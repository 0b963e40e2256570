// No connection: a download waits for it however long it takes, and can be paused meanwhile; a server that answers and
// won't is given up.
import assert from "node:assert/strict"
import { createServer } from "node:http"
import { type TestContext, test } from "node:test"
import { downloadTest, quickLimits } from "./downloadTest.ts"
import type { Fault } from "./fakeHub.ts"

/** Nobody listens there. */
async function nowhere(): Promise<Fault> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return { redirectTo: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/` }
}

async function half(t: TestContext) {
  const setting = await downloadTest(t)
  const away = await nowhere()
  const outage = (requests: number) => (request: number) =>
    request === 0 ? { cutAfter: 1_500_000 } : request <= requests ? away : undefined
  return { ...setting, outage }
}

test("the network is away for a hundred attempts: said, and then it goes on where it was", async t => {
  const { hub, run, steps, isRight, outage } = await half(t)
  hub.faults = outage(100)
  assert.equal((await run()).kind, "ready")
  assert.ok(await isRight())
  assert.equal(hub.sent(), 3_000_000)
  const waiting = steps.filter(({ kind }) => kind === "waiting")
  assert.equal(waiting.length, 101)
  assert.partialDeepStrictEqual(waiting.at(-1), { total: 3_000_000 })
})

test("stopped at once in the middle of a long wait", { timeout: 20_000 }, async t => {
  const { hub, run, names, outage } = await half(t)
  hub.faults = outage(Number.POSITIVE_INFINITY)
  const stop = new AbortController()
  const onStep = ({ kind }: { readonly kind: string }) => {
    if (kind === "waiting") setImmediate(() => stop.abort())
  }
  const limits = { ...quickLimits, pauseMs: 60_000, maxPauseMs: 60_000 }
  assert.deepEqual(await run({ limits, onStep }, stop.signal), { kind: "stopped" })
  assert.equal((await names()).length, 2)
})

test("a busy server is waited for longer than one that refuses", async t => {
  for (const [status, attempts] of [
    [503, quickLimits.busyAttempts],
    [429, quickLimits.busyAttempts],
    [403, quickLimits.attempts],
    [401, 1],
  ] as const) {
    const { hub, run } = await downloadTest(t)
    hub.faults = () => ({ status })
    assert.partialDeepStrictEqual(await run(), { kind: "failed", fault: { kind: "refused", status } })
    assert.equal(hub.ranges.length, attempts, `${status}`)
  }
})
