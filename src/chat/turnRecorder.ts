// Agent events → what the page shows. Keeps only what one running turn needs: the open step and the clock.
import type { ToolCall } from "../harmony/message.ts"
import type { ModelDescription } from "../model/languageModel.ts"
import {
  type ChatChange,
  grownStep,
  type Step,
  type TextStep,
  type TurnMeta,
  type Waiting,
} from "../protocol/chatState.ts"
import type { ApprovalRequest, ToolResult, ToolRow } from "../tools/tool.ts"
import type { AgentEvent } from "./agentEvent.ts"
import { approvalCard } from "./approvalCard.ts"
import { turnFigures } from "./turnFigures.ts"

type ToolStep = Extract<Step, { type: "tool" }>

export type TurnRecorder = {
  /** The changes an event makes, in order. `ended` makes none beyond closing what is open. */
  record(event: AgentEvent): readonly ChatChange[]
  /** The running tool row asks the user; undefined answer removes the question again. */
  ask(request: ApprovalRequest): { readonly stepId: string; readonly change: ChatChange } | undefined
  answered(stepId: string): readonly ChatChange[]
  meta(): TurnMeta
}

type RecorderOptions = {
  readonly turnId: string
  readonly model: ModelDescription
  /** The turn's figures so far, if it is gone on with. */
  readonly earlier?: TurnMeta | undefined
  readonly now: () => number
  readonly newId: () => string
}

export function turnRecorder({ turnId, model, earlier, now, newId }: RecorderOptions): TurnRecorder {
  let open: TextStep | undefined
  let running: ToolStep | undefined
  let waiting = true
  const loadingSince = now()
  const problems = new Set<string>()
  const figures = turnFigures(model, earlier)

  const changed = (step: Step): ChatChange => ({ type: "stepChanged", turnId, step })

  function closeOpen(): readonly ChatChange[] {
    const step = open
    open = undefined
    if (step?.type !== "reasoning") return []
    return [changed({ ...step, ms: now() - step.startedAt })]
  }

  function stopWaiting(): readonly ChatChange[] {
    if (!waiting) return []
    waiting = false
    return [{ type: "turnChanged", turnId, waiting: null }]
  }

  function appendText(type: TextStep["type"], text: string, tokens: number): readonly ChatChange[] {
    figures.streamed(type, tokens)
    if (open?.type === type) {
      open = grownStep(open, { text, tokens })
      return [{ type: "stepAppended", turnId, stepId: open.id, text, tokens }]
    }
    const closed = closeOpen()
    const id = newId()
    const step: TextStep =
      type === "reasoning" ? { type, id, text, tokens, startedAt: now() } : { type, id, text }
    open = step
    return [...stopWaiting(), ...closed, { type: "stepAdded", turnId, step }]
  }

  function startCall(call: ToolCall, row: ToolRow): readonly ChatChange[] {
    running = {
      type: "tool",
      id: newId(),
      tool: call.name,
      ...row,
      status: "running",
      startedAt: now(),
      ...shownArguments(call),
    }
    return [...stopWaiting(), ...closeOpen(), { type: "stepAdded", turnId, step: running }]
  }

  function endCall(result: ToolResult): readonly ChatChange[] {
    if (running === undefined) return []
    const { approval: _answered, ...step } = running
    const status = result.refused === true ? "refused" : result.failed ? "failed" : "done"
    const shown = {
      ...(result.summary === undefined ? {} : { summary: result.summary }),
      ...(result.extent === undefined ? {} : { extent: result.extent }),
    }
    running = undefined
    waiting = true
    return [
      changed({ ...step, status, ms: now() - step.startedAt, result: result.text, ...shown }),
      { type: "turnChanged", turnId, waiting: { stage: "thinking" } },
    ]
  }

  /** Reasoning stays as a row; text that was in vain gives way to the new one. */
  function discard(code: string): readonly ChatChange[] {
    problems.add(code)
    const step = open
    const closed =
      step === undefined || step.type === "reasoning"
        ? closeOpen()
        : [changed({ type: "repaired", id: step.id, codes: [code] })]
    open = undefined
    waiting = true
    return [...closed, { type: "turnChanged", turnId, waiting: { stage: "thinking" } }]
  }

  return {
    record(event) {
      switch (event.type) {
        case "waiting":
          waiting = true
          return [{ type: "turnChanged", turnId, waiting: shownWaiting(event) }]
        case "shortened":
          return []
        case "reasoning":
        case "preamble":
        case "text":
          return appendText(event.type, event.text, event.tokens)
        case "callStarted":
          return startCall(event.call, event.row)
        case "callEnded":
          return endCall(event.result)
        case "usage":
          figures.reported(event.usage)
          return []
        case "problem":
          problems.add(event.code)
          return []
        case "history":
          return []
        case "discarded":
          return discard(event.code)
        case "ended":
          return [...stopWaiting(), ...closeOpen(), ...repaired()]
      }
    },
    ask(request) {
      if (running === undefined) return undefined
      running = { ...running, status: "waiting", approval: approvalCard(request, goesTo(model)) }
      return { stepId: running.id, change: changed(running) }
    },
    answered(stepId) {
      if (running?.id !== stepId) return []
      const { approval: _answered, ...step } = running
      running = { ...step, status: "running" }
      return [changed(running)]
    },
    meta: figures.meta,
  }

  function shownWaiting(event: Extract<AgentEvent, { type: "waiting" }>): Waiting {
    switch (event.stage) {
      case "reading":
        return { stage: "reading", done: event.done, total: event.total }
      case "loading":
        return { stage: "loading", label: model.label, startedAt: loadingSince, fraction: event.fraction }
      case "queued":
        return { stage: "queued", for: event.for }
      case "retrying":
        return { stage: "retrying", until: now() + event.ms }
    }
  }

  function repaired(): readonly ChatChange[] {
    if (problems.size === 0) return []
    return [
      { type: "stepAdded", turnId, step: { type: "repaired", id: newId(), codes: [...problems].sort() } },
    ]
  }
}

function shownArguments(call: ToolCall): Pick<ToolStep, "arguments"> {
  if (call.arguments === null) return { arguments: [{ name: "as written", value: call.rawArguments }] }
  const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value))
  return { arguments: Object.entries(call.arguments).map(([name, value]) => ({ name, value: shown(value) })) }
}

/** Every place that what is read may be sent to, also that of a model that only steps in. */
function goesTo({ label, origin, stepsIn = [] }: ModelDescription): string | undefined {
  const places = [...(origin === undefined ? [] : [{ label, origin }]), ...stepsIn]
  return places.length === 0
    ? undefined
    : places.map(place => `${place.label} at ${new URL(place.origin).host}`).join(", or ")
}
