// R18 and R29 as a loop: answers are cancelled at random moments, from before the prompt is read to the middle of the
// text. Nothing of a cancelled answer comes after the cancel, and the next one is whole.
import assert from "node:assert/strict"
import type { LanguageModel, ModelEvent } from "../../src/model/languageModel.ts"
import { randomFrom } from "../demo-model/random.ts"
import { chat, said, user } from "../support/demoConversation.ts"
import { never } from "../support/runtimeTest.ts"

const closure = { messages: [...chat, user("What is a closure?")] }

/** Every tenth prompt is as long as the context allows. */
const long = { messages: [...chat, user("What is a closure? ".repeat(500))] }

export async function randomCancels(model: LanguageModel, times: number, seed: number): Promise<void> {
  const random = randomFrom(seed)
  const whole = await answer(model)
  assert.match(whole, /^A closure is a function/)
  for (let time = 0; time < times; time++) {
    const conversation = time % 10 === 9 ? long : closure
    await cancelled(model, conversation, random.whole(0, 40))
    if (time % 5 === 4 || time === times - 1)
      assert.equal(await answer(model), whole, `the answer after cancel ${time}, seed ${seed}`)
  }
}

/** Cancels when so many events have come; by the signal or by leaving the loop. */
async function cancelled(
  model: LanguageModel,
  conversation: typeof closure,
  afterEvents: number,
): Promise<void> {
  const stop = new AbortController()
  let events = 0
  const bySignal = afterEvents % 2 === 0
  if (afterEvents === 0) queueMicrotask(() => stop.abort())
  for await (const _ of model.stream({ conversation, maxTokens: 300 }, stop.signal)) {
    assert.ok(!stop.signal.aborted, "an event came after the cancel")
    if (++events < afterEvents) continue
    if (!bySignal) return
    stop.abort()
  }
}

async function answer(model: LanguageModel): Promise<string> {
  const events: ModelEvent[] = []
  for await (const event of model.stream({ conversation: closure, maxTokens: 300 }, never)) events.push(event)
  return said(events, "text")
}
