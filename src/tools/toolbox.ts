// The tools as one list, and the one way to run them: arguments checked, results bounded, every failure a
// sentence for the model. Doesn't know who calls or where results go.
import type { ToolCall, ToolDescription } from "../harmony/message.ts"
import { callForm, checkArguments } from "./checkArguments.ts"
import { fitText, resultLimit } from "./fitText.ts"
import { listDirectory } from "./listDirectory.ts"
import { readFile } from "./readFile.ts"
import { searchText } from "./searchText.ts"
import { describeTool, type Tool, type ToolContext, type ToolResult, type ToolRow } from "./tool.ts"
import { visibleText } from "./visibleText.ts"

/** All tools, in the order the model is told of them. */
export const tools: readonly Tool[] = [readFile, listDirectory, searchText]

export type Toolbox = {
  readonly descriptions: readonly ToolDescription[]
  /** How a call is shown; also for a call that can't run. */
  row(call: ToolCall): ToolRow
  /** One result for every call. Rejects only with the signal's reason, when aborted. */
  run(call: ToolCall, signal: AbortSignal): Promise<ToolResult>
}

export function toolbox(context: ToolContext, list: readonly Tool[] = tools): Toolbox {
  return {
    descriptions: list.map(describeTool),

    row(call) {
      const tool = list.find(candidate => candidate.name === call.name)
      const row = tool?.row(call.arguments ?? {}) ?? { ...unknownRow, object: call.name }
      return { ...row, object: shortened(row.object) }
    },

    async run(call, signal) {
      signal.throwIfAborted()
      const tool = list.find(candidate => candidate.name === call.name)
      if (!tool)
        return failure(`There is no tool "${shortened(call.name)}". Tools: ${names(list)}.`, "Unknown tool")
      if (call.rawArguments.length > argumentLimit)
        return failure(`The arguments are longer than ${argumentLimit} characters.`, "Too long")
      if (call.arguments === null)
        return failure(
          `The arguments could not be read as a JSON object. Call ${callForm(tool.name, tool.parameters)}.`,
          "Bad arguments",
        )
      const checked = checkArguments(tool.name, tool.parameters, call.arguments)
      if (!checked.ok) return failure(checked.sentence, "Bad arguments")
      try {
        return bounded(await tool.run(checked.args, context, signal))
      } catch {
        signal.throwIfAborted()
        return failure(`${tool.name} failed for an internal reason. Try another way.`, "Failed")
      }
    },
  }
}

/** Characters of a call's arguments at most (SR-11). */
const argumentLimit = 64 * 1024

const unknownRow = { icon: "tools", doing: "Calling", did: "Called" } as const

function failure(text: string, summary: string): ToolResult {
  return { text, failed: true, summary }
}

/** What a model gets is bounded, and nothing in it is hidden from the user. */
function bounded(result: ToolResult): ToolResult {
  const { text, count, firstLine } = visibleText(result.text)
  const note =
    count === 0
      ? ""
      : `\n[${count} hidden characters, first on line ${firstLine} of this result, are written as U+ codes.]`
  const room = resultLimit - note.length
  if (text.length <= room) return { ...result, text: text + note }
  const cut = "[The rest is cut.]"
  const kept = fitText(text, room - cut.length - 1)
  return { ...result, text: `${kept}${kept.endsWith("\n") ? "" : "\n"}${cut}${note}` }
}

function names(list: readonly Tool[]): string {
  return list.map(tool => tool.name).join(", ")
}

/** For a row or a sentence: one line, not long, nothing hidden. */
function shortened(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return visibleText(cut.replaceAll(/\s+/g, " ")).text
}
