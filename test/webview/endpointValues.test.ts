// Small pure parts of the page about an endpoint, and the line of figures under an answer.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { EndpointPage } from "../../src/protocol/endpointPage.ts"
import { announcements } from "../../src/webview/announcements.ts"
import { clockTime } from "../../src/webview/figures.ts"
import { conversationCost, initialPage, receive } from "../../src/webview/pageState.ts"
import { problemWords } from "../../src/webview/problemWords.ts"
import { recordFacts } from "../../src/webview/recordFacts.ts"
import { remedyLines, remedyText } from "../../src/webview/remedyLines.ts"
import { reportText, verdictLine } from "../../src/webview/reportText.ts"
import { nothingSaved } from "../../src/webview/savedView.ts"
import { metaParts } from "../../src/webview/view/answerEnd.ts"
import { stateOf, turn } from "./chatPageStates.ts"
import { checkedAt, closed, endpointPage, record, report, running } from "./endpointPageStates.ts"

const page: EndpointPage = { place: "vllm.lan:8000", model: "gpt-oss-120b", preset: "vLLM", account: [] }
const plain = (text: string) => text.replaceAll("\u202f", " ")

test("a remedy's options stand on one line, each whole with its value", () => {
  const cut: readonly (readonly [string, readonly (readonly string[])[]])[] = [
    [
      "--tool-call-parser openai\n--enable-auto-tool-choice",
      [["--tool-call-parser openai", "--enable-auto-tool-choice"]],
    ],
    ["vllm serve m \\\n  --max-model-len 131072", [["vllm serve m", "--max-model-len 131072"]]],
    ["llama-server -c 131072 --jinja", [["llama-server", "-c 131072", "--jinja"]]],
    ["ollama pull gpt-oss:20b\n\nollama serve", [["ollama pull gpt-oss:20b"], ["ollama serve"]]],
    ["OLLAMA_CONTEXT_LENGTH=131072", [["OLLAMA_CONTEXT_LENGTH=131072"]]],
    ["", []],
  ]
  for (const [remedy, lines] of cut) assert.deepEqual(remedyLines(remedy), lines)
  assert.equal(remedyText("a\n--b 1\nc"), "a --b 1\nc")
})

test("the verdict says when and how long, once there is a verdict", () => {
  const line = (parts: Partial<EndpointPage>, now = checkedAt) =>
    plain(verdictLine({ ...page, ...parts }, now))
  assert.deepEqual(
    [
      line({}),
      line({ report: running }),
      line({ report }),
      line({ report: { ...report, ms: 400 } }),
      line({ report: { ...report, status: "stopped", verdict: "The check was stopped." } }),
    ],
    [
      "Not checked yet.",
      "Checking…",
      "Works. 2 things to fix. Checked 14:31, 6 s.",
      "Works. 2 things to fix. Checked 14:31, 0.4 s.",
      "The check was stopped.",
    ],
  )
})

test("a time of another day has its day", () => {
  const at = new Date(2026, 2, 12, 14, 31).getTime()
  assert.equal(clockTime(at, at + 60_000), "14:31")
  assert.equal(clockTime(at, at + 86_400_000), "12 Mar, 14:31")
})

test("the report as text", () => {
  const text = reportText(
    { ...page, report: { ...report, passed: ["Key accepted"] }, record, account: ["4 $ left"] },
    checkedAt,
  )
  assert.equal(
    plain(text),
    `Osprey’s check of vllm.lan:8000
gpt-oss-120b, vLLM
Works. 2 things to fix. Checked 14:31, 6 s.

Error: Tool calls come back as plain text
This vLLM was started without a tool parser. Start it with:
    --tool-call-parser openai --enable-auto-tool-choice
Until then Osprey reads the calls out of the text.

Warning: Context is 8,192 tokens
gpt-oss-120b can hold 131,072. Raise it with:
    --max-model-len 131072

Passed: Key accepted

Ghost text will use raw completions here.
Osprey keeps what it saw and adapts to it.

Answers: 240
Tool calls: 212, 3 malformed
Speed: 41 tok/s
First token after: 0.6 s
Cost: $0.42

End of a message missing: 12
Markup in a tool’s name: 3
Some new code: 1

4 $ left`,
  )
})

test("facts without a figure are left out", () => {
  const none = { answers: 1, toolCalls: 0, malformedCalls: 0, problems: [] }
  assert.deepEqual(recordFacts(none), [["Answers", "1"]])
  assert.deepEqual(recordFacts({ ...none, toolCalls: 4 })[1], ["Tool calls", "4, none malformed"])
})

test("every code of the reader has words; another one is its own", () => {
  assert.equal(problemWords("leaked_markup"), "Markup in the answer")
  assert.equal(problemWords("constructor"), "Constructor")
  assert.equal(problemWords("new_fault"), "New fault")
})

test("the host's page replaces the one before; null takes it away", () => {
  const open = receive(initialPage(nothingSaved), endpointPage({ account: ["4 $ left"] }))
  assert.deepEqual(open.endpoint?.account, ["4 $ left"])
  assert.equal(receive(open, closed).endpoint, undefined)
})

test("a check is heard when it begins and when it ends; a finished one that is opened is not", () => {
  const chat = receive(initialPage(nothingSaved), stateOf([]))
  const [begun, ended] = [
    receive(chat, endpointPage({ report: running })),
    receive(chat, endpointPage({ report })),
  ]
  const heard = (before: typeof chat, after: typeof chat) =>
    announcements(before, after).map(({ text }) => text)
  assert.deepEqual(heard(chat, begun), ["Checking…"])
  assert.deepEqual(heard(begun, ended), ["Works. 2 things to fix."])
  assert.deepEqual(heard(begun, begun), [])
  assert.deepEqual(heard(chat, ended), [])
  assert.deepEqual(heard(begun, chat), [])
})

test("the line under an answer: provider, reasoning, what was read, about where it is an estimate", () => {
  const meta = { model: "gpt-oss-120b", tokens: 1204 }
  assert.deepEqual(
    metaParts({
      ...meta,
      provider: "Fireworks",
      tokensPerSecond: 41,
      firstTokenMs: 620,
      reasoningTokens: 812,
      promptTokens: 11_900,
      reused: 0.96,
      cost: 0.0003,
    }).map(plain),
    [
      "gpt-oss-120b",
      "Fireworks",
      "41 tok/s",
      "0.6 s to first token",
      "1,204 tokens, 812 of them reasoning",
      "11,900 read, 96 % reused",
      "$0.0003",
    ],
  )
  assert.deepEqual(
    metaParts({ ...meta, tokensPerSecond: 41, promptTokens: 11_900, isEstimate: true }).map(plain),
    ["gpt-oss-120b", "about 41 tok/s", "about 1,204 tokens", "about 11,900 read"],
  )
})

test("a conversation's cost is told once more than one answer had a price", () => {
  const costing = (cost?: number) =>
    turn({ meta: { model: "m", tokens: 1, ...(cost !== undefined && { cost }) } })
  assert.equal(conversationCost([costing(0.5)]), undefined)
  assert.equal(conversationCost([costing(0.5), costing()]), undefined)
  assert.equal(conversationCost([costing(0.5), costing(0.25), costing()]), 0.75)
})
