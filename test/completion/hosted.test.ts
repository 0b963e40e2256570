// Ghost text from an endpoint that can only chat: off unless wanted, then the answer between fences.
import assert from "node:assert/strict"
import { test } from "node:test"
import { completionState } from "../../src/completion/completionState.ts"
import { type SuggestParts, suggest } from "../../src/completion/suggest.ts"
import { onMains } from "../../src/model/local/power/powerPolicy.ts"
import { pictureOf, requestAt } from "../support/cursorText.ts"
import { says, scriptedModel } from "../support/scriptedModel.ts"

function endpoint(answer: string, hosted: "off" | "onPause" = "onPause") {
  const model = scriptedModel(says(answer))
  const state = completionState()
  const waits: number[] = []
  const parts: SuggestParts = {
    model: () => model,
    options: () => ({
      enabled: true,
      trigger: "automatic",
      disabledLanguages: [],
      hosted,
      snoozedUntil: 0,
      power: onMains,
    }),
    sources: { documents: () => [], edits: () => [] },
    state: {
      ...state,
      pause: {
        over: async leastMs => {
          waits.push(leastMs)
          return true
        },
        observe: () => {},
      },
    },
    onLoading: () => {},
    now: () => 1,
  }
  const at = async (picture: string, trigger: "automatic" | "invoked" = "automatic") => {
    const request = requestAt(picture, { trigger })
    const outcome = await suggest(request, parts, new AbortController().signal)
    return outcome.type === "none" ? outcome.reason : pictureOf(request, outcome)
  }
  return { model, waits, at }
}

test("it is off by default, but who asks gets an answer", async () => {
  const { at, model } = endpoint("```ts\n1337\n```", "off")
  assert.equal(await at("const x = █"), "hostedOff")
  assert.equal(model.requests.length, 0)
  assert.equal(await at("const x = █", "invoked"), "const x = ├1337┤")
})

test("only a pause in typing asks", async () => {
  const { at, waits } = endpoint("```ts\n1337\n```")
  await at("const x = █")
  assert.ok((waits[0] ?? 0) >= 400)
})

test("the answer is read out of its fence, without the line it repeats", async () => {
  for (const [picture, answer, expected] of [
    ["const x = █", "```ts\n1337\n```", "const x = ├1337┤"],
    ["const x = █", "```\nconst x = 1337\n```", "const x = ├1337┤"],
    ["  const x = █", "```ts\nconst x = 1337\n```", "  const x = ├1337┤"],
    ["const x = █", "1337", "const x = ├1337┤"],
    ["const x = █", "```ts\n```", "nothingToAdd"],
    ["function f() {\n  █\n}", "```ts\n  return 1\n```", "function f() {\n  ├return 1┤\n}"],
    [
      "function f() {\n  █\n}",
      "```ts\nconst a = 1\n  return a\n```\nThis returns a.",
      "function f() {\n  ├const a = 1\n  return a┤\n}",
    ],
  ] as const)
    assert.equal(await endpoint(answer).at(picture), expected)
})

test("the prompt marks the cursor and asks for little reasoning", async () => {
  const { at, model } = endpoint("```ts\n1337\n```")
  await at("const x = sum(█)\nconst y = 2")
  const messages = model.requests[0]?.conversation.messages ?? []
  const [system, , user] = messages
  assert.ok(typeof system?.content === "object" && "system" in system.content)
  assert.equal(system.content.system.reasoningEffort, "low")
  assert.match(String(user?.content), /const x = sum\(<<CURSOR>>\)\nconst y = 2/)
})
