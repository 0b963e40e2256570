// Notices that a model goes round in circles, in its text or in its calls. One guard per turn of the user's.
import { endsInLoop } from "../base/repetition.ts"
import type { ToolCall } from "../harmony/message.ts"

/** Characters of new text between two looks at its end: a look costs about 0.1 ms. */
const lookEvery = 128

/** The same call with the same arguments is answered this often in one turn; the next one is a loop. */
const sameCallLimit = 2

export type LoopGuard = {
  /** Call for each piece of streamed text of one channel; true: it repeats itself. */
  textLoops(channel: "reasoning" | "preamble" | "text", piece: string): boolean
  /** What was streamed so far was discarded. */
  forgetTexts(): void
  /** Call once per tool call; true: it was made too often already. */
  callLoops(call: ToolCall): boolean
}

export function loopGuard(): LoopGuard {
  const texts = new Map<string, { text: string; unseen: number }>()
  const calls = new Map<string, number>()
  return {
    textLoops(channel, piece) {
      const seen = texts.get(channel) ?? { text: "", unseen: 0 }
      seen.text = (seen.text + piece).slice(-4800)
      seen.unseen += piece.length
      texts.set(channel, seen)
      if (seen.unseen < lookEvery) return false
      seen.unseen = 0
      return endsInLoop(seen.text)
    },
    forgetTexts: () => texts.clear(),
    callLoops(call) {
      const key = `${call.name} ${JSON.stringify(call.arguments ?? call.rawArguments)}`
      const count = (calls.get(key) ?? 0) + 1
      calls.set(key, count)
      return count > sameCallLimit
    },
  }
}
