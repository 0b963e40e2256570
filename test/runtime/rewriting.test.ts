// Answers that rewrite their prompt, with guesses from the prompt and without: the same text, whatever happens beside
// them. The demo model is trained to copy, so the guesses are truly right and wrong.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { type ActionTask, actionPrompt } from "../../src/actions/actionPrompt.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess, RuntimeRequest } from "../../src/model/local/runtimeProcess.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  message,
  questionTo,
  startRuntime,
  written,
  writtenTokens,
} from "../support/runtimeTest.ts"

let runtime: RuntimeProcess
before(async () => {
  runtime = startRuntime()
  await load()
})
after(() => runtime.stop())

async function load(draftTokens = 7, contextSize = 4096): Promise<void> {
  await ask(runtime, loadRequest({ contextSize, draftTokens }))
}

const rewriting = (request: RuntimeRequest) => ({ ...request, rewrites: true })

type Done = Extract<RuntimeReply, { type: "done" }>

function done(reply: RuntimeReply | undefined): Done {
  assert.equal(reply?.type, "done")
  return reply
}

/** A task for the code, as the product asks it. */
function taskPrompt(task: ActionTask, code: string): readonly Segment[] {
  const around = { before: "", after: "" }
  return renderConversation(
    actionPrompt({ task, path: "src/amounts.ts", languageId: "typescript", code, ...around }),
  )
}

const sum =
  "export function addAmounts(price: number, shipping: number): number {\n  return price + shipping;\n}"
const list =
  "const names = ['one', 'two', 'three'];\nfunction printAll() {\n  for (const name of names) {\n" +
  "    console.log(nam);\n  }\n}\n\nfunction count(limit: number) {\n  return limit + 1;\n}"
const prompts = {
  document: taskPrompt({ action: "document" }, sum),
  rename: taskPrompt({ action: "refactor", instruction: "Rename `price` to `cost`." }, sum),
  fix: taskPrompt(
    {
      action: "fix",
      problems: [{ line: 4, at: "nam", message: "Cannot find name 'nam'. Did you mean 'name'?" }],
    },
    list,
  ),
}

/** A question that was answered, asked again: its answer, control tokens and all, stands in the prompt. */
async function askedAgain(question: string): Promise<readonly Segment[]> {
  const first = await ask(runtime, generateRequest(questionTo(question)))
  return [
    ...questionTo(question),
    { tokens: writtenTokens(first.replies) },
    ...message("user", question),
    { control: "start" },
    { text: "assistant" },
  ]
}

for (const draftTokens of [3, 15])
  for (const [name, prompt] of Object.entries(prompts))
    test(`${name}, ${draftTokens} tokens at once: word for word what is written one by one`, async () => {
      await load(draftTokens)
      const plain = await ask(runtime, generateRequest(prompt, { maxTokens: 600 }))
      const tried = await ask(runtime, rewriting(generateRequest(prompt, { maxTokens: 600 })))
      assert.equal(written(tried.replies), written(plain.replies))
      assert.deepEqual(writtenTokens(tried.replies), writtenTokens(plain.replies))
      const { draftedTokens = 0, acceptedTokens = 0, generatedTokens, reason } = done(tried.last)
      assert.equal(reason, "stop")
      assert.equal(generatedTokens, done(plain.last).generatedTokens)
      assert.ok(
        acceptedTokens > generatedTokens / 8,
        `${acceptedTokens} of ${draftedTokens}, ${generatedTokens}`,
      )
      assert.equal(done(plain.last).draftedTokens, undefined)
    })

test("nothing is guessed where that isn't worth it", async () => {
  await load(0)
  const { last } = await ask(runtime, rewriting(generateRequest(prompts.document)))
  assert.equal(done(last).draftedTokens, undefined)
})

test("an answer of its own words is hardly ever guessed", async () => {
  await load()
  const { last } = await ask(runtime, rewriting(generateRequest(questionTo("What is a closure?"))))
  const { draftedTokens = 0, generatedTokens } = done(last)
  assert.ok(draftedTokens < generatedTokens, `${draftedTokens}, ${generatedTokens}`)
})

test("what is evaluated afterwards is the prompt and the answer: the next turn goes on from there", async () => {
  await load()
  const again = await askedAgain("What is a closure?")
  const first = await ask(runtime, rewriting(generateRequest(again)))
  const { acceptedTokens = 0, generatedTokens, promptTokens } = done(first.last)
  assert.ok(acceptedTokens > generatedTokens / 2)
  const next: readonly Segment[] = [
    ...again,
    { tokens: writtenTokens(first.replies).slice(0, -1) },
    { control: "end" },
    ...message("user", "Thanks"),
    { control: "start" },
    { text: "assistant" },
  ]
  const warm = await ask(runtime, generateRequest(next))
  assert.equal(done(warm.last).reusedTokens, promptTokens + generatedTokens - 1)
  await load()
  assert.equal(written(warm.replies), written((await ask(runtime, generateRequest(next))).replies))
})

test("a stop token among guessed ones ends the answer, and nothing after it is told or counted", async () => {
  await load(15)
  const again = await askedAgain("What is a closure?")
  const { last, replies } = await ask(runtime, rewriting(generateRequest(again)))
  assert.equal(written(replies), written((await ask(runtime, generateRequest(again))).replies))
  assert.match(written(replies), /^[^»]+»[^«]+«message»A closure[^«]+«return»$/)
  const { reason, generatedTokens, acceptedTokens = 0 } = done(last)
  assert.equal(reason, "stop")
  assert.equal(generatedTokens, writtenTokens(replies).length)
  // «return» is followed by more in what was copied, so it is guessed as any other token.
  assert.ok(acceptedTokens > generatedTokens / 2, `${acceptedTokens} of ${generatedTokens}`)
})

test("never more than maxTokens, whatever was guessed", async () => {
  await load(15)
  const again = await askedAgain("What is git?")
  const whole = writtenTokens((await ask(runtime, rewriting(generateRequest(again)))).replies)
  for (let maxTokens = 1; maxTokens < whole.length; maxTokens += 3) {
    const { last, replies } = await ask(runtime, rewriting(generateRequest(again, { maxTokens })))
    assert.equal(done(last).reason, "length")
    assert.equal(done(last).generatedTokens, maxTokens)
    assert.deepEqual(writtenTokens(replies), whole.slice(0, maxTokens))
  }
})

test("an answer that reaches the end of the context stops there", async () => {
  await load(15, 512)
  const endless = rewriting(generateRequest(questionTo("Hello"), { maxTokens: 10_000, stop: [] }))
  const {
    promptTokens,
    generatedTokens,
    acceptedTokens = 0,
    reason,
  } = done((await ask(runtime, endless)).last)
  assert.equal(reason, "length")
  assert.equal(promptTokens + generatedTokens, 512)
  assert.ok(acceptedTokens > 0)
})

test("a cancel ends it, and the next answer is right", async () => {
  await load(15, 16_384)
  const prompt = prompts.document
  const expected = written((await ask(runtime, generateRequest(prompt))).replies)
  const cancel = new AbortController()
  const endless = rewriting(generateRequest(prompt, { maxTokens: 10_000, stop: [] }))
  for await (const reply of runtime.request(endless, cancel.signal))
    if (reply.type === "pieces") cancel.abort()
  const { replies: next } = await ask(runtime, rewriting(generateRequest(prompt)))
  assert.equal(written(next), expected)
})

test("ghost text beside it, and a chat that takes its place: no text gets into the other", async () => {
  await load(15, 16_384)
  const prompt = prompts.fix
  const ghostText = generateRequest([...questionTo("Complete src/a.ts"), { text: "const total = " }], {
    ...{ maxTokens: 12, stop: [], context: "completion" },
  })
  const chat = generateRequest(questionTo("What is git?"))
  const expected = await Promise.all([
    ask(runtime, generateRequest(prompt, { maxTokens: 600 })),
    ask(runtime, ghostText),
    ask(runtime, chat),
  ])
  for (let round = 0; round < 8; round++) {
    const background = { ...rewriting(generateRequest(prompt, { maxTokens: 600 })), background: true }
    const together = await Promise.all([
      ask(runtime, background),
      ask(runtime, ghostText),
      ask(runtime, chat),
    ])
    assert.deepEqual(
      together.map(({ replies }) => written(replies)),
      expected.map(({ replies }) => written(replies)),
    )
  }
})

test("with a temperature chance decides as well, and what is guessed rightly is still the model's", async () => {
  await load()
  const endless: string[] = []
  for (const seed of [7, 8]) {
    const chance = { temperature: 1, seed }
    const { last, replies } = await ask(runtime, { ...rewriting(generateRequest(prompts.rename)), ...chance })
    assert.match(written(replies), /```typescript\nexport function \w+\(cost: number, [^«]+```«return»$/)
    assert.ok((done(last).acceptedTokens ?? 0) > 0)
    const longer = generateRequest(prompts.rename, { maxTokens: 400, stop: [] })
    endless.push(written((await ask(runtime, { ...rewriting(longer), ...chance })).replies))
  }
  assert.notEqual(endless[0], endless[1])
})
