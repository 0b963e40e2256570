// Turns of a conversation: what the user says, what the model thinks, calls and answers, what a tool gave back. The
// answers are such that everything in them can be read off the text before: quoted first, then named.
import { userMessage } from "../../src/chat/chatPrompt.ts"
import type { Message } from "../../src/harmony/message.ts"
import { checkArguments } from "../../src/tools/checkArguments.ts"
import { refusals } from "../../src/workspace/refusals.ts"
import { explainTurn } from "./explainTurn.ts"
import { fenceName, type SampleFile, sampleFile } from "./files.ts"
import type { Names } from "./names.ts"
import type { Ability, Offer, OfferedTool } from "./offers.ts"
import { fixedQuestions, listQuestions, readQuestions, searchQuestions } from "./questions.ts"
import type { Random } from "./random.ts"
import { analysis, final } from "./replies.ts"

export type TurnOptions = {
  readonly random: Random
  readonly names: Names
  readonly offer: Offer
  /** About how many functions the files hold. */
  readonly parts: number
  /** Whether results may speak of a wrong call. */
  readonly refined: boolean
}

/** What an answer about a file says. */
export function fileAnswer({ path, firstLine, defines }: Omit<SampleFile, "text">): string {
  const quote = `\`${path}\` starts with:\n\n\`\`\`${fenceName(path)}\n${firstLine}\n\`\`\``
  return defines === undefined ? quote : `${quote}\n\nIt defines \`${defines}\`.`
}

export function listAnswer(folder: string, result: string): string {
  return `\`${folder}\` holds:\n\n\`\`\`\n${shortened(result, 15)}\n\`\`\``
}

export function searchAnswer(query: string, result: string): string {
  return `\`${query}\` is here:\n\n\`\`\`\n${shortened(result, 10)}\n\`\`\``
}

/** The first lines of a result that would be long to repeat. */
function shortened(result: string, most: number): string {
  const lines = result.split("\n")
  return lines.length <= most ? result : [...lines.slice(0, most), "…"].join("\n")
}

function failureAnswer(result: string): string {
  return `That did not work: ${result.split("\n")[0] ?? ""}`
}

/** A question that needs a tool. */
export function toolTurn(options: TurnOptions, ability: Ability): readonly Message[] {
  const { random, offer } = options
  const { subject, question, result, answer } = random.chance(options.refined ? 0.09 : 0.06)
    ? failure(options, ability)
    : { read: readTask, list: listTask, search: searchTask }[ability](options)
  const tool = offer.abilities[ability]
  const user = userMessage(question)
  if (tool === undefined)
    return [
      user,
      analysis(`The question is about ${subject}. No tool for it is offered.`),
      final(`I can't look at \`${subject}\`: there is no tool for it here.`),
    ]
  const [first = ""] = tool.description.description.split("\n")
  return [
    user,
    analysis(
      `The question is about ${subject}. The tool for it:\n// ${first}\ntype ${tool.description.name}`,
    ),
    call(tool, subject),
    toolResult(tool, random.chance(0.05) ? JSON.stringify(result) : result),
    final(answer),
  ]
}

/** A question that is answered without looking. */
export function plainTurn({ random, names }: TurnOptions): readonly Message[] {
  if (random.chance(0.35)) return explainTurn(random, names)
  const { question, thought, answer } = random.pick(fixedTurns)
  return [userMessage(spoken(random, question)), analysis(thought), final(answer)]
}

/** One for each way to ask. */
const fixedTurns = fixedQuestions.flatMap(({ asked, thought, answer }) =>
  asked.map(question => ({ question, thought, answer })),
)

/** As people type: now and then without capital letter or question mark. */
function spoken(random: Random, text: string): string {
  const lower = random.chance(0.25) ? text.charAt(0).toLowerCase() + text.slice(1) : text
  return random.chance(0.2) ? lower.replace(/[?.!]$/, "") : lower
}

type Task = {
  readonly subject: string
  readonly question: string
  readonly result: string
  readonly answer: string
}

function readTask({ random, names, parts }: TurnOptions): Task {
  const file = sampleFile(random, names, parts)
  const lines = file.text.trimEnd().split("\n")
  const numbered = random.weighted<((line: string, at: number) => string) | undefined>([
    [26, undefined],
    [5, (line, at) => `${at + 1}: ${line}`],
    [5, (line, at) => `${at + 1}\t${line}`],
    [2, (line, at) => `${String(at + 1).padStart(4)} | ${line}`],
    [1, (line, at) => `L${at + 1}: ${line}`],
  ])
  const text = (numbered === undefined ? lines : lines.map(numbered)).join("\n")
  const note = random.chance(0.05)
    ? `\n[Lines 1–${lines.length} of ${random.whole(1000, 9999).toLocaleString("en-US")} lines. To go on: start_line ${lines.length + 1}.]`
    : "\n"
  return {
    subject: file.path,
    question: spoken(random, random.pick(readQuestions)(mentioned(random, file.path))),
    result: text + note,
    answer: fileAnswer(file),
  }
}

function listTask({ random, names }: TurnOptions): Task {
  const root = random.chance(0.12)
  const folder = root ? "." : names.folder()
  const entries = Array.from(
    {
      length: random.weighted([
        [1, 0],
        [8, random.whole(1, 5)],
        [3, random.whole(6, 15)],
        [1.2, random.whole(16, 60)],
      ]),
    },
    () => (random.chance(0.25) ? `${names.word()}/` : names.fileName()),
  )
  const result = entries.length === 0 ? "The folder is empty." : [...new Set(entries)].join("\n")
  const question = root
    ? random.pick([
        "What is in this workspace?",
        "List the files of the workspace.",
        "Which files are there?",
        "ls",
        "Show me the project's files.",
      ])
    : random.pick(listQuestions)(mentioned(random, folder))
  return {
    subject: folder,
    question: spoken(random, question),
    result,
    answer: entries.length === 0 ? failureAnswer(result) : listAnswer(folder, result),
  }
}

function searchTask({ random, names }: TurnOptions): Task {
  const file = random.chance(0.3)
    ? sampleFile(random, names, 1, names.path(random.pick(["ts", "js", "py"])))
    : undefined
  const query =
    file?.defines ??
    random.pick([
      names.functionName,
      names.variable,
      names.typeName,
      names.snakeFunction,
      () => names.snake(2),
      names.word,
      () => names.fileName().split(".")[0] ?? "",
    ])()
  const count = random.weighted([
    [1, 0],
    [4, 1],
    [4, 2],
    [2, random.whole(3, 10)],
    [0.4, random.whole(11, 30)],
  ])
  const defining = file?.text.split("\n").findIndex(line => line.includes(query)) ?? -1
  const matches = Array.from({ length: count }, (_, index) => {
    if (file !== undefined && defining >= 0 && index === 0)
      return `${file.path}:${defining + 1}: ${file.text.split("\n")[defining]?.trim()}`
    const line = random.pick([
      `const ${names.word()} = ${query}(${names.word()})`,
      `import { ${query} } from "./${names.word()}"`,
      `return ${query}`,
      `export function ${query}(`,
      `# ${query}`,
      `${query} ${names.word()}`,
      `if (${query}) {`,
    ])
    return `${names.path()}:${random.whole(1, 400)}: ${line}`
  })
  const result = count === 0 ? "No matches." : matches.join("\n")
  return {
    subject: query,
    question: spoken(random, random.pick(searchQuestions)(mentioned(random, query))),
    result,
    answer: count === 0 ? failureAnswer(result) : searchAnswer(query, result),
  }
}

/** The workspace's own words for what can't be done, and a few of other tools. */
function failure(options: TurnOptions, ability: Ability): Task {
  const { random } = options
  const task = { read: readTask, list: listTask, search: searchTask }[ability](options)
  const { subject } = task
  if (options.refined && random.chance(0.35)) {
    const wrong = wrongCall(options, ability)
    return { ...task, result: wrong, answer: failureAnswer(wrong) }
  }
  const result =
    ability === "search"
      ? random.pick([
          refusals.timedOut(random.whole(5, 60)).sentence,
          "The search failed.",
          refusals.noFolder().sentence,
        ])
      : random.weighted([
          [6, refusals.notFound(subject).sentence],
          [1, refusals.secret(subject).sentence],
          [1, refusals.outside(subject).sentence],
          [1, `The user did not allow reading ${subject}.`],
          [1, refusals.binary(subject).sentence],
          [1, refusals.unreadable(subject).sentence],
          [
            1,
            ability === "read"
              ? refusals.notAFile(subject, "directory").sentence
              : refusals.notADirectory(subject).sentence,
          ],
          [1, `Error: ${subject} could not be opened`],
        ])
  return { ...task, result, answer: failureAnswer(result) }
}

/** What the product says to a call that doesn't fit the offer. */
function wrongCall({ random, names, offer }: TurnOptions, ability: Ability): string {
  const tool = offer.abilities[ability]
  if (tool === undefined || random.chance(0.3))
    return random.pick([
      "Nothing is here.",
      `There is no tool "${names.snake(2)}". Tools: ${offer.tools.map(({ name }) => name).join(", ")}.`,
    ])
  const { name, parameters = {} } = tool.description
  const checked = checkArguments(name, parameters, { [names.word()]: "" })
  return checked.ok ? "Nothing is here." : checked.sentence
}

function mentioned(random: Random, name: string): string {
  return random.weighted([
    [8, name],
    [2, `\`${name}\``],
    [1, `"${name}"`],
    [1, `@${name}`],
  ])
}

function call({ description, argument }: OfferedTool, value: string): Message {
  return {
    role: "assistant",
    recipient: `functions.${description.name}`,
    channel: "commentary",
    contentType: "<|constrain|>json",
    content: JSON.stringify({ [argument]: value }),
  }
}

function toolResult({ description }: OfferedTool, content: string): Message {
  return {
    role: "tool",
    name: `functions.${description.name}`,
    recipient: "assistant",
    channel: "commentary",
    content,
  }
}
