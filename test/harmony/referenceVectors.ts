// Runs the vectors that state openai/harmony's own parser: whole messages, and what it shows after each token.
import type { MessageHeader, MessageReader, ReaderStep } from "../../src/harmony/messageReader.ts"
import { createReferenceReader } from "../../src/harmony/referenceReader.ts"
import { createPieceDecoder, type Vocabulary } from "../../src/harmony/vocabulary.ts"
import { type Difference, difference } from "./difference.ts"
import { toVectorMessage } from "./vectorConversation.ts"
import type { VectorOf } from "./vectorFile.ts"

type Token = number | "EOS"
type VectorMessage = Record<string, unknown>

export function runParse(vector: VectorOf<"parse">, vocabulary: Vocabulary): Difference | undefined {
  const reader = createWatchedReader(vector.options, vocabulary)
  for (const token of [...vector.tokens, "EOS" as const]) reader.push(token)
  const { messages, error } = reader
  const { expected_error, expected_messages } = vector
  if (expected_error === undefined) return difference(expected_messages, error() ?? messages)
  return error()?.includes(expected_error)
    ? undefined
    : { expected: expected_error, actual: error() ?? messages }
}

export function runStream(vector: VectorOf<"stream">, vocabulary: Vocabulary): Difference | undefined {
  const reader = createWatchedReader(vector.options, vocabulary)
  for (const [index, expected] of vector.steps.entries()) {
    const delta = reader.push(expected.token)
    const shown = { token: expected.token, delta, ...reader.shown(), messages_done: reader.messages.length }
    const differs = difference({ index, ...expected }, { index, ...shown })
    if (differs !== undefined) return differs
  }
  const seen = vector.steps.length
  for (const token of vector.tokens.slice(seen)) reader.push(token)
  return difference(vector.expected_messages, reader.error() ?? reader.messages)
}

/** The reference's reader with all that it exposes, fed with ids. */
function createWatchedReader({ strict, role = null }: VectorOf<"parse">["options"], vocabulary: Vocabulary) {
  const reader: MessageReader = createReferenceReader({ strictness: strict ? "strict" : "permissive", role })
  const decoder = createPieceDecoder(vocabulary)
  const messages: VectorMessage[] = []
  let header: MessageHeader | undefined
  let nextRole: string | null = role
  let content = ""
  let failure: string | undefined

  /** The text that a step adds, null at boundaries. */
  function take(step: ReaderStep, token: Token): string | null {
    switch (step.type) {
      case "open":
        header = step.header
        nextRole = null
        content = ""
        return null
      case "content":
        content += step.text
        return step.text
      case "close":
        if (header !== undefined) messages.push(toVectorMessage({ ...header, content }))
        header = undefined
        content = ""
        return null
      case "error":
        failure =
          step.code === "expectedStart"
            ? `Unexpected token ${token} while expecting start token ${vocabulary.idOf("start")}`
            : step.reason
        return null
      case "problem":
        return null
    }
  }

  return {
    messages,
    error: () => failure,
    push(token: Token): string | null {
      const pieces = token === "EOS" ? decoder.flush() : decoder.push(token)
      const steps = pieces.flatMap(piece => reader.push(piece))
      if (token === "EOS") steps.push(...reader.finish())
      const texts = steps.map(step => take(step, token))
      if (steps.some(step => step.type === "close")) return null
      const delta = texts.join("")
      return delta === "" ? null : delta
    },
    shown: () => ({
      content,
      role: header?.role ?? nextRole,
      channel: header?.channel ?? null,
      recipient: header?.recipient ?? null,
      content_type: header?.contentType ?? null,
    }),
  }
}
