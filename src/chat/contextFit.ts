// Keeps a conversation within what the model can read: counted before it is sent, and shortened from its oldest end by
// a fixed policy. What is left out is told; the conversation itself stays whole.
import type { Message } from "../harmony/message.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"

export type ContextFit = {
  /** As much as fits; `leftOut`: how many results and earlier messages are missing. An error: not even the last one fits. */
  fit(messages: readonly Message[]): Promise<Fitted | ModelError>
  /** The model found it too long all the same. True: less is sent from now on, so it may be asked again. */
  isTooLong(error: ModelError): boolean
}

export type Fitted = { readonly messages: readonly Message[]; readonly leftOut: number }

/** In place of a result that was left out. */
export const leftOutResult = "(Left out to save room. Call the tool again if you need it.)"

/** Left out together, so that the prompt's beginning changes seldom: every change makes the model read it anew. */
const atOnce = 8

/** Results shorter than this stay: leaving them out saves nothing. Characters. */
const shortResult = 200

export function contextFit({
  description,
  countTokens,
}: Pick<LanguageModel, "description" | "countTokens">): ContextFit {
  const { contextWindow, outputLimit } = description
  let room = contextWindow - Math.min(outputLimit, Math.floor(contextWindow / 4))
  let wasShortened = false

  async function isTooMuch(messages: readonly Message[]): Promise<boolean> {
    // A token is a byte at least: what has fewer bytes fits without being counted.
    if (Buffer.byteLength(JSON.stringify(messages)) <= room) return false
    return (await countTokens({ messages })) > room
  }

  return {
    async fit(messages) {
      if (!(await isTooMuch(messages))) return { messages, leftOut: 0 }
      const cuts = cutsOf(messages)
      const shortened = (count: number) => without(messages, cuts.slice(0, count))
      let [low, high] = [0, Math.ceil(cuts.length / atOnce)]
      if (await isTooMuch(shortened(cuts.length))) return full(await countTokens({ messages }), room)
      while (low + 1 < high) {
        const middle = Math.floor((low + high) / 2)
        if (await isTooMuch(shortened(middle * atOnce))) low = middle
        else high = middle
      }
      const leftOut = Math.min(cuts.length, high * atOnce)
      return { messages: shortened(leftOut), leftOut }
    },
    isTooLong({ kind, detail }) {
      if (kind !== "contextFull" || wasShortened) return false
      wasShortened = true
      room = Math.floor(Math.min(room, detail.tokens?.available ?? room) * 0.7)
      return true
    },
  }
}

type Cut = { readonly at: number; readonly as: "nothing" | "result" }

/**
 * In this order: results of earlier turns, oldest first; earlier turns, oldest first; results of the running turn but
 * its last. System and developer messages and the last message of the user's always stay.
 */
function cutsOf(messages: readonly Message[]): readonly Cut[] {
  const last = messages.findLastIndex(({ role }) => role === "user")
  const isLong = ({ role, content }: Message) =>
    role === "tool" && typeof content === "string" && content.length > shortResult
  const numbered = messages.map((message, at) => ({ message, at }))
  const earlier = numbered.filter(
    ({ message: { role }, at }) => at < last && role !== "system" && role !== "developer",
  )
  const lastResult = messages.findLastIndex(({ role }) => role === "tool")
  const running = numbered.filter(({ message, at }) => at > last && at < lastResult && isLong(message))
  return [
    ...earlier.filter(({ message }) => isLong(message)).map(({ at }) => ({ at, as: "result" }) as const),
    ...wholeTurns(earlier).map(({ at }) => ({ at, as: "nothing" }) as const),
    ...running.map(({ at }) => ({ at, as: "result" }) as const),
  ]
}

type Numbered = { readonly message: Message; readonly at: number }

/** A call never stands without its result: within a turn the later ones go first, so a cut in its middle leaves its question. */
function wholeTurns(earlier: readonly Numbered[]): readonly Numbered[] {
  const turns: Numbered[][] = []
  for (const each of earlier)
    if (each.message.role === "user" || turns.length === 0) turns.push([each])
    else turns.at(-1)?.push(each)
  return turns.flatMap(turn => turn.toReversed())
}

function without(messages: readonly Message[], cuts: readonly Cut[]): readonly Message[] {
  const kinds = new Map<number, Cut["as"]>()
  for (const { at, as } of cuts) kinds.set(at, as)
  return messages.flatMap((message, at) => {
    const cut = kinds.get(at)
    if (cut === undefined) return [message]
    return cut === "nothing" ? [] : [{ ...message, content: leftOutResult }]
  })
}

function full(needed: number, available: number): ModelError {
  return new ModelError("contextFull", { tokens: { needed, available } })
}
