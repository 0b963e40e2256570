// A model as a line of the settings: what it means, what it is refused for, and back.
import assert from "node:assert/strict"
import { test } from "node:test"
import { endpointChoice, formatReference, parseReference } from "../../src/vscode/modelReference.ts"

for (const [line, choice] of [
  ["demo", { type: "demo" }],
  ["/models/gpt oss/20b.gguf", { type: "file", path: "/models/gpt oss/20b.gguf" }],
  [
    "https://openrouter.ai/api/v1 openai/gpt-oss-120b",
    { type: "endpoint", url: "https://openrouter.ai/api/v1", model: "openai/gpt-oss-120b" },
  ],
  [
    "http://127.0.0.1:11434/v1 gpt-oss:20b",
    { type: "endpoint", url: "http://127.0.0.1:11434/v1", model: "gpt-oss:20b" },
  ],
  ["https://api.test/v1 two words", { type: "endpoint", url: "https://api.test/v1", model: "two words" }],
] as const)
  test(`"${line}" and back`, () => {
    assert.deepEqual(parseReference(line), { ok: true, choice })
    assert.equal(formatReference(choice), line)
  })

test("one model has one line, however it was written", () => {
  for (const line of [
    "https://api.test/v1 gpt-oss",
    "  https://API.test:443/v1/   gpt-oss  ",
    "https://api.test/v1/chat/completions gpt-oss",
  ]) {
    const parsed = parseReference(line)
    assert.equal(parsed.ok && formatReference(parsed.choice), "https://api.test/v1 gpt-oss")
  }
})

for (const [line, sentence] of [
  ["", /A model is "demo"/],
  ["chat", /A model is "demo"/],
  ["Demo", /A model is "demo"/],
  ["models/20b.gguf", /A model is "demo"/],
  ["./20b.gguf", /A model is "demo"/],
  ["openrouter.ai/api/v1 openai/gpt-oss-120b", /A model is "demo"/],
  ["https://api.test/v1", /name is missing/],
  ["http://api.test/v1 gpt-oss", /only reachable over https/],
  ["ftp://api.test/v1 gpt-oss", /begin with https/],
  ["file:///etc/passwd gpt-oss", /begin with https/],
  ["https://me:sk-1@api.test/v1 gpt-oss", /can't hold a name or password/],
  ["https://api.test/v1?key=sk-1 gpt-oss", /after \? or #/],
  ["https://169.254.169.254/v1 gpt-oss", /not a place for a model/],
  ["https://api.test/v1 gpt\u202eoss", /control characters or invisible/],
  ["https://api.test/v1\ngpt-oss", /control characters or invisible/],
  ["/models/a\u0000b.gguf", /control characters or invisible/],
  [`https://api.test/v1 ${"m".repeat(201)}`, /too long for a model's name/],
  [`/${"m".repeat(5000)}`, /too long/],
] as const)
  test(`${JSON.stringify(line).slice(0, 60)} is no model, and a sentence says why`, () => {
    const parsed = parseReference(line)
    assert.match(parsed.ok ? "" : parsed.sentence, sentence)
    assert.doesNotMatch(parsed.ok ? "" : parsed.sentence, /sk-1/)
  })

test("an address and a name entered apart pass the same check", () => {
  assert.deepEqual(endpointChoice(" http://localhost:8000/v1/ ", " gpt-oss "), {
    type: "endpoint",
    url: "http://localhost:8000/v1",
    model: "gpt-oss",
  })
  assert.equal(endpointChoice("http://api.test/v1", "gpt-oss"), undefined)
  assert.equal(endpointChoice("/models", "20b.gguf"), undefined)
})
