// A message with a recipient as a call: what of it can be run, and the clean form that the history gets (a
// polluted name in the history teaches the model to repeat it).
import type { Message, ToolCall } from "./message.ts"
import type { MessageEnd, MessageHeader } from "./messageReader.ts"
import { repairArguments } from "./repairArguments.ts"
import type { ToolName } from "./toolName.ts"

export type CallParts = {
  /** The content: arguments as the model wrote them. */
  readonly text: string
  readonly tool: ToolName
  readonly header: MessageHeader
  readonly by: MessageEnd
  /** The stream ended within the message, and why. */
  readonly ended: "stop" | "length" | undefined
  /** Problems of the message so far; what the call adds is added. */
  readonly problems: Set<string>
  readonly newCallId: () => string
}

export function readCall(parts: CallParts): { readonly call: ToolCall; readonly message: Message } {
  const { text, tool, problems } = parts
  for (const problem of headerProblems(parts)) problems.add(problem)
  const { value, repaired } = repairArguments(text)
  const cut = isCut(parts, value === null)
  if (cut) problems.add("unterminated_call")
  else if (value === null) problems.add("bad_arguments")
  else if (repaired) problems.add("repaired_arguments")
  const call = {
    id: parts.newCallId(),
    name: tool.name,
    arguments: cut ? null : value,
    rawArguments: text,
    problems: [...problems].sort(),
  }
  return { call, message: callMessage(call, parts, repaired) }
}

function headerProblems({ tool, header, by }: CallParts): readonly string[] {
  const { channel } = header
  const onAnalysis = channel === "analysis" && tool.kind !== "builtin"
  return [
    ...(tool.polluted ? ["name_polluted"] : []),
    ...(tool.kind === "unknown" ? ["unknown_tool"] : []),
    ...(channel === undefined ? ["no_channel"] : []),
    ...(onAnalysis ? ["call_on_analysis"] : []),
    ...(channel === "final" ? ["call_on_final"] : []),
    ...(by === "end" || by === "return" ? ["wrong_terminator"] : []),
  ]
}

/** Servers strip `<|call|>`, so a stream that simply stopped may end in a whole call; one cut by length can't. */
function isCut({ text, by, ended, problems }: CallParts, unreadable: boolean): boolean {
  if (by !== "cut" || ended === undefined) return false
  if (ended === "length" || (problems.has("missing_message") && text.trim() === "")) return true
  return unreadable && /^\s*[{["]/.test(text)
}

function callMessage(call: ToolCall, { tool, header }: CallParts, repaired: boolean): Message {
  const content = repaired && call.arguments !== null ? JSON.stringify(call.arguments) : call.rawArguments
  if (tool.kind !== "builtin")
    return {
      role: "assistant",
      recipient: `functions.${tool.name}`,
      channel: "commentary",
      contentType: "<|constrain|>json",
      content,
    }
  return {
    role: "assistant",
    recipient: tool.name,
    channel: header.channel === "commentary" ? "commentary" : "analysis",
    ...(header.contentType === undefined ? {} : { contentType: header.contentType }),
    content,
  }
}
