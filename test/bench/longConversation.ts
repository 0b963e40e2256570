// A conversation of many messages as it comes to be: each turn a question, a thought, a call with its result and an
// answer. For the log on disk and for a prompt alike.
import { openingMessages, partialAnswer, toolMessage, userMessage } from "../../src/chat/chatPrompt.ts"
import { conversationRecord } from "../../src/chat/conversationRecord.ts"
import type { Message, ToolCall } from "../../src/harmony/message.ts"
import type { Step } from "../../src/protocol/chatState.ts"
import { describeTool } from "../../src/tools/tool.ts"
import { toolbox, tools } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { benchStore } from "./benchSession.ts"

export type TurnSize = {
  /** Characters. 0: the turn has no call. */
  readonly result: number
  readonly answer: number
}

/** What stands before the first message in the real chat. */
export function opening(): readonly Message[] {
  return openingMessages({ effort: "medium", date: "2026-11-20", tools: tools.map(describeTool) })
}

/** What the model is told of turn number `at`. */
export function turnMessages(at: number, { result, answer }: TurnSize): readonly Message[] {
  const call = callOf(at)
  const called: readonly Message[] =
    result === 0 ? [] : [callMessage(call), toolMessage(call, codeText(at, result))]
  return [
    userMessage(questionText(at)),
    { role: "assistant", channel: "analysis", content: `The question is about part ${at}. I look at it.` },
    ...called,
    partialAnswer(answerText(at, answer)),
  ]
}

/** Writes the log of so many turns, two messages each on the page; the conversation shown last from now on. */
export async function writeLongConversation(folder: string, turns: number, size: TurnSize): Promise<void> {
  const record = conversationRecord(await benchStore(folder).create(), () => {})
  const box = toolbox({
    workspace: diskWorkspace({ roots: [], ripgrepPath: "" }),
    approve: async () => false,
  })
  for (let at = 0; at < turns; at++) {
    const turnId = `turn-${at}`
    const steps = stepsOf(at, size, box.row(callOf(at)))
    record.apply({
      type: "turnAdded",
      turn: { id: turnId, text: questionText(at), at, status: "running", steps: [] },
    })
    for (const step of steps) record.apply({ type: "stepAdded", turnId, step })
    record.addMessages(turnId, turnMessages(at, size))
    record.apply({ type: "turnChanged", turnId, status: "done", meta: { model: "gpt-oss-20b", tokens: 200 } })
  }
  await record.flushed()
}

function stepsOf(
  at: number,
  { result, answer }: TurnSize,
  row: ReturnType<ReturnType<typeof toolbox>["row"]>,
) {
  const tool: Step = {
    type: "tool",
    id: `tool-${at}`,
    tool: "read_file",
    ...row,
    status: "done",
    startedAt: at,
    ms: 20,
    arguments: [{ name: "path", value: `src/part${at}.ts` }],
    result: codeText(at, result),
  }
  const text: Step = { type: "text", id: `text-${at}`, text: answerText(at, answer) }
  return result === 0 ? [text] : [tool, text]
}

function questionText(at: number): string {
  return `What does src/part${at}.ts do, and who calls it?`
}

function callOf(at: number): ToolCall {
  const args = { path: `src/part${at}.ts` }
  return {
    id: `call-${at}`,
    name: "read_file",
    arguments: args,
    rawArguments: JSON.stringify(args),
    problems: [],
  }
}

function callMessage({ name, rawArguments }: ToolCall): Message {
  return {
    role: "assistant",
    recipient: `functions.${name}`,
    channel: "commentary",
    contentType: "<|constrain|>json",
    content: rawArguments,
  }
}

/** Code that differs from place to place, of about so many characters. */
export function codeText(seed: number, characters: number): string {
  const lines: string[] = []
  for (let length = 0, at = 0; length < characters; at++) {
    const name = `${names[(seed * 7 + at) % names.length]}${(seed + at) % 97}`
    const line =
      at % 4 === 3
        ? "}"
        : `${at % 4 === 0 ? "export function" : "  const"} ${name}${at % 4 === 0 ? "(order: Order): number {" : ` = order.${name} * ${at}`}`
    lines.push(line)
    length += line.length + 1
  }
  return `${lines.join("\n")}\n`
}

function answerText(at: number, characters: number): string {
  const part = `It rounds **each line** of \`src/part${at}.ts\` and adds them up; \`${names[at % names.length]}\` calls it.\n\n`
  const code = `\`\`\`ts\n${codeText(at, 160)}\`\`\`\n\n`
  const section = part + code
  return section.repeat(Math.ceil(characters / section.length)).slice(0, characters)
}

const names = [
  "total",
  "price",
  "taxRate",
  "lineItem",
  "discount",
  "roundCents",
  "shipping",
  "customer",
] as const
