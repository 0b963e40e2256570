import assert from "node:assert/strict"
import { test } from "node:test"
import type { ActionTask } from "../../src/actions/actionPrompt.ts"
import { linesOf } from "../../src/actions/codePassage.ts"
import { type Rewrite, type RewriteProgress, rewriteSelection } from "../../src/actions/rewriteSelection.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { testModel } from "../support/hostedTest.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  scriptedEndpoint,
  streamReply,
} from "../support/scriptedEndpoint.ts"
import { type ScriptedTurn, says, scriptedModel } from "../support/scriptedModel.ts"

const text = "before()\r\n\tconst a: string = 1\r\n\trun(a)\r\nafter()"
const lines = { first: 1, last: 2 }

function rewrite(
  model: LanguageModel,
  more: {
    signal?: AbortSignal
    text?: string
    task?: ActionTask
    onProgress?: (p: RewriteProgress) => void
  } = {},
): Promise<Rewrite> {
  const { signal = new AbortController().signal, ...rest } = more
  const task: ActionTask = { action: "fix", problems: [{ line: 1, at: "a", message: "Not a string." }] }
  return rewriteSelection(
    { model, task, path: "a.ts", languageId: "typescript", text, lines, ...rest },
    signal,
  )
}

async function reasonOf(model: LanguageModel, more: Parameters<typeof rewrite>[1] = {}): Promise<string> {
  const result = await rewrite(model, more)
  return result.ok ? `ok: ${result.text}` : result.reason
}

/** An answer that reaches the limit of tokens. */
function cutOff(answer: string): ScriptedTurn {
  return function* () {
    yield { type: "text", text: answer, tokens: 1 }
    yield { type: "finish", reason: "length", messages: [] }
  }
}

test("the answer of an endpoint becomes the text of the lines, in the file's tabs and line ends", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    eventReply(
      delta({ reasoning: "It is a number: ```ts wrong```" }),
      delta({ content: "Fixed:\n```ts\nconst a: " }),
      delta({ content: "number = 1\nrun(a)\n``" }),
      delta({ content: "`\nBye." }),
      finished(),
    ),
  )
  assert.deepEqual(await rewrite(testModel(endpoint.baseUrl)), {
    ok: true,
    text: "\tconst a: number = 1\r\n\trun(a)",
  })
})

test("what follows the block isn't waited for", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([event(delta({ content: "```ts\nlet b\n```\nAnd now" })), { hang: true }]),
  )
  assert.equal(await reasonOf(testModel(endpoint.baseUrl)), "ok: \tlet b")
  await endpoint.hungUp(0)
})

test("Cancel ends the request", async t => {
  const endpoint = await scriptedEndpoint(t, () =>
    streamReply([event(delta({ content: "```ts\nlet b\n" })), { hang: true }]),
  )
  const abort = new AbortController()
  const cancelOnFirstLine = () => abort.abort()
  const model = testModel(endpoint.baseUrl)
  assert.equal(await reasonOf(model, { signal: abort.signal, onProgress: cancelOnFirstLine }), "cancelled")
  await endpoint.hungUp(0)
  assert.equal(await reasonOf(model, { signal: abort.signal }), "cancelled")
})

const refused: Readonly<Record<string, readonly [ScriptedTurn, string]>> = {
  "the same code again": [says("```ts\nconst a: string = 1\nrun(a)\n```"), "unchanged"],
  "no code": [says("I can't do that, because the problem isn't here."), "noCode"],
  "an empty block": [says("```ts\n```"), "noCode"],
  "nothing at all": [says(""), "noCode"],
  "cut in the block": [cutOff("```ts\nconst a: num"), "cut"],
  "parts left out": [says("```ts\nconst a = 1\n// ... rest of the code\n```"), "abridged"],
  "parts left out, in other words": [says("```py\na = 1\n# existing code here\n```"), "abridged"],
  "the same line for ever": [says(`\`\`\`ts\n${"const a = 1\n".repeat(400)}`), "looped"],
}
for (const [name, [turn, reason]] of Object.entries(refused))
  test(`refused: ${name}`, async () => {
    const result = await rewrite(scriptedModel(turn))
    assert.ok(!result.ok && result.reason === reason)
    assert.match("sentence" in result ? result.sentence : "", /^[A-Z].*\.$/)
  })

test("an answer cut after its block is whole", async () => {
  assert.equal(await reasonOf(scriptedModel(cutOff("```ts\nlet b\n```\nThis means th"))), "ok: \tlet b")
})

test("a comment that only sounds like an omission is code", async () => {
  const comment = "// Remaining bytes are the same for every caller."
  assert.equal(await reasonOf(scriptedModel(says(`\`\`\`ts\n${comment}\n\`\`\``))), `ok: \t${comment}`)
})

test("code that can't fit isn't sent", async () => {
  const model = scriptedModel(says("```\nb\n```"))
  const small: LanguageModel = { ...model, countTokens: async () => 2000 }
  assert.equal(await reasonOf(small), "tooLong")
  assert.equal(await reasonOf(model, { text: "\n \n\n" }), "blank")
  assert.equal(model.requests.length, 0)
})

test("a failure of the model is a value with its kind", async () => {
  const failing = scriptedModel(() => {
    throw new ModelError("rateLimited", { subject: "https://example.com" })
  })
  const result = await rewrite(failing)
  assert.ok(!result.ok && result.reason === "failed" && result.error.kind === "rateLimited")
})

test("tests are a whole new file that ends its last line", async () => {
  const task: ActionTask = { action: "writeTests", testPath: "a.test.ts" }
  const model = scriptedModel(says("```ts\ntest(a)\n\ntest(b)\n\n```"))
  assert.equal(await reasonOf(model, { task }), "ok: test(a)\r\n\r\ntest(b)\r\n")
})

test("whatever the model answers, no line outside the range changes", async () => {
  const answers = [
    "b()",
    "\n\nb()\n\n",
    "before()\n\tconst b = 1\n\trun(b)\nafter()",
    "a\r\nb\rc",
    "\ud800 \u0000",
  ]
  for (const answer of answers) {
    const result = await rewrite(scriptedModel(says(`\`\`\`ts\n${answer}\n\`\`\``)))
    assert.ok(result.ok, answer)
    assert.doesNotMatch(result.text, /\r(?!\n)|(?<!\r)\n/)
    const all = linesOf(text).toSpliced(1, 2, ...linesOf(result.text))
    assert.deepEqual([all[0], all.at(-1)], ["before()", "after()"])
    assert.equal(all.filter(line => line === "before()" || line === "after()").length, 2)
  }
})
