// The tool list_directory: the names in one folder. Names of secret files may be known; their content is
// read_file's business.
import type { DirectoryListing, PathRefusal } from "../workspace/workspace.ts"
import { refusalResult } from "./refusalResult.ts"
import type { Tool, ToolArguments, ToolResult } from "./tool.ts"

export const listDirectory: Tool = {
  name: "list_directory",
  description: "List the files in a folder of the workspace.",
  parameters: {
    type: "object",
    properties: { path: { type: "string", description: "Folder relative to the workspace root" } },
    required: [],
  },

  row: args => ({ icon: "folder", doing: "Listing", did: "Listed", object: folderOf(args) }),

  async run(args, context, signal) {
    const { workspace } = context
    const folder = folderOf(args)
    // With several folders open the root is none of them: it holds them.
    if (folder === "." && workspace.roots.length > 1) return listRoots(workspace.roots.map(root => root.name))
    return resultOf(await workspace.listDirectory(folder, signal))
  },
}

function listRoots(names: readonly string[]): ToolResult {
  return { text: names.map(name => `${name}/`).join("\n"), failed: false, summary: `${names.length} folders` }
}

/** The one place that decides how a listing reads: a name per line, `/` after folders, `@` after links. */
function resultOf(listing: DirectoryListing | PathRefusal): ToolResult {
  if (!listing.ok) return refusalResult(listing)
  if (listing.entries.length === 0) return { text: "The folder is empty.", failed: false, summary: "Empty" }
  const names = listing.entries.map(({ name, kind }) => `${oneLine(name)}${marks[kind]}`)
  const count = listing.entries.length
  if (listing.omitted === 0)
    return { text: names.join("\n"), failed: false, summary: count === 1 ? "1 entry" : `${count} entries` }
  const all = (count + listing.omitted).toLocaleString("en-US")
  const note = `[${count} of ${all} entries. Use search_text to find files by their text.]`
  const extent = `${count} of ${all} entries`
  return { text: [...names, note].join("\n"), failed: false, summary: extent, extent }
}

const marks = { file: "", directory: "/", link: "@" } as const

/** A name with a line break in it must not look like two names. */
function oneLine(name: string): string {
  return name.replaceAll("\n", "[U+000A]").replaceAll("\r", "[U+000D]")
}

function folderOf(args: ToolArguments): string {
  const path = typeof args.path === "string" ? args.path.trim() : ""
  return path === "" || path === "./" || path === "/" ? "." : path
}
