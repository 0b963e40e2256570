// A refusal of the workspace as a tool result: the sentence for the model, two words for the row.
import type { PathRefusal } from "../workspace/workspace.ts"
import type { ToolResult } from "./tool.ts"

export function refusalResult(refusal: PathRefusal): ToolResult {
  return { text: refusal.sentence, failed: true, summary: summaries[refusal.kind] }
}

const summaries: Readonly<Record<PathRefusal["kind"], string>> = {
  outside: "Outside workspace",
  secret: "Secret file",
  notFound: "Not found",
  notAFile: "Not a file",
  notADirectory: "Not a folder",
  tooLarge: "Too large",
  binary: "Binary file",
  badPath: "Bad path",
  badQuery: "Bad query",
  noFolder: "No folder open",
  timedOut: "Timed out",
  unreadable: "Not readable",
}
