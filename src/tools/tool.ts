// What the model may ask for. One tool, one file; the list is an array literal in toolbox.ts. A tool enforces
// its own policy through the path gate behind Workspace, whoever calls it (SR-6).
import type { JsonSchema, ToolDescription } from "../harmony/message.ts"
import type { Workspace } from "../workspace/workspace.ts"

export type ToolArguments = { readonly [key: string]: unknown }

/** How a call is shown in the page's row; texts for people, in English, without model text except `object`. */
export type ToolRow = {
  readonly icon: string
  readonly doing: string
  readonly did: string
  readonly object: string
  readonly range?: string
}

export type ToolResult = {
  /** What the model reads. */
  readonly text: string
  readonly failed: boolean
  /** At most three words for the row's right side: "4 matches", "Not found". */
  readonly summary?: string
  /** e.g. "all of 4 matches", "400 of 9,120 lines". */
  readonly extent?: string
  /** The user refused. */
  readonly refused?: boolean
}

/** Asked of the user before something that policy doesn't allow by itself. Full truth, no model text (SR-13). */
export type ApprovalRequest = {
  readonly reason: "secret" | "outside"
  /** Resolved path of what would be read. */
  readonly path: string
  /** The path as the model wrote it, if it differs. */
  readonly asked: string
}

export type ToolContext = {
  readonly workspace: Workspace
  readonly approve: (request: ApprovalRequest, signal: AbortSignal) => Promise<boolean>
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: JsonSchema
  row(args: ToolArguments): ToolRow
  /** Never throws but for an abort; a failure is a sentence the model can act on. */
  run(args: ToolArguments, context: ToolContext, signal: AbortSignal): Promise<ToolResult>
}

/** What the model is told about a tool. */
export function describeTool(tool: Tool): ToolDescription {
  return { name: tool.name, description: tool.description, parameters: tool.parameters }
}
