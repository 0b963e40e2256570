// The host's side of the page about an endpoint: opening, checking, stopping, closing, and what outlives the page.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { DoctorReport, EndpointPage } from "../../src/protocol/endpointPage.ts"
import {
  type EndpointPages,
  endpointPages,
  noEndpoint,
  type ShownEndpoint,
} from "../../src/vscode/endpointPages.ts"
import { memoryOf } from "./memoryOf.ts"

const blank: DoctorReport = {
  status: "running",
  verdict: "Checking…",
  findings: [],
  passed: [],
  pending: [],
  outlook: [],
}
const half: DoctorReport = { ...blank, passed: ["Reachable, 38 ms"], pending: ["Streaming"] }
const done: DoctorReport = { ...blank, status: "done", verdict: "Everything works.", checkedAt: 7, ms: 40 }

/** An examination that the test leads: it gives out what is pushed, and ends when told or aborted. */
function examination() {
  const steps: (DoctorReport | Error | "end")[] = []
  let wake = () => {}
  let signal: AbortSignal | undefined
  let runs = 0
  const push = (step: DoctorReport | Error | "end") => {
    steps.push(step)
    wake()
  }
  async function* examine(given: AbortSignal): AsyncGenerator<DoctorReport> {
    signal = given
    runs++
    given.addEventListener("abort", () => push("end"))
    while (true) {
      const step = steps.shift()
      if (step === "end") return
      if (step instanceof Error) throw step
      if (step !== undefined) yield step
      else await new Promise<void>(done => (wake = done))
    }
  }
  return { push, examine, aborted: () => signal?.aborted, runs: () => runs }
}

function bench(memory = memoryOf()) {
  const check = examination()
  const posted: (EndpointPage | null)[] = []
  const told: string[] = []
  const logged: string[] = []
  const answers = Promise.withResolvers<readonly string[]>()
  let answered = 0
  const vllm: ShownEndpoint = {
    key: "vllm m",
    place: "vllm.test:8000",
    model: "m",
    preset: "vLLM",
    examine: check.examine,
    record: () =>
      answered === 0 ? undefined : { answers: answered, toolCalls: 0, malformedCalls: 0, problems: [] },
    account: () => answers.promise,
  }
  let current: ShownEndpoint | undefined = vllm
  const log = (text: string) => void logged.push(text)
  const pages: EndpointPages = endpointPages({
    endpoint: () => current,
    post: message => void (message.type === "endpoint" && posted.push(message.page)),
    tell: sentence => void told.push(sentence),
    memory,
    logger: { info: log, warn: log, error: log },
  })
  return {
    pages,
    check,
    posted,
    told,
    logged,
    answers,
    vllm,
    choose: (endpoint: ShownEndpoint | undefined) => {
      current = endpoint
    },
    answer: () => {
      answered++
    },
    last: () => posted.at(-1),
  }
}

const settled = () => new Promise(setImmediate)

test("the page opens with what is known, and without a check by itself", () => {
  const { pages, posted, check } = bench()
  assert.equal(pages.page(), null)
  pages.act("openEndpointPage")
  assert.deepEqual(posted, [{ place: "vllm.test:8000", model: "m", preset: "vLLM", account: [] }])
  assert.deepEqual(pages.page(), posted[0])
  assert.equal(check.runs(), 0)
})

test("what the account has left comes when it comes", async () => {
  const { pages, answers, last } = bench()
  pages.act("openEndpointPage")
  answers.resolve(["4.20 $ left"])
  await settled()
  assert.deepEqual(last()?.account, ["4.20 $ left"])
})

test("an account that can't be asked leaves the page as it is", async () => {
  const { pages, answers, logged, posted } = bench()
  pages.act("openEndpointPage")
  answers.reject(new TypeError("secret https://x"))
  await settled()
  assert.equal(posted.length, 1)
  assert.deepEqual(logged, ["The account could not be asked: TypeError"])
})

test("a check is seen to begin at once, and each of its reports", async () => {
  const { pages, check, posted } = bench()
  pages.act("checkEndpoint")
  check.push(half)
  await settled()
  check.push(done)
  check.push("end")
  await settled()
  const [first, ...others] = posted.map(page => page?.report)
  assert.deepEqual(first, blank)
  assert.deepEqual(others, [half, done, done])
})

test("a second press while it runs starts nothing; afterwards it does", async () => {
  const { pages, check } = bench()
  pages.act("checkEndpoint")
  pages.act("checkEndpoint")
  check.push(done)
  check.push("end")
  await settled()
  assert.equal(check.runs(), 1)
  pages.act("checkEndpoint")
  await settled()
  assert.equal(check.runs(), 2)
  pages.dispose()
})

test("Stop ends the check and keeps what it found", async () => {
  const { pages, check, last } = bench()
  pages.act("checkEndpoint")
  check.push(half)
  await settled()
  pages.act("stopCheck")
  await settled()
  assert.equal(check.aborted(), true)
  assert.deepEqual(last()?.report, {
    ...half,
    status: "stopped",
    verdict: "The check was stopped.",
    pending: [],
  })
})

test("a check that breaks says so, and the log holds no text of the server's", async () => {
  const { pages, check, last, logged } = bench()
  pages.act("checkEndpoint")
  check.push(new RangeError("secret"))
  await settled()
  assert.equal(last()?.report?.status, "stopped")
  assert.equal(last()?.report?.verdict, "The check ended early. The log says more.")
  assert.deepEqual(logged, ["The endpoint check failed: RangeError"])
})

test("closing ends the check; nothing of it appears afterwards", async () => {
  const { pages, check, posted } = bench()
  pages.act("checkEndpoint")
  check.push(half)
  await settled()
  pages.act("closeEndpointPage")
  await settled()
  assert.equal(check.aborted(), true)
  assert.deepEqual([posted.at(-1), pages.page()], [null, null])
  pages.act("openEndpointPage")
  assert.equal(pages.page()?.report, undefined)
})

test("the last finished report comes back, also in another window and after a restart", async () => {
  const memory = memoryOf()
  const { pages, check } = bench(memory)
  pages.act("checkEndpoint")
  check.push(done)
  check.push("end")
  await settled()
  pages.act("closeEndpointPage")
  pages.act("openEndpointPage")
  assert.deepEqual(pages.page()?.report, done)
  const other = bench(memory)
  other.pages.act("openEndpointPage")
  assert.deepEqual(other.pages.page()?.report, done)
})

test("reports are kept for a dozen endpoints; damaged ones are left out", async () => {
  const memory = memoryOf({
    "osprey.endpointReports": [7, { key: "vllm m", report: { ...done, findings: "x" } }],
  })
  const { pages, check, choose, vllm } = bench(memory)
  pages.act("openEndpointPage")
  assert.equal(pages.page()?.report, undefined)
  for (let at = 0; at < 15; at++) {
    choose({ ...vllm, key: `e${at}` })
    pages.act("checkEndpoint")
    check.push(done)
    check.push("end")
    await settled()
  }
  const kept = memory.kept.get("osprey.endpointReports")
  assert.equal(Array.isArray(kept) && kept.length, 12)
})

test("when the chat's model moves to another endpoint, the page follows and the old check ends", async () => {
  const { pages, check, choose, vllm, last } = bench()
  pages.act("checkEndpoint")
  await settled()
  choose({ ...vllm, key: "groq m", place: "api.groq.com", account: async () => [] })
  pages.refresh()
  await settled()
  assert.equal(check.aborted(), true)
  assert.deepEqual([last()?.place, last()?.report], ["api.groq.com", undefined])
  choose(undefined)
  pages.refresh()
  assert.equal(last(), null)
})

test("an answer that came since is counted on the open page; a closed one hears nothing", () => {
  const { pages, answer, last, posted } = bench()
  answer()
  pages.refresh()
  assert.equal(posted.length, 0)
  pages.act("openEndpointPage")
  answer()
  pages.refresh()
  assert.equal(last()?.record?.answers, 2)
})

test("a model that is at no endpoint: one sentence, no page", () => {
  const { pages, choose, told, last } = bench()
  choose(undefined)
  pages.act("checkEndpoint")
  assert.deepEqual([told, last()], [[noEndpoint], null])
})
