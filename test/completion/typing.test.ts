// A user types with the real demo model: what a keystroke costs in tokens, by the model's own count. The model is
// small and often wrong; what is tested here is that it is asked, and asked cheaply.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, test } from "node:test"
import { completionState } from "../../src/completion/completionState.ts"
import { prepareAhead } from "../../src/completion/prepareAhead.ts"
import { type SuggestParts, suggest } from "../../src/completion/suggest.ts"
import { localModel } from "../../src/model/local/localModel.ts"
import { onMains } from "../../src/model/local/power/powerPolicy.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { requestAt } from "../support/cursorText.ts"
import { demoModelPath, never, startRuntime } from "../support/runtimeTest.ts"
import { keystrokesOf } from "../support/typingTrace.ts"

const trace = readFileSync(new URL("../bench/traces/cart.ts.txt", import.meta.url), "utf8")
/** Another open file that speaks of the same things. */
const order = {
  path: "src/order.ts",
  fullPaths: ["/work/src/order.ts"],
  languageId: "typescript",
  text: trace.replace(/[⟦⟧⌫]/g, "").replaceAll("Cart", "Order"),
}

let runtime: RuntimeProcess
let parts: SuggestParts
before(() => {
  runtime = startRuntime()
  const model = localModel({
    runtime,
    modelPath: demoModelPath,
    label: "Demo model",
    contextSize: 4096,
    threads: 1,
    gpu: false,
    temperature: 0,
  })
  const options = {
    enabled: true,
    trigger: "automatic",
    disabledLanguages: [],
    hosted: "off",
    snoozedUntil: 0,
    power: onMains,
  } as const
  parts = {
    model: () => model,
    options: () => options,
    sources: { documents: () => [order], edits: () => [] },
    state: completionState({ budget: { tokensPerSecond: 10_000 } }),
    onLoading: () => {},
    now: Date.now,
  }
})
after(() => runtime.stop())

test("typing forward evaluates at most one token in a hundred of the prompt", async () => {
  const keys = keystrokesOf(trace).slice(0, 60)
  const [first] = keys
  assert.ok(first)
  await prepareAhead({ ...requestAt("█"), ...first }, parts, never)
  let evaluated = 0
  let prompt = 0
  for (const { before: text, after: rest } of keys) {
    const outcome = await suggest({ ...requestAt("█"), before: text, after: rest }, parts, never)
    if (outcome.prompt === undefined) continue
    assert.ok(outcome.prompt.tokens >= 1000, `a prompt of ${outcome.prompt.tokens} tokens`)
    evaluated += outcome.prompt.tokens - outcome.prompt.reused
    prompt += outcome.prompt.tokens
  }
  assert.ok(prompt > 0, "the model was asked and had something to say")
  assert.ok(evaluated <= prompt / 100, `${evaluated} of ${prompt} tokens`)
})

test("what was read ahead is not evaluated at the first keystroke", async () => {
  const [, , at] = keystrokesOf(trace)
  assert.ok(at)
  const request = { ...requestAt("█"), path: "src/other.ts", before: at.before, after: at.after }
  await prepareAhead(request, parts, never)
  const next = { ...request, before: `${at.before}p` }
  const { prompt } = await suggest(next, parts, never)
  assert.ok(
    prompt !== undefined && prompt.tokens - prompt.reused <= 8,
    `${prompt?.reused} of ${prompt?.tokens}`,
  )
})
