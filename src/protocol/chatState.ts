// What the chat page shows, as data, and the one way it changes. The host keeps the truth in this form, logs
// the changes, and sends them; the page applies the same changes to its copy. A page that was reloaded asks for
// the whole state.
import type { ModelFit } from "./modelOffer.ts"

export type ModelState = {
  readonly label: string
  /** Where text goes: "on this computer", or a host name. */
  readonly place: string
  /** "demo": the page says what the demo model can't do. "none": the welcome page stands in the composer's place. */
  readonly kind: "demo" | "local" | "hosted" | "none"
  /** Given while kind is "none". */
  readonly fit?: ModelFit
}

/** A card or strip that asks for something. Texts are whole sentences */
export type Notice = {
  readonly kind: "error" | "warning" | "info"
  readonly title: string
  readonly sentence: string
  /** Raw text for the row "What the server said"; plain text. */
  readonly said?: string
  /** First one is the remedy (filled in an error card). */
  readonly actions: readonly NoticeAction[]
}

export type NoticeAction = {
  readonly label: string
  readonly does:
    | "retry"
    | "continue"
    | "newChat"
    | "enterKey"
    | "chooseModel"
    | "chooseFile"
    | "openSettings"
    | "showLog"
    | "manageTrust"
    | "checkEndpoint"
}

export type ToolStatus = "waiting" | "running" | "done" | "failed" | "refused"

/** A question that only the user may answer. No text of the model's in title or sentence. */
export type Approval = {
  readonly title: string
  readonly sentence: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly allowLabel: string
  readonly refuseLabel: string
  /** Codicon: "shield" protected or secret, "folder" outside the workspace. */
  readonly icon: "shield" | "folder"
}

export type Step =
  | {
      readonly type: "reasoning"
      readonly id: string
      readonly text: string
      readonly tokens: number
      /** Milliseconds since the epoch; `ms` is set when it ended. */
      readonly startedAt: number
      readonly ms?: number
    }
  | { readonly type: "preamble"; readonly id: string; readonly text: string }
  | {
      readonly type: "tool"
      readonly id: string
      /** Tool name, e.g. "read_file", and its codicon. */
      readonly tool: string
      readonly icon: string
      /** Row text: "Reading"/"Read", and the object, e.g. "src/a.ts". */
      readonly doing: string
      readonly did: string
      readonly object: string
      /** Shown muted after the object, e.g. "1–120". */
      readonly range?: string
      readonly status: ToolStatus
      readonly startedAt: number
      readonly ms?: number
      /** Right side of the row: "4 matches", "Not found". */
      readonly summary?: string
      readonly arguments: readonly { readonly name: string; readonly value: string }[]
      /** Result as the model saw it; plain text. */
      readonly result?: string
      /** e.g. "all of 4 matches", "4 of 61 matches". */
      readonly extent?: string
      readonly approval?: Approval
    }
  | { readonly type: "text"; readonly id: string; readonly text: string }
  /** Output faults that were repaired; hidden unless asked for. */
  | { readonly type: "repaired"; readonly id: string; readonly codes: readonly string[] }

/** A step that text is appended to while it streams. */
export type TextStep = Extract<Step, { type: "reasoning" | "preamble" | "text" }>

export type TurnStatus = "running" | "done" | "stopped" | "interrupted" | "failed" | "paused"

/** What a running turn waits for, while nothing is streamed. */
export type Waiting =
  | {
      readonly stage: "loading"
      readonly label: string
      readonly startedAt: number
      readonly fraction: number
    }
  | { readonly stage: "reading"; readonly done: number; readonly total: number }
  /** The model on this computer does something else first. */
  | { readonly stage: "queued"; readonly for: "ghostText" | "answer" }
  /** The endpoint asked to wait; tried again at this moment (milliseconds since the epoch). */
  | { readonly stage: "retrying"; readonly until: number }
  | { readonly stage: "thinking" }

/** Over all model turns of the answer. Absent: not known. */
export type TurnMeta = {
  readonly model: string
  /** The company that ran the model, where a router says so. */
  readonly provider?: string
  readonly tokensPerSecond?: number
  readonly firstTokenMs?: number
  /** Generated, reasoning included. */
  readonly tokens: number
  readonly reasoningTokens?: number
  /** Tokens of the last prompt. */
  readonly promptTokens?: number
  /** 0…1 of the prompt. */
  readonly reused?: number
  /** US dollars. */
  readonly cost?: number
  /** The endpoint reported no usage: token counts are Osprey's own. */
  readonly isEstimate?: boolean
}

export type Turn = {
  readonly id: string
  /** What the user wrote. */
  readonly text: string
  readonly at: number
  readonly status: TurnStatus
  readonly steps: readonly Step[]
  readonly waiting?: Waiting
  readonly meta?: TurnMeta
  readonly notice?: Notice
}

export type ChatState = {
  readonly conversationId: string
  readonly turns: readonly Turn[]
}

/** Kept in the log and sent to the page, in this order. */
export type ChatChange =
  | { readonly type: "turnAdded"; readonly turn: Turn }
  | { readonly type: "stepAdded"; readonly turnId: string; readonly step: Step }
  /** Appends to a text-bearing step (reasoning, preamble, text). */
  | {
      readonly type: "stepAppended"
      readonly turnId: string
      readonly stepId: string
      readonly text: string
      readonly tokens: number
    }
  /** Replaces a step by one with the same id. */
  | { readonly type: "stepChanged"; readonly turnId: string; readonly step: Step }
  /** Sets the named fields; `null` removes an optional one. */
  | {
      readonly type: "turnChanged"
      readonly turnId: string
      readonly status?: TurnStatus
      readonly waiting?: Waiting | null
      readonly meta?: TurnMeta | null
      readonly notice?: Notice | null
    }
  /** Drops this turn and all after it (answer again). */
  | { readonly type: "turnsDropped"; readonly fromTurnId: string }

/** The state after the change. Pure; a change that names an unknown turn or step changes nothing. */
export function applyChatChange(state: ChatState, change: ChatChange): ChatState {
  if (change.type === "turnAdded") return { ...state, turns: [...state.turns, change.turn] }
  if (change.type === "turnsDropped") {
    const from = state.turns.findIndex(turn => turn.id === change.fromTurnId)
    return from < 0 ? state : { ...state, turns: state.turns.slice(0, from) }
  }
  const index = state.turns.findLastIndex(turn => turn.id === change.turnId)
  const turn = state.turns[index]
  if (turn === undefined) return state
  return { ...state, turns: state.turns.with(index, changedTurn(turn, change)) }
}

type TurnChange = Exclude<ChatChange, { type: "turnAdded" | "turnsDropped" }>

function changedTurn(turn: Turn, change: TurnChange): Turn {
  switch (change.type) {
    case "stepAdded":
      return { ...turn, steps: [...turn.steps, change.step] }
    case "stepChanged":
      return { ...turn, steps: turn.steps.map(step => (step.id === change.step.id ? change.step : step)) }
    case "stepAppended":
      return {
        ...turn,
        steps: turn.steps.map(step =>
          step.id === change.stepId && "text" in step ? grownStep(step, change) : step,
        ),
      }
    case "turnChanged": {
      const { type: _type, turnId: _turnId, ...fields } = change
      const kept = Object.entries({ ...turn, ...fields }).filter(([, value]) => value !== null)
      return Object.fromEntries(kept) as Turn
    }
  }
}

/** The step with more text at its end. */
export function grownStep(step: TextStep, { text, tokens }: Growth): TextStep {
  return step.type === "reasoning"
    ? { ...step, text: step.text + text, tokens: step.tokens + tokens }
    : { ...step, text: step.text + text }
}

type Growth = { readonly text: string; readonly tokens: number }
