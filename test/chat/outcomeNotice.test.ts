import assert from "node:assert/strict"
import { test } from "node:test"
import { errorNotice, outcomeNotice } from "../../src/chat/outcomeNotice.ts"
import { ModelError, type ModelErrorDetail, type ModelErrorKind } from "../../src/model/modelError.ts"

function words(kind: ModelErrorKind, detail: ModelErrorDetail, tokens = 0): string {
  const { title, sentence, actions } = errorNotice(new ModelError(kind, detail), tokens)
  return `${title}. ${sentence} [${actions.map(action => action.label).join("] [")}]`
}

for (const [kind, detail, tokens, expected] of [
  [
    "unauthorized",
    { subject: "https://openrouter.ai" },
    0,
    "openrouter.ai refused the key. Nothing was lost. Enter a valid key and Osprey sends your message again. [Enter key…] [Other model…]",
  ],
  [
    "unreachable",
    { subject: "http://localhost:11434" },
    0,
    "No answer from localhost:11434. The server may not be running. Start it, then retry. [Retry] [Check the endpoint] [Other model…]",
  ],
  [
    "rateLimited",
    { subject: "https://openrouter.ai", retryAfter: 33.4 },
    0,
    "openrouter.ai asks to wait 34 s. Too many requests for now. Retry later or choose another model. [Retry] [Other model…]",
  ],
  [
    "streamCut",
    {},
    38,
    "Interrupted after 38 tokens. The connection ended. What arrived is kept. [Continue] [Retry]",
  ],
  [
    "runtimeEnded",
    {},
    38,
    "Interrupted after 38 tokens. The model process ended. It starts again with your next message. [Continue] [Retry]",
  ],
  [
    "modelMissing",
    { subject: "gpt-oss-20b.gguf" },
    0,
    "This model file isn't there. gpt-oss-20b.gguf can't be found. Choose another file, or the demo model. [Choose file…] [Other model…]",
  ],
] as const)
  test(`${kind} in words`, () => assert.equal(words(kind, detail, tokens), expected))

const kinds: readonly ModelErrorKind[] = [
  "unreachable",
  "unauthorized",
  "paymentRequired",
  "modelNotFound",
  "rateLimited",
  "serverError",
  "badRequest",
  "badResponse",
  "redirected",
  "insecure",
  "timeout",
  "streamCut",
  "contextFull",
  "notConfigured",
  "modelMissing",
  "modelUnreadable",
  "modelBroken",
  "modelUnsuitable",
  "outOfMemory",
  "runtimeEnded",
  "noBinary",
  "internal",
]

for (const kind of kinds)
  test(`${kind}: a title, a sentence and a next step, in our voice`, () => {
    const notice = errorNotice(new ModelError(kind, { subject: "https://example.com" }))
    assert.ok(notice.actions.length > 0)
    assert.match(notice.sentence, /\.$/)
    assert.doesNotMatch(notice.title + notice.sentence, /!|sorry|oops|undefined|\bAI\b/i)
  })

test("what the server said is handed on with its status, as text", () => {
  const error = new ModelError("badRequest", {
    subject: "https://a.example",
    said: "no such parameter",
    status: 400,
  })
  assert.equal(errorNotice(error).said, "400 no such parameter")
})

const atEndpoints = kinds.filter(
  kind => !/^(notConfigured|model(Missing|Broken|Unsuitable)|noBinary)$/.test(kind),
)

for (const kind of atEndpoints)
  test(`${kind}: one click sends the message again, by itself or after the remedy`, () => {
    const resends = new Set(["retry", "enterKey", "chooseModel"])
    const { actions } = errorNotice(new ModelError(kind, { subject: "https://example.com" }))
    assert.ok(actions.some(action => resends.has(action.does)))
  })

for (const kind of ["unreachable", "serverError", "badRequest", "badResponse", "redirected"] as const)
  test(`${kind}: the endpoint can be checked`, () => {
    const { actions } = errorNotice(new ModelError(kind, { subject: "https://example.com" }))
    assert.ok(actions.some(action => action.does === "checkEndpoint"))
  })

for (const [outcome, where, expected] of [
  [{ reason: "cut" }, "local", "paused: Paused after 1,024 tokens [Continue]"],
  [{ reason: "spent", tokens: 60_000 }, "local", "paused: Paused after 60,000 tokens [Continue]"],
  [{ reason: "paused", toolCalls: 1 }, "local", "paused: Paused after 1 tool call [Continue]"],
  [{ reason: "empty" }, "local", "failed: The model gave no answer [Retry] [Other model…]"],
  [
    { reason: "empty" },
    "hosted",
    "failed: The model gave no answer [Retry] [Check the endpoint] [Other model…]",
  ],
  [{ reason: "looped" }, "hosted", "failed: Stopped: the model repeats itself [Retry] [Other model…]"],
  [
    { reason: "unknownTools" },
    "hosted",
    "failed: Stopped: the model asks for tools that don't exist [Retry] [Check the endpoint] [Other model…]",
  ],
  [
    { reason: "badArguments", tool: "read_file" },
    "local",
    "failed: Stopped: the model can't call read_file correctly [Retry] [Other model…]",
  ],
] as const)
  test(`${outcome.reason}, ${where}: ${expected}`, () => {
    const { status, notice } = outcomeNotice(outcome, 1024, where)
    const buttons = notice?.actions.map(action => `[${action.label}]`).join(" ")
    assert.equal(`${status}: ${notice?.title} ${buttons}`, expected)
  })

test("how a turn ended decides how it is marked", () => {
  assert.equal(outcomeNotice({ reason: "stopped" }, 5).status, "stopped")
  assert.equal(
    outcomeNotice({ reason: "paused", toolCalls: 25 }, 5).notice?.title,
    "Paused after 25 tool calls",
  )
  assert.equal(
    outcomeNotice({ reason: "failed", error: new ModelError("runtimeEnded") }, 5).status,
    "interrupted",
  )
  assert.equal(outcomeNotice({ reason: "failed", error: new ModelError("unauthorized") }, 0).status, "failed")
})
