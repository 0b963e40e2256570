// The tool search_text: lines that hold a text or match a regex, in all files that ignore rules leave. Content of
// secret files never appears.
import type { PathRefusal, SearchMatch, SearchResult } from "../workspace/workspace.ts"
import { refusalResult } from "./refusalResult.ts"
import type { Tool, ToolArguments, ToolResult } from "./tool.ts"

/** Matches given to the model at most. */
const maxMatches = 100

/** Characters of a matching line at most. */
const lineLimit = 200

export const searchText: Tool = {
  name: "search_text",
  description: "Search the workspace for a text.",
  parameters: {
    type: "object",
    properties: {
      query: { type: "string", description: "The text to search for" },
      is_regex: { type: "boolean", description: "The query is a regular expression" },
      match_case: { type: "boolean", description: "Upper and lower case must match" },
      glob: { type: "string", description: "Search only these files, e.g. *.ts or src/**" },
    },
    required: ["query"],
  },

  row: args => ({
    icon: "search",
    doing: "Searching",
    did: "Searched",
    object: typeof args.query === "string" ? args.query : "",
  }),

  async run(args, context, signal) {
    const query = typeof args.query === "string" ? args.query : ""
    return resultOf(await context.workspace.searchText(query, optionsOf(args), signal))
  },
}

/** The one place that decides how matches read: `path:line: text` per line. */
function resultOf(result: SearchResult | PathRefusal): ToolResult {
  if (!result.ok) return refusalResult(result)
  const count = result.matches.length
  if (count === 0) return { text: "No matches.", failed: false, summary: "No matches" }
  const lines = result.matches.map(lineOf)
  const matches = count === 1 ? "1 match" : `${count} matches`
  if (!result.truncated)
    return { text: lines.join("\n"), failed: false, summary: matches, extent: `all of ${matches}` }
  const why = result.timedOut ? "The search timed out" : "There are more"
  const note = `[The first ${matches}. ${why}; use a more exact query or a glob.]`
  return {
    text: [...lines, note].join("\n"),
    failed: false,
    summary: `${matches}+`,
    extent: `first ${matches}`,
  }
}

function lineOf({ path, line, text }: SearchMatch): string {
  const trimmed = text.trim()
  return `${path}:${line}: ${trimmed.length > lineLimit ? `${trimmed.slice(0, lineLimit)}…` : trimmed}`
}

function optionsOf(args: ToolArguments) {
  return {
    isRegex: args.is_regex === true,
    matchCase: args.match_case === true,
    maxMatches,
    ...(typeof args.glob === "string" ? { glob: args.glob } : {}),
  }
}
