// The chat as the page's other half: takes what the user does, runs the agent loop, keeps the record. One
// running turn at a time; everything the user can see or lose goes through the record first.
import { randomUUID } from "node:crypto"
import type { ReasoningEffort } from "../harmony/message.ts"
import type { LanguageModel, ModelDescription } from "../model/languageModel.ts"
import { modelErrorOf } from "../model/modelError.ts"
import type { ChatChange, ChatState, Notice, TurnMeta } from "../protocol/chatState.ts"
import type { ApprovalRequest, ToolContext } from "../tools/tool.ts"
import { type Toolbox, toolbox, tools } from "../tools/toolbox.ts"
import type { Workspace } from "../workspace/workspace.ts"
import type { TurnOutcome } from "./agentEvent.ts"
import { agentLoop } from "./agentLoop.ts"
import { continuation, openingMessages, userMessage } from "./chatPrompt.ts"
import { type ConversationRecord, conversationRecord } from "./conversationRecord.ts"
import type { ConversationStore } from "./conversationStore.ts"
import { outcomeNotice, shortenedNotice } from "./outcomeNotice.ts"
import { pendingApprovals } from "./pendingApprovals.ts"
import { type TurnRecorder, turnRecorder } from "./turnRecorder.ts"

export type ChatSession = {
  state(): ChatState
  /** Waits while a turn runs. Resolves when its own turn has ended; never rejects. */
  send(text: string): Promise<void>
  /** Drops this turn and all after it and sends its text again. */
  retry(turnId: string): Promise<void>
  /** Goes on with the last turn after a pause or an interruption. */
  continue(turnId: string): Promise<void>
  /** The page was opened: the model reads what every message of this conversation begins with, where that helps. */
  prepare(): Promise<void>
  stop(): void
  answerApproval(stepId: string, allow: boolean): void
  /** Stops what runs and starts an empty conversation. */
  newChat(): Promise<void>
  /** For the end of the window: ends what runs, marks it as interrupted, waits until everything is on disk. */
  close(): Promise<void>
}

type SessionOptions = {
  readonly store: ConversationStore
  readonly workspace: () => Workspace
  /** Asked at every turn, so that a changed setting counts from the next message. Throws ModelError. */
  readonly model: () => LanguageModel
  readonly limits: () => { readonly effort: ReasoningEffort; readonly maxToolCalls: number }
  readonly onChange: (change: ChatChange) => void
  /** The whole state is another one. */
  readonly onReset: (state: ChatState) => void
}

/** Aborts a turn that the user didn't stop: it is marked as interrupted and can be continued. */
const windowCloses = Symbol("the window closes")

/** Milliseconds. */
const prepareLimit = 300_000

type Running = { readonly turnId: string; readonly abort: AbortController; readonly ended: Promise<void> }

/** Opens the conversation shown last. */
export async function openChatSession(options: SessionOptions): Promise<ChatSession> {
  const { store, onChange, onReset } = options
  let record: ConversationRecord = conversationRecord(await store.current(), onChange)
  let running: Running | undefined
  const approvals = pendingApprovals()

  function start(turnId: string): Promise<void> {
    const abort = new AbortController()
    const conversation = record
    const ended = runTurn(conversation, turnId, abort.signal)
      .catch(error => finishTurn(conversation, turnId, { reason: "failed", error: modelErrorOf(error) }))
      .finally(() => {
        running = undefined
      })
    running = { turnId, abort, ended }
    return ended
  }

  async function runTurn(
    conversation: ConversationRecord,
    turnId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const model = options.model()
    const { description } = model
    const earlier = conversation.state().turns.find(turn => turn.id === turnId)?.meta
    const recorder = turnRecorder({
      turnId,
      model: description,
      earlier,
      now: Date.now,
      newId: randomUUID,
    })
    const box = boxFor(description, askUser(conversation, recorder))
    const messages = [...opening(conversation, box), ...conversation.messages()]
    const { maxToolCalls } = options.limits()
    const request = { model, toolbox: box, messages, maxToolCalls, sessionId: conversation.id }
    let note: Notice | undefined
    for await (const event of agentLoop(request, signal)) {
      if (event.type === "shortened") {
        note = shortenedNotice
        conversation.apply({ type: "turnChanged", turnId, notice: note })
      }
      for (const change of recorder.record(event)) conversation.apply(change)
      if (event.type === "history") conversation.addMessages(turnId, event.messages)
      if (event.type !== "ended") continue
      const left = event.outcome.reason === "stopped" && signal.reason === windowCloses
      if (left) conversation.leave(turnId)
      else
        finishTurn(conversation, turnId, event.outcome, { meta: recorder.meta(), model: description, note })
    }
  }

  function boxFor({ abilities }: ModelDescription, approve: ToolContext["approve"]): Toolbox {
    return toolbox({ workspace: options.workspace(), approve }, abilities.tools ? tools : [])
  }

  function opening(conversation: ConversationRecord, box: Toolbox) {
    const { effort } = options.limits()
    return openingMessages({ effort, date: conversation.date, tools: box.descriptions })
  }

  function askUser(conversation: ConversationRecord, recorder: TurnRecorder) {
    return async (request: ApprovalRequest, signal: AbortSignal): Promise<boolean> => {
      const asked = recorder.ask(request)
      if (asked === undefined) return false
      conversation.apply(asked.change)
      const allowed = await approvals.wait(asked.stepId, signal)
      for (const change of recorder.answered(asked.stepId)) conversation.apply(change)
      return allowed
    }
  }

  async function prepare(): Promise<void> {
    if (running !== undefined) return
    try {
      const model = options.model()
      if (model.prepare === undefined) return
      const box = boxFor(model.description, async () => false)
      const messages = [...opening(record, box), ...record.messages()]
      await model.prepare({ messages }, AbortSignal.timeout(prepareLimit))
    } catch {
      // No model is chosen, say: the message that is sent will tell.
    }
  }

  async function stopAndWait(reason?: symbol): Promise<void> {
    running?.abort.abort(reason)
    await running?.ended
    await record.flushed()
  }

  async function again(turnId: string): Promise<void> {
    const turn = record.state().turns.find(each => each.id === turnId)
    if (running !== undefined || turn === undefined) return
    record.apply({ type: "turnsDropped", fromTurnId: turnId })
    await send(turn.text)
  }

  async function send(text: string): Promise<void> {
    while (running !== undefined) await running.ended
    const turnId = randomUUID()
    const waiting = { stage: "thinking" } as const
    record.apply({
      type: "turnAdded",
      turn: { id: turnId, text, at: Date.now(), status: "running", steps: [], waiting },
    })
    record.addMessages(turnId, [userMessage(text)])
    await start(turnId)
  }

  return {
    state: () => record.state(),
    send,
    retry: again,
    async continue(turnId) {
      if (running !== undefined || record.state().turns.at(-1)?.id !== turnId) return
      if (record.messagesOf(turnId).at(-1)?.role === "assistant") record.addMessages(turnId, [continuation])
      record.apply({
        type: "turnChanged",
        turnId,
        status: "running",
        waiting: { stage: "thinking" },
        notice: null,
      })
      await start(turnId)
    },
    prepare,
    stop: () => running?.abort.abort(),
    answerApproval: approvals.answer,
    async newChat() {
      await stopAndWait()
      if (record.state().turns.length > 0) record = conversationRecord(await store.create(), onChange)
      onReset(record.state())
    },
    close: () => stopAndWait(windowCloses),
  }
}

type Finished = {
  readonly meta: TurnMeta
  readonly model: ModelDescription
  /** Stays unless the outcome has something to say. */
  readonly note: Notice | undefined
}

function finishTurn(
  conversation: ConversationRecord,
  turnId: string,
  outcome: TurnOutcome,
  finished?: Finished,
): void {
  const { meta, model, note } = finished ?? {}
  const { status, notice } = outcomeNotice(outcome, meta?.tokens ?? 0, model?.where)
  const shown = meta === undefined || meta.tokens === 0 ? {} : { meta }
  conversation.apply({
    type: "turnChanged",
    turnId,
    status,
    waiting: null,
    ...shown,
    notice: notice ?? note ?? null,
  })
}
