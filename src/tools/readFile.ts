// The tool read_file: lines of one text file, as they stand in it. Secret files and links that lead out of the
// workspace are read only after the user's yes to the very path they lead to.
import type { FileSlice, PathRefusal } from "../workspace/workspace.ts"
import { fitText, resultLimit } from "./fitText.ts"
import { refusalResult } from "./refusalResult.ts"
import type { Tool, ToolArguments, ToolContext, ToolResult } from "./tool.ts"

export const readFile: Tool = {
  name: "read_file",
  description: "Read a text file of the workspace.",
  parameters: {
    type: "object",
    properties: {
      path: { type: "string", description: "Path relative to the workspace root" },
      start_line: { type: "integer", description: "First line to read, counted from 1" },
      end_line: { type: "integer", description: "Last line to read, included" },
    },
    required: ["path"],
  },

  row(args) {
    const { path, startLine, endLine } = argumentsOf(args)
    const range =
      startLine === undefined && endLine === undefined ? undefined : `${startLine ?? 1}–${endLine ?? "end"}`
    return { icon: "file", doing: "Reading", did: "Read", object: path, ...(range ? { range } : {}) }
  },

  async run(args, context, signal) {
    const { path, startLine, endLine } = argumentsOf(args)
    if (endLine !== undefined && endLine < (startLine ?? 1))
      return { text: "end_line must not be below start_line.", failed: true, summary: "Bad range" }
    const range = {
      ...(startLine === undefined ? {} : { startLine }),
      ...(endLine === undefined ? {} : { endLine }),
    }
    const slice = await context.workspace.readFile(path, range, signal)
    if (slice.ok || !slice.approvable) return resultOf(slice)
    const { reason, path: realPath } = slice.approvable
    if (!(await context.approve({ reason, path: realPath, asked: path }, signal)))
      return {
        text: `The user did not allow reading ${path}.`,
        failed: true,
        refused: true,
        summary: "You said no",
      }
    return resultOf(await readApproved(path, { ...range, approvedPath: realPath }, context, signal))
  },
}

function readApproved(
  path: string,
  options: { readonly startLine?: number; readonly endLine?: number; readonly approvedPath: string },
  context: ToolContext,
  signal: AbortSignal,
): Promise<FileSlice | PathRefusal> {
  return context.workspace.readFile(path, options, signal)
}

/** The one place that decides what the model reads of a file: its text, and a note only if lines are missing. */
function resultOf(slice: FileSlice | PathRefusal): ToolResult {
  if (!slice.ok) return refusalResult(slice)
  const lines = `${slice.lineCountIsMinimum ? "more than " : ""}${slice.lineCount.toLocaleString("en-US")} lines`
  if (slice.lastLine < slice.firstLine) {
    if (slice.lineCount === 0) return { text: "The file is empty.", failed: false, summary: "Empty" }
    return { text: `${slice.path} has only ${lines}.`, failed: true, summary: "No such line" }
  }
  const text = fitText(slice.text, resultLimit - noteRoom)
  const isCut = slice.truncated || text.length < slice.text.length
  if (!isCut) return { text, failed: false }
  const lastLine = text.length < slice.text.length ? slice.firstLine + lineEnds(text) - 1 : slice.lastLine
  // A line that alone is too long can't be continued, only passed by.
  const shownTo = Math.max(lastLine, slice.firstLine)
  const extent = `${(shownTo - slice.firstLine + 1).toLocaleString("en-US")} of ${lines}`
  const note = `[Lines ${slice.firstLine}–${shownTo} of ${lines}. To go on: start_line ${shownTo + 1}.]`
  return { text: `${text}${text.endsWith("\n") ? "" : "\n"}${note}`, failed: false, summary: extent, extent }
}

const noteRoom = 200

function lineEnds(text: string): number {
  return text.split("\n").length - 1
}

function argumentsOf(args: ToolArguments): {
  readonly path: string
  readonly startLine?: number
  readonly endLine?: number
} {
  const { path, start_line: startLine, end_line: endLine } = args
  return {
    path: typeof path === "string" ? path : "",
    ...(typeof startLine === "number" ? { startLine: Math.max(1, startLine) } : {}),
    ...(typeof endLine === "number" ? { endLine } : {}),
  }
}
