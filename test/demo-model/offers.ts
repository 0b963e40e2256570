// Which tools a conversation offers: the product's own, or others that do the same under other names, with any
// number of further tools around them. Whoever reads the corpus must choose by what a tool says it does.
import type { ToolDescription } from "../../src/harmony/message.ts"
import { describeTool } from "../../src/tools/tool.ts"
import { tools } from "../../src/tools/toolbox.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"

export type Ability = "read" | "list" | "search"

/** What can be asked of a tool and how its one required argument is called. */
export type OfferedTool = { readonly description: ToolDescription; readonly argument: string }

export type Offer = {
  readonly tools: readonly ToolDescription[]
  readonly abilities: Readonly<Partial<Record<Ability, OfferedTool>>>
}

const own: Readonly<Record<Ability, string>> = {
  read: "read_file",
  list: "list_directory",
  search: "search_text",
}

/** The product's tools, as they are. */
export function productOffer(): Offer {
  const abilities = Object.fromEntries(
    Object.entries(own).flatMap(([ability, name]) => {
      const tool = tools.find(each => each.name === name)
      return tool === undefined
        ? []
        : [[ability, { description: describeTool(tool), argument: argumentOf[ability] }]]
    }),
  )
  return { tools: tools.map(describeTool), abilities }
}

const argumentOf: Readonly<Record<string, string>> = { read: "path", list: "path", search: "query" }

/** What a tool may say it does. */
export const paraphrases: Readonly<Record<Ability, readonly string[]>> = {
  read: [
    "Read a text file of the workspace.",
    "Reads a file.",
    "Returns the content of a file.",
    "Open a file and return its text.",
    "Show the lines of one file.",
    "Read one file, whole or in part.",
    "Get the text of a file in the project.",
    "Gives the content of the file at a path.",
    "Loads a source file and shows it.",
    "Look into a file.",
    "The text of one file, with its lines.",
    "Fetch what a file holds.",
    "View a file of the project.",
    "Use this to read a file before you talk about it.",
  ],
  list: [
    "List the files in a folder of the workspace.",
    "Lists a folder.",
    "Returns the entries of a directory.",
    "Show which files a folder holds.",
    "List the names in one directory.",
    "Get the files and folders inside a folder.",
    "Gives the names of all files in a folder.",
    "Shows the content of a directory, one name per line.",
    "The entries of one folder.",
    "Look into a folder.",
    "Which files and folders a directory has.",
    "Use this to see what a folder holds.",
  ],
  search: [
    "Search the workspace for a text.",
    "Finds a text in all files.",
    "Returns the lines that match a query.",
    "Search all files for a string.",
    "Look for a word in the project.",
    "Find every line that holds a text.",
    "Gives all places where a name is used.",
    "Shows the lines in which a text stands.",
    "The lines of all files that match a pattern.",
    "Use this to find where something is used or defined.",
    "Looks up a text in the whole workspace.",
    "Grep the project.",
  ],
}

const verbsOf: Readonly<Record<Ability, readonly string[]>> = {
  read: ["read", "open", "show", "get", "load", "cat", "fetch", "view"],
  list: ["list", "ls", "dir", "show", "get", "browse", "scan"],
  search: ["search", "find", "grep", "look", "query", "match", "locate"],
}

const nounsOf: Readonly<Record<Ability, readonly string[]>> = {
  read: ["file", "text", "content", "document", "source"],
  list: ["directory", "folder", "files", "dir", "entries"],
  search: ["text", "files", "workspace", "code", "lines"],
}

/** Tools of other kinds, which nothing in the corpus asks for. */
const others: readonly (readonly [verb: string, noun: string, description: string, argument: string])[] = [
  ["apply", "patch", "Change files with a patch.", "patch"],
  ["run", "command", "Run a command in the terminal.", "command"],
  ["write", "file", "Create or overwrite a file.", "path"],
  ["delete", "file", "Delete a file.", "path"],
  ["get", "diagnostics", "Errors and warnings of the workspace.", "path"],
  ["find", "symbols", "Find a class or function by its name.", "name"],
  ["go_to", "definition", "Where a symbol is defined.", "symbol"],
  ["fetch", "page", "Fetch a web page.", "url"],
  ["git", "diff", "Changes that are not committed.", "path"],
  ["git", "log", "The last commits.", "count"],
  ["run", "tests", "Run the tests.", "name"],
  ["ask", "user", "Ask the user a question.", "question"],
  ["rename", "symbol", "Rename a symbol everywhere.", "symbol"],
  ["update", "plan", "Write down the plan.", "plan"],
  ["create", "folder", "Make a new folder.", "path"],
  ["recall", "note", "Find a note from an earlier chat.", "topic"],
]

/** Another set of tools: `certain` is surely among them, unless it is undefined. */
export function variedOffer(random: Random, names: Names, certain: Ability | undefined): Offer {
  const abilities: Partial<Record<Ability, OfferedTool>> = {}
  for (const ability of ["read", "list", "search"] as const)
    if (ability === certain || random.chance(0.75)) abilities[ability] = variedTool(random, names, ability)
  const extras = random.shuffled(others).slice(
    0,
    random.weighted([
      [4, 0],
      [3, 2],
      [2, 4],
      [2, 6],
      [1, 9],
    ]),
  )
  const offered = [
    ...Object.values(abilities).map(tool => tool.description),
    ...extras.map(([verb, noun, description, argument]) =>
      describe(
        random.chance(0.6) ? `${verb}_${noun}` : names.snake(2),
        description,
        argument,
        `The ${argument}`,
        random.chance(0.2),
      ),
    ),
  ]
  return { tools: random.shuffled(offered), abilities }
}

function variedTool(random: Random, names: Names, ability: Ability): OfferedTool {
  const verb = random.pick(verbsOf[ability])
  const noun = random.pick(nounsOf[ability])
  const name = random.weighted([
    [1, own[ability]],
    [1, `${verb}_${noun}`],
    [1, `${verb}_${names.word()}`],
    [1, `${names.word()}_${noun}`],
    [8, `${names.word()}_${names.word()}`],
    [2, names.word()],
    [2, names.functionName()],
  ])
  const argument = random.chance(0.7)
    ? (argumentOf[ability] ?? "path")
    : random.pick(ability === "search" ? ["text", "pattern", "term"] : ["file", "name", "folder", "target"])
  const meaning = random.pick([
    "Path relative to the workspace root",
    "What to look at",
    `The ${argument}`,
    "As the user wrote it",
  ])
  return {
    description: describe(name, random.pick(paraphrases[ability]), argument, meaning, random.chance(0.4)),
    argument,
  }
}

function describe(
  name: string,
  description: string,
  argument: string,
  meaning: string,
  more = false,
): ToolDescription {
  const extra = more
    ? { start_line: { type: "integer", description: "First line" }, limit: { type: "integer" } }
    : {}
  return {
    name,
    description,
    parameters: {
      type: "object",
      properties: { [argument]: { type: "string", description: meaning }, ...extra },
      required: [argument],
    },
  }
}
