// R30 as a loop: chat and ghost text at the same time, again and again. Each request gets its own answer and nothing
// of another's, none is dropped, and while ghost text is written the chat stands still.
import assert from "node:assert/strict"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { ask, generateRequest, never, questionTo, written } from "../support/runtimeTest.ts"

const questions = ["What is a closure?", "Thanks", "What is git?", "Hello"]

export type MixedFigures = {
  /** Steps of the chat (pieces of its prompt, tokens, the end) that came between ghost text's first reply and its last, per ghost text. */
  readonly chatBetween: readonly number[]
}

/** `pairs` chats, each with a ghost text that is asked for while the chat is answered. */
export async function mixedRequests(runtime: RuntimeProcess, pairs: number): Promise<MixedFigures> {
  const alone = new Map<string, string>()
  for (const question of questions) {
    const { replies } = await ask(runtime, generateRequest(questionTo(question)))
    alone.set(question, written(replies))
  }
  const completion = (question: string) =>
    generateRequest(questionTo(question), { context: "completion", maxTokens: 20 })
  const chatBetween: number[] = []
  for (let pair = 0; pair < pairs; pair++) {
    const chatQuestion = questions[pair % questions.length] ?? ""
    const ownQuestion = questions[(pair + 1) % questions.length] ?? ""
    const order: ("chat" | "completion")[] = []
    const collect = async (name: "chat" | "completion", replies: AsyncIterable<RuntimeReply>) => {
      const all: RuntimeReply[] = []
      for await (const reply of replies) {
        // That it waits for ghost text is no work.
        if (reply.type !== "waiting") order.push(name)
        all.push(reply)
      }
      return all
    }
    const chat = runtime.request(generateRequest(questionTo(chatQuestion)), never)
    const ghostText = runtime.request(completion(ownQuestion), never)
    const [chatReplies, ownReplies] = await Promise.all([
      collect("chat", chat),
      collect("completion", ghostText),
    ])
    assert.equal(written(chatReplies), alone.get(chatQuestion), `chat ${pair}`)
    assert.equal(ownReplies.at(-1)?.type, "done", `ghost text ${pair}`)
    assert.ok(
      alone.get(ownQuestion)?.startsWith(written(ownReplies)),
      `ghost text ${pair}: ${written(ownReplies)}`,
    )
    const between = order.slice(order.indexOf("completion"), order.lastIndexOf("completion"))
    chatBetween.push(between.filter(name => name === "chat").length)
  }
  return { chatBetween }
}
