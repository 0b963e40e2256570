// Runs the calls of a model turn in order. Every call gets a result in the history, also one that isn't run; what
// is wrong with calls is counted here, so that a model which doesn't learn from results is stopped.
import type { Message, ToolCall } from "../harmony/message.ts"
import type { ToolResult } from "../tools/tool.ts"
import type { Toolbox } from "../tools/toolbox.ts"
import type { AgentEvent, TurnOutcome } from "./agentEvent.ts"
import { type CallFault, callFault, toolReminder } from "./callFault.ts"
import { developerNote, toolMessage } from "./chatPrompt.ts"
import type { LoopGuard } from "./loopGuard.ts"

export type CallRunner = {
  /** Yields row and history events. An outcome: the turn ends with it, and the calls after that one weren't run. */
  run(calls: readonly ToolCall[], signal: AbortSignal): AsyncGenerator<AgentEvent, TurnOutcome | undefined>
}

type RunnerOptions = {
  readonly toolbox: Toolbox
  /** Of all calls of this runner together. */
  readonly maxToolCalls: number
  readonly guard: LoopGuard
  /** A call was made too often; true: its result says so and the model goes on, false: that ends the turn. */
  readonly mayGoOnAfterLoop: () => boolean
  /** Appends to the history; gives back the event that says so. */
  readonly remember: (messages: readonly Message[]) => AgentEvent
}

/** Model turns in a row with nothing but calls of unknown tools. */
const unknownTurns = { reminder: 2, limit: 3 } as const

/** Wrong calls of one tool in a row, without those of the same model turn: the first and two retries. */
const badArgumentsLimit = 3

/** Model turns in a row with a call that was longer than an answer may be. */
const cutTurnsLimit = 2

export function callRunner(options: RunnerOptions): CallRunner {
  const { toolbox, maxToolCalls, guard, mayGoOnAfterLoop, remember } = options
  const badArguments = new Map<string, number>()
  let toolCalls = 0
  let unknownInARow = 0
  let cutInARow = 0

  async function* run(
    calls: readonly ToolCall[],
    signal: AbortSignal,
  ): AsyncGenerator<AgentEvent, TurnOutcome | undefined> {
    const faulty: FaultyCall[] = []
    let outcome: Refusal | undefined
    for (const call of calls) {
      outcome ??= refusalToRun(signal)
      const fault = callFault(call, toolbox.descriptions)
      const repeated = outcome === undefined && fault === undefined && guard.callLoops(call)
      if (repeated && !mayGoOnAfterLoop()) outcome = { reason: "looped" }
      if (outcome === undefined) toolCalls++
      if (outcome === undefined && fault !== undefined) faulty.push({ tool: call.name, kind: fault.kind })
      const reason = repeated ? "looped" : outcome?.reason
      const text = reason === undefined ? yield* resultOf(call, fault, signal) : notRun[reason]
      yield remember([toolMessage(call, text)])
    }
    if (outcome !== undefined) return outcome
    if (signal.aborted) return { reason: "stopped" }
    return yield* judge(calls, faulty)
  }

  function refusalToRun(signal: AbortSignal): Refusal | undefined {
    if (signal.aborted) return { reason: "stopped" }
    return toolCalls >= maxToolCalls ? { reason: "paused", toolCalls } : undefined
  }

  async function* resultOf(
    call: ToolCall,
    fault: CallFault | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<AgentEvent, string> {
    yield { type: "callStarted", call, row: toolbox.row(call) }
    const result = fault?.result ?? (await runTool(toolbox, call, signal))
    yield { type: "callEnded", call, result }
    return result.text
  }

  /** Whether a model that makes the same kind of fault again and again is asked once more. */
  async function* judge(
    calls: readonly ToolCall[],
    faulty: readonly FaultyCall[],
  ): AsyncGenerator<AgentEvent, TurnOutcome | undefined> {
    const of = (kind: CallFault["kind"]) => faulty.filter(each => each.kind === kind)
    unknownInARow = of("unknownTool").length === calls.length ? unknownInARow + 1 : 0
    cutInARow = of("cut").length > 0 ? cutInARow + 1 : 0
    for (const { name } of calls)
      if (!of("badArguments").some(each => each.tool === name)) badArguments.delete(name)
    for (const tool of new Set(of("badArguments").map(each => each.tool))) {
      const count = (badArguments.get(tool) ?? 0) + 1
      badArguments.set(tool, count)
      if (count >= badArgumentsLimit) return { reason: "badArguments", tool }
    }
    if (unknownInARow >= unknownTurns.limit) return { reason: "unknownTools" }
    if (cutInARow >= cutTurnsLimit) return { reason: "cut" }
    if (unknownInARow === unknownTurns.reminder)
      yield remember([developerNote(toolReminder(toolbox.descriptions))])
    return undefined
  }

  return { run }
}

/** Why this call and those after it aren't run. */
type Refusal = Extract<TurnOutcome, { readonly reason: keyof typeof notRun }>

type FaultyCall = { readonly tool: string; readonly kind: CallFault["kind"] }

async function runTool(toolbox: Toolbox, call: ToolCall, signal: AbortSignal): Promise<ToolResult> {
  try {
    return await toolbox.run(call, signal)
  } catch (error) {
    return signal.aborted
      ? { text: "Stopped by the user.", failed: true, summary: "Stopped" }
      : { text: `The tool failed: ${String(error)}`, failed: true, summary: "Failed" }
  }
}

/** Results of calls that weren't run. */
const notRun = {
  paused: "Not run: the limit of tool calls for one turn is reached.",
  looped: "Not run: this exact call was made before; use its result.",
  stopped: "Not run: stopped by the user.",
} as const
