// One conversation in memory: what the page shows, what the model is told, and the log both go to. The host's
// truth. Knows nothing of models or pages.
import type { Message } from "../harmony/message.ts"
import { applyChatChange, type ChatChange, type ChatState } from "../protocol/chatState.ts"
import type { StoredConversation } from "./conversationStore.ts"
import { interruptedTurn } from "./interruptedTurn.ts"
import type { LogEntry } from "./logEntry.ts"

/** Milliseconds for which streamed text may stay out of the log; a killed process loses no more than this. */
const logEvery = 250

export type ConversationRecord = {
  readonly id: string
  readonly date: string
  state(): ChatState
  /** All messages of all turns in order; system and developer messages are made anew for each request. */
  messages(): readonly Message[]
  /** A turn's own messages. */
  messagesOf(turnId: string): readonly Message[]
  apply(change: ChatChange): void
  addMessages(turnId: string, messages: readonly Message[]): void
  /** Marks a running turn as interrupted: its process ends or has ended. */
  leave(turnId: string): void
  /** Resolves when everything is on disk. */
  flushed(): Promise<void>
}

/** The record of a stored conversation; turns that were running when it was left are marked interrupted. */
export function conversationRecord(
  stored: StoredConversation,
  onChange: (change: ChatChange) => void,
): ConversationRecord {
  let state: ChatState = { conversationId: stored.id, turns: [] }
  const histories = new Map<string, readonly Message[]>()
  let unlogged: Extract<ChatChange, { type: "stepAppended" }> | undefined
  let timer: NodeJS.Timeout | undefined

  function take(entry: LogEntry): void {
    if (entry.kind === "change") {
      state = applyChatChange(state, entry.change)
      if (entry.change.type === "turnsDropped") forgetDropped()
    }
    if (entry.kind === "history")
      histories.set(entry.turnId, [...(histories.get(entry.turnId) ?? []), ...entry.messages])
  }

  function forgetDropped(): void {
    const kept = new Set(state.turns.map(turn => turn.id))
    for (const id of histories.keys()) if (!kept.has(id)) histories.delete(id)
  }

  /** Streamed text is gathered: a line of log per token would be a hundred times its size. */
  function log(change: ChatChange): void {
    if (change.type === "stepAppended" && unlogged?.stepId === change.stepId) {
      unlogged = { ...unlogged, text: unlogged.text + change.text, tokens: unlogged.tokens + change.tokens }
      return
    }
    writeUnlogged()
    if (change.type === "stepAppended") {
      unlogged = change
      timer = setTimeout(writeUnlogged, logEvery)
    } else stored.log.append([{ kind: "change", change: withoutMoment(change) }])
  }

  function writeUnlogged(): void {
    clearTimeout(timer)
    if (unlogged !== undefined) stored.log.append([{ kind: "change", change: unlogged }])
    unlogged = undefined
  }

  function apply(change: ChatChange): void {
    take({ kind: "change", change })
    if (!isMoment(change)) log(change)
    onChange(change)
  }

  function addMessages(turnId: string, messages: readonly Message[]): void {
    if (messages.length === 0) return
    writeUnlogged()
    const entry: LogEntry = { kind: "history", turnId, messages }
    take(entry)
    stored.log.append([entry])
  }

  function leave(turnId: string): void {
    const turn = state.turns.find(each => each.id === turnId)
    if (turn?.status !== "running") return
    const { changes, messages } = interruptedTurn(turn, histories.get(turnId) ?? [])
    addMessages(turnId, messages)
    for (const change of changes) apply(change)
  }

  for (const entry of stored.entries) take(entry)
  for (const turn of state.turns) leave(turn.id)

  return {
    id: stored.id,
    date: stored.date,
    state: () => state,
    messages: () => state.turns.flatMap(turn => histories.get(turn.id) ?? []),
    messagesOf: turnId => histories.get(turnId) ?? [],
    apply,
    addMessages,
    leave,
    flushed() {
      writeUnlogged()
      return stored.log.flushed()
    },
  }
}

/** A change that says only what a running turn waits for just now: nothing to remember. */
function isMoment(change: ChatChange): boolean {
  return (
    change.type === "turnChanged" &&
    Object.keys(change).every(key => ["type", "turnId", "waiting"].includes(key))
  )
}

function withoutMoment(change: ChatChange): ChatChange {
  if (change.type === "turnChanged") {
    const { waiting: _waiting, ...rest } = change
    return rest
  }
  if (change.type === "turnAdded") {
    const { waiting: _waiting, ...turn } = change.turn
    return { ...change, turn }
  }
  return change
}
