// Why a call can't run, before any tool sees it, and the sentence that lets the model do better: which tools there
// are, what can't be read and where, how the tool is called. Runs nothing.
import type { ToolCall, ToolDescription } from "../harmony/message.ts"
import { callForm, checkArguments } from "../tools/checkArguments.ts"
import type { ToolResult } from "../tools/tool.ts"
import { visibleText } from "../tools/visibleText.ts"
import { unreadableAt } from "./unreadableAt.ts"

export type CallFault = {
  readonly kind: "unknownTool" | "badArguments" | "cut"
  readonly result: ToolResult
}

/** undefined: the call can run. `offered`: the tools that the model was told of, and no others exist for it. */
export function callFault(call: ToolCall, offered: readonly ToolDescription[]): CallFault | undefined {
  const tool = offered.find(each => each.name === call.name)
  if (tool === undefined) return fault("unknownTool", `${noTool(call.name)} ${available(offered)}`)
  const schema = tool.parameters ?? {}
  const form = `Call it as ${callForm(tool.name, schema)}.`
  if (call.problems.includes("unterminated_call")) return fault("cut", cutSentence)
  if (call.arguments === null)
    return fault("badArguments", `${tool.name} was not run: ${unreadable(call.rawArguments)} ${form}`)
  const checked = checkArguments(tool.name, schema, call.arguments)
  return checked.ok ? undefined : fault("badArguments", checked.sentence)
}

/** For the second time in a row, where instructions stand. */
export function toolReminder(offered: readonly ToolDescription[]): string {
  return `Reminder: you called tools that don't exist. ${available(offered)} Use no others.`
}

const summaries = { unknownTool: "Unknown tool", badArguments: "Bad arguments", cut: "Cut off" } as const

const cutSentence =
  "Not run: the call was cut off because it was longer than one answer may be. Make smaller steps: shorter arguments, several calls."

function fault(kind: CallFault["kind"], text: string): CallFault {
  return { kind, result: { text, failed: true, summary: summaries[kind] } }
}

function noTool(name: string): string {
  return `There is no tool "${shown(name, 200)}".`
}

function available(offered: readonly ToolDescription[]): string {
  if (offered.length === 0) return "No tools are available: answer without them."
  return `Tools: ${offered.map(({ name }) => name).join(", ")}.`
}

/** What the parser stumbled over, and where. */
function unreadable(raw: string): string {
  const value = parsed(raw)
  if (value !== undefined) return `its arguments are ${kindOf(value)}, not one JSON object.`
  const place = unreadableAt(raw)
  const before = place === 0 ? "" : ` after \`${shown(raw.slice(Math.max(0, place - 40), place))}\``
  return place >= raw.length
    ? `its arguments end too early,${before}.`
    : `its arguments are no JSON from character ${place + 1} on,${before || " at the beginning"}: \`${shown(raw.slice(place, place + 20))}\`.`
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

/** A piece of the model's own text in a sentence: one line, not long, nothing hidden. */
function shown(text: string, longest = 40): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return visibleText(cut.replaceAll(/\s+/g, " ")).text
}
