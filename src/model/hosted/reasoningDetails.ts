// OpenRouter's reasoning blocks: gathered from a stream, and remembered beside the messages they belong to, as a
// Harmony message has no place for them. They go back to the server as they came.
import type { Message } from "../../harmony/message.ts"
import type { JsonFields } from "./jsonFields.ts"

export interface ReasoningMemory {
  /** `message`: the first one of the turn. */
  remember(message: Message, blocks: readonly JsonFields[]): void
  of(message: Message): readonly JsonFields[] | undefined
}

/** For one model: blocks may be signed or encrypted, and mean nothing to another. */
export function reasoningMemory(): ReasoningMemory {
  const remembered = new WeakMap<Message, readonly JsonFields[]>()
  return {
    remember: (message, blocks) => void remembered.set(message, blocks),
    of: message => remembered.get(message),
  }
}

export interface ReasoningBlocks {
  add(fragments: readonly JsonFields[]): void
  /** Whole blocks in the order in which they began. */
  whole(): readonly JsonFields[]
}

/** Fields whose text comes in pieces. */
const texts = ["text", "summary", "data"] as const

/** A fragment goes on with the last block if type and index are the same; else it begins one. */
export function reasoningBlocks(): ReasoningBlocks {
  const blocks: { fields: Record<string, unknown>; pieces: Map<string, string[]> }[] = []
  return {
    add(fragments) {
      for (const fragment of fragments) {
        const last = blocks.at(-1)
        const isMore =
          last !== undefined && last.fields.type === fragment.type && last.fields.index === fragment.index
        const block = isMore ? last : { fields: { ...fragment }, pieces: new Map<string, string[]>() }
        if (!isMore) blocks.push(block)
        // What comes late, a signature above all, is kept; what was there stays.
        for (const [name, value] of Object.entries(fragment))
          if (block.fields[name] === undefined || block.fields[name] === null) block.fields[name] = value
        for (const name of texts) {
          const piece = fragment[name]
          if (typeof piece !== "string") continue
          const pieces = block.pieces.get(name) ?? []
          pieces.push(piece)
          block.pieces.set(name, pieces)
        }
      }
    },
    whole: () =>
      blocks.map(({ fields, pieces }) => ({
        ...fields,
        ...Object.fromEntries([...pieces].map(([name, parts]) => [name, parts.join("")])),
      })),
  }
}
