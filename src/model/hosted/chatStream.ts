// Chunks of one answer → ModelEvents and, at its end, clean Harmony messages. A call is only told when the stream
// ended properly, so nothing that was cut is ever run. Knows no network; time is handed in.
import type { Message, ToolCall } from "../../harmony/message.ts"
import { readLeakedText } from "../../harmony/readLeakedText.ts"
import type { TurnOutcome } from "../../harmony/turnOutcome.ts"
import type { FinishReason, ModelEvent } from "../languageModel.ts"
import { chatChunk } from "./chatChunk.ts"
import type { ReasoningField } from "./chatDialect.ts"
import { toolCallFragments } from "./chatToolCalls.ts"
import { type ChatUsageOptions, chatUsage, tokensOf } from "./chatUsage.ts"
import { leakedTexts, type TextEvent } from "./leakedAnswer.ts"
import { leakGuard } from "./leakGuard.ts"
import { type ReasoningMemory, reasoningBlocks } from "./reasoningDetails.ts"

export type ChatStream = {
  /** What a chunk adds. */
  add(chunk: unknown): readonly ModelEvent[]
  /** The server said how the answer ended. */
  readonly isFinished: boolean
  /** Why it ended, when not by the model: "content_filter" or "error", and the server's words for it. */
  readonly refusal: { readonly reason: "content_filter" | "error"; readonly said?: string } | undefined
  /** More text than any answer has. */
  readonly isTooLong: boolean
  /** Anything of an answer has come. */
  readonly hasBegun: boolean
  readonly reasoningField: ReasoningField | null
  /** Calls, problems, usage and `finish`. */
  end(): readonly ModelEvent[]
  /** For a stream that was cut: the text that was still held back. No call is told. */
  rest(): readonly ModelEvent[]
}

export type ChatStreamOptions = ChatUsageOptions & {
  readonly offered: readonly string[]
  readonly newId: () => string
  /** Keeps the reasoning blocks of the messages that come of it. */
  readonly blocks?: ReasoningMemory
}

/** Characters of reasoning, answer and arguments together. */
const maxText = 16_777_216

export function chatStream(options: ChatStreamOptions): ChatStream {
  const { offered, newId } = options
  const fragments = toolCallFragments(offered, newId)
  const usage = chatUsage(options)
  const blocks = reasoningBlocks()
  const guard = leakGuard()
  const text = { reasoning: "", content: "", shown: "" }
  let shownAs: "preamble" | "text" = "text"
  let finishReason: string | undefined
  let fault: string | undefined
  let reasoningField: ReasoningField | null = null

  return {
    add,
    end,
    rest: () => lastTexts(leaked()),
    get isFinished() {
      return finishReason !== undefined
    },
    get refusal() {
      if (fault !== undefined) return { reason: "error", said: fault } as const
      if (finishReason === "content_filter") return { reason: finishReason } as const
      return finishReason === "error" ? ({ reason: finishReason } as const) : undefined
    },
    get isTooLong() {
      return text.reasoning.length + text.content.length + fragments.size > maxText
    },
    get hasBegun() {
      return text.reasoning !== "" || text.content !== "" || !fragments.isEmpty
    },
    get reasoningField() {
      return reasoningField
    },
  }

  function add(value: unknown): readonly ModelEvent[] {
    const chunk = chatChunk(value)
    usage.count(chunk)
    finishReason = chunk.finishReason ?? finishReason
    fault = chunk.fault ?? fault
    reasoningField = chunk.reasoningField ?? reasoningField
    blocks.add(chunk.reasoningDetails)
    text.reasoning += chunk.reasoning
    text.content += chunk.content
    const { toolCalls } = chunk
    toolCalls.forEach((fragment, position) => {
      fragments.add(fragment, position, toolCalls.length)
    })
    // Before a call begins nobody can tell a preamble from the answer, so it is told as text at once.
    if (!fragments.isEmpty) shownAs = "preamble"
    const shown = guard.add(chunk.content)
    text.shown += shown
    return events([
      { type: "reasoning", text: chunk.reasoning },
      { type: shownAs, text: shown },
    ])
  }

  function end(): readonly ModelEvent[] {
    const outcome = leaked()
    const own = fragments.calls(finishReason === "length")
    const calls = [...own, ...(outcome?.calls ?? []).filter(call => !own.some(each => isSame(each, call)))]
    const reason = reasonOf(calls, outcome)
    const problems = new Set([
      ...own.flatMap(call => call.problems),
      ...(outcome?.problems ?? []),
      ...(reason === "empty" ? ["final_missing"] : []),
    ])
    const messages = messagesOf(own, outcome)
    const [first] = messages
    if (first !== undefined && blocks.whole().length > 0) options.blocks?.remember(first, blocks.whole())
    return [
      ...lastTexts(outcome),
      ...calls.map(call => ({ type: "toolCall", call }) as const),
      ...[...problems].map(code => ({ type: "problem", code }) as const),
      { type: "usage", usage: usage.result() },
      { type: "finish", reason, messages },
    ]
  }

  function leaked(): TurnOutcome | undefined {
    return guard.held === "" ? undefined : readLeakedText(text.content, { tools: offered, newCallId: newId })
  }

  /** What is still to be shown. */
  function lastTexts(outcome: TurnOutcome | undefined): readonly ModelEvent[] {
    if (outcome === undefined) return events([{ type: shownAs, text: guard.held }])
    const hasReasoning = text.reasoning !== ""
    return events(leakedTexts(outcome, { text: text.shown, kind: shownAs, hasReasoning }))
  }

  function reasonOf(calls: readonly ToolCall[], outcome: TurnOutcome | undefined): FinishReason {
    if (finishReason === "length") return "length"
    if (calls.length > 0) return "calls"
    const answer = outcome === undefined ? text.content : (outcome.final ?? "")
    return answer.trim() === "" ? "empty" : "stop"
  }

  function messagesOf(own: readonly ToolCall[], outcome: TurnOutcome | undefined): readonly Message[] {
    const { reasoning, content } = text
    const channel = own.length > 0 ? "commentary" : "final"
    const written = content.trim() === "" ? [] : [assistant(channel, content)]
    const repeated = (outcome?.calls ?? []).filter(call => own.some(each => isSame(each, call)))
    return [
      ...(reasoning.trim() === "" ? [] : [assistant("analysis", reasoning)]),
      ...(outcome === undefined ? written : leakedMessages(outcome, repeated)),
      ...own.map(callMessage),
    ]
  }
}

/** In the order of the text, without what is blank and without calls that the server has read as well. */
function leakedMessages(outcome: TurnOutcome, repeated: readonly ToolCall[]): readonly Message[] {
  const calls = outcome.messages.filter(({ message }) => message.recipient !== undefined)
  const dropped = new Set(calls.filter((_, index) => repeated.includes(outcome.calls[index] ?? noCall)))
  return outcome.messages
    .filter(each => !dropped.has(each))
    .map(({ message }) => message)
    .filter(({ recipient, content }) => recipient !== undefined || String(content).trim() !== "")
}

const noCall: ToolCall = { id: "", name: "", arguments: null, rawArguments: "", problems: [] }

function events(texts: readonly TextEvent[]): readonly ModelEvent[] {
  return texts
    .filter(({ text }) => text !== "")
    .map(({ type, text }) => ({ type, text, tokens: tokensOf(text) }))
}

/** A server that leaks a call may have read it as well; it is run once. */
function isSame(one: ToolCall, other: ToolCall): boolean {
  return one.name === other.name && JSON.stringify(one.arguments) === JSON.stringify(other.arguments)
}

function assistant(channel: "analysis" | "commentary" | "final", content: string): Message {
  return { role: "assistant", channel, content }
}

/** Repaired arguments go into history repaired: a bad form there teaches the model to repeat it. */
function callMessage({ name, arguments: value, rawArguments, problems }: ToolCall): Message {
  const isRepaired = problems.includes("repaired_arguments") || rawArguments.trim() === ""
  return {
    role: "assistant",
    recipient: `functions.${name}`,
    channel: "commentary",
    contentType: "<|constrain|>json",
    content: value !== null && isRepaired ? JSON.stringify(value) : rawArguments,
  }
}
