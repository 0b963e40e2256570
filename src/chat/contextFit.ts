// Keeps a conversation within what the model can read: counted before it is sent, and shortened from its oldest end by
// a fixed policy. What is left out is told; the conversation itself stays whole.
import type { Message } from "../harmony/message.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"

/** For one answer: the messages of a later call begin with those of the call before. */
export type ContextFit = {
  /** As much as fits; `leftOut`: how many results and earlier messages are missing. An error: not even the last one fits. */
  fit(messages: readonly Message[]): Promise<Fitted | ModelError>
  /** The model found it too long all the same. True: less is sent from now on, so it may be asked again. */
  isTooLong(error: ModelError): boolean
}

export type Fitted = { readonly messages: readonly Message[]; readonly leftOut: number }

/** In place of a result that was left out. */
export const leftOutResult = "(Left out to save room. Call the tool again if you need it.)"

/** Before anything was counted; code and English in gpt-oss's vocabulary, as JSON. */
const usualBytesPerToken = 4

/** Results shorter than this stay: leaving them out saves nothing. Characters. */
const shortResult = 200

export function contextFit({
  description,
  countTokens,
}: Pick<LanguageModel, "description" | "countTokens">): ContextFit {
  const { contextWindow, outputLimit } = description
  let room = contextWindow - Math.min(outputLimit, Math.floor(contextWindow / 4))
  let wasShortened = false
  /** Steps that were needed last time: no fewer will do for a conversation that has grown. */
  let needed = 0
  let bytesPerToken = usualBytesPerToken

  /** The whole conversation when it fitted last, and tokens that it has at most. */
  let whole: { readonly length: number; readonly tokens: number } | undefined

  async function tokensIn(messages: readonly Message[]): Promise<number> {
    const tokens = await countTokens({ messages })
    bytesPerToken = sizeOf(messages) / tokens
    return tokens
  }

  async function fitsWhole(messages: readonly Message[]): Promise<boolean> {
    // A token is a byte at least: what has fewer bytes fits without being counted.
    if (sizeOf(messages) <= room) return true
    if (whole === undefined) return false
    const { length, tokens } = whole
    whole = {
      length: messages.length,
      tokens: tokens + (await countTokens({ messages: messages.slice(length) })),
    }
    return whole.tokens <= room
  }

  return {
    async fit(messages) {
      if (needed <= 0 && (await fitsWhole(messages))) return { messages, leftOut: 0 }
      const steps = stepsOf(messages, room)
      const shortened = (count: number) => without(messages, steps.slice(0, count).flat())
      const sizes = sizesAfter(steps, messages)
      // So many steps are too few; so many are enough, or more than there are.
      let [tooFew, enough] = [needed - 1, steps.length + 1]
      while (tooFew + 1 < enough) {
        const guess = sizes.findIndex(bytes => bytes <= room * bytesPerToken)
        const count = Math.min(enough - 1, Math.max(tooFew + 1, guess < 0 ? steps.length : guess))
        const tokens = await tokensIn(shortened(count).messages)
        if (tokens > room) tooFew = count
        else enough = count
        if (enough === 0) whole = { length: messages.length, tokens }
      }
      if (enough > steps.length) return full(await countTokens({ messages }), room)
      needed = enough
      return shortened(enough)
    },
    isTooLong({ kind, detail }) {
      if (kind !== "contextFull" || wasShortened) return false
      wasShortened = true
      ;[needed, whole] = [0, undefined]
      room = Math.floor(Math.min(room, detail.tokens?.available ?? room) * 0.7)
      return true
    },
  }
}

type Cut = { readonly at: number; readonly as: "nothing" | "result" }
type Numbered = { readonly at: number; readonly message: Message }

/** For so many blocks what was said stays after the results in it are gone. */
const saidStays = 3

/**
 * What is left out, one step after the other: results of earlier turns, oldest first; three blocks behind them what was
 * said in earlier turns; results of the running turn but its last. System and developer messages and the last message
 * of the user's always stay.
 *
 * A step is a block of about a third of the room, and blocks are counted from the conversation's beginning: they stay
 * the same while it grows, and so does the prompt's beginning until the next step. Each one makes the model read nearly
 * all of the prompt anew.
 */
function stepsOf(messages: readonly Message[], room: number): readonly (readonly Cut[])[] {
  const numbered = messages.map((message, at) => ({ message, at }))
  const last = messages.findLastIndex(({ role }) => role === "user")
  const lastResult = messages.findLastIndex(({ role }) => role === "tool")
  const earlier = numbered.filter(
    ({ message: { role }, at }) => at < last && role !== "system" && role !== "developer",
  )
  const { blocks, rest } = inBlocks(wholeTurns(earlier), room)
  const running = resultsIn(numbered.filter(({ at }) => at > last && at < lastResult))
  const inRunning = inBlocks(
    running.map(({ at }) => numbered.slice(at, at + 1)),
    room,
  )
  return [
    ...Array.from({ length: blocks.length === 0 ? 0 : blocks.length + saidStays }, (_, at) => [
      ...resultsIn(blocks[at] ?? []),
      ...wholly(blocks[at - saidStays] ?? []),
    ]),
    resultsIn(rest),
    wholly(rest),
    ...inRunning.blocks.map(resultsIn),
    ...resultsIn(inRunning.rest).map(cut => [cut]),
  ].filter(step => step.length > 0)
}

/** Bytes of the conversation after no step, after one, after two and so on. */
function sizesAfter(steps: readonly (readonly Cut[])[], messages: readonly Message[]): readonly number[] {
  const sizes = messages.map(message => sizeOf([message]))
  const whole = sizes.reduce((sum, size) => sum + size, 0)
  let total = whole
  const after = steps.map(step => {
    for (const { at, as } of step) {
      const left = as === "nothing" ? 0 : leftOutResult.length
      total -= (sizes[at] ?? 0) - left
      sizes[at] = left
    }
    return total
  })
  return [whole, ...after]
}

/** Blocks of at least so many bytes; `rest`: what comes after the last one. */
function inBlocks(parts: readonly (readonly Numbered[])[], bytes: number) {
  const blocks: (readonly Numbered[])[] = []
  let [rest, size]: [readonly Numbered[], number] = [[], 0]
  for (const part of parts) {
    rest = [...rest, ...part]
    size += sizeOf(part.map(({ message }) => message))
    if (size < bytes) continue
    blocks.push(rest)
    ;[rest, size] = [[], 0]
  }
  return { blocks, rest }
}

function sizeOf(messages: readonly Message[]): number {
  return Buffer.byteLength(JSON.stringify(messages))
}

/** A call never stands without its result. */
function wholeTurns(earlier: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const turns: Numbered[][] = []
  for (const each of earlier)
    if (each.message.role === "user" || turns.length === 0) turns.push([each])
    else turns.at(-1)?.push(each)
  return turns
}

function resultsIn(part: readonly Numbered[]): readonly Cut[] {
  return part
    .filter(({ message: { role, content } }) => {
      return role === "tool" && typeof content === "string" && content.length > shortResult
    })
    .map(({ at }) => ({ at, as: "result" }))
}

function wholly(part: readonly Numbered[]): readonly Cut[] {
  return part.map(({ at }) => ({ at, as: "nothing" }))
}

function without(messages: readonly Message[], cuts: readonly Cut[]): Fitted {
  const kinds = new Map<number, Cut["as"]>()
  for (const { at, as } of cuts) kinds.set(at, as)
  const kept = messages.flatMap((message, at) => {
    const cut = kinds.get(at)
    if (cut === undefined) return [message]
    return cut === "nothing" ? [] : [{ ...message, content: leftOutResult }]
  })
  return { messages: kept, leftOut: kinds.size }
}

function full(needed: number, available: number): ModelError {
  return new ModelError("contextFull", { tokens: { needed, available } })
}
