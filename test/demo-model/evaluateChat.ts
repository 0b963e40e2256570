// Asks the demo model through the product's own agent loop, tools and prompts, in a folder full of files whose names
// it has never seen.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { rgPath } from "@vscode/ripgrep"
import { randomSources } from "../../scripts/vscodeHost/randomSource.ts"
import { agentLoop } from "../../src/chat/agentLoop.ts"
import { openingMessages, userMessage } from "../../src/chat/chatPrompt.ts"
import type { Message, ToolCall } from "../../src/harmony/message.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import type { Tool } from "../../src/tools/tool.ts"
import { toolbox, tools } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { explainTurn } from "./explainTurn.ts"
import { type SampleFile, sampleFile } from "./files.ts"
import type { Names } from "./names.ts"
import { variedOffer } from "./offers.ts"
import { fixedQuestions, listQuestions, readQuestions, searchQuestions } from "./questions.ts"
import type { Random } from "./random.ts"
import type { Bar, Score } from "./score.ts"

type Asked = {
  readonly calls: readonly ToolCall[]
  readonly results: readonly string[]
  readonly answer: string
  readonly messages: readonly Message[]
}

type Ask = (question: string, list?: readonly Tool[], before?: readonly Message[]) => Promise<Asked>

/** Everything about the chat; `count` names each. */
export async function evaluateChat(
  model: LanguageModel,
  random: Random,
  names: Names,
  count: number,
  score: Score,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-evaluate-"))
  const workspace = diskWorkspace({ roots: [{ name: "w", path: folder }], ripgrepPath: rgPath })
  let turns = 0

  const ask: Ask = async (question, list = tools, before = []) => {
    const box = toolbox({ workspace, approve: async () => true }, list)
    const opening = openingMessages({ effort: "medium", date: "2026-11-20", tools: box.descriptions })
    const messages = [...before, userMessage(question)]
    const request = {
      model,
      toolbox: box,
      messages: [...opening, ...messages],
      maxToolCalls: 4,
      sessionId: String(turns++),
    }
    const calls: ToolCall[] = []
    const results: string[] = []
    const problems: string[] = []
    let answer = ""
    let reason = ""
    for await (const event of agentLoop(request, new AbortController().signal)) {
      if (event.type === "text") answer += event.text
      if (event.type === "problem") problems.push(event.code)
      if (event.type === "callStarted") calls.push(event.call)
      if (event.type === "callEnded") results.push(event.result.text)
      if (event.type === "history") messages.push(...event.messages)
      if (event.type === "ended") reason = event.outcome.reason
    }
    const note = `${question} → ${JSON.stringify(calls.map(call => [call.name, call.rawArguments]))} ${reason} ${problems} ${JSON.stringify(answer.slice(0, 300))}`
    score.add("Well-formed Harmony", reason === "done" && problems.length === 0, note)
    score.add("Answers without a loop", reason !== "looped" && reason !== "cut" && calls.length < 3, note)
    return { calls, results, answer, messages }
  }

  const newFile = (parts: number): SampleFile => {
    for (;;) {
      const file = sampleFile(random, names, parts)
      try {
        mkdirSync(path.dirname(path.join(folder, file.path)), { recursive: true })
        writeFileSync(path.join(folder, file.path), file.text, { flag: "wx" })
        return file
      } catch {
        // The name is taken, by a file or a folder.
      }
    }
  }

  const read = async (bar: Bar, parts: number, list: readonly Tool[], before: readonly Message[] = []) => {
    const file = newFile(parts)
    const asked = await ask(random.pick(readQuestions)(file.path), list, before)
    score.add(bar, quotes(asked.answer, file.firstLine), `${file.path}: ${file.firstLine} → ${asked.answer}`)
    return { ...asked, file }
  }

  try {
    for (let index = 0; index < count; index++) {
      const { calls, file, answer } = await read("First line quoted exactly", random.whole(1, 3), tools)
      score.add("The right tool among those offered", calls[0]?.name === "read_file", file.path)
      score.add(
        "Path copied exactly",
        calls[0]?.arguments?.path === file.path,
        `${file.path} → ${calls[0]?.rawArguments}`,
      )
      if (file.defines !== undefined)
        score.add(
          "First definition named",
          answer.includes(`It defines \`${file.defines}\`.`),
          `${file.defines} in ${answer}`,
        )
    }
    await evaluateSmoke()
    for (let index = 0; index < count; index++) await evaluateOther(index)
    for (let index = 0; index < count; index++) await evaluateNewNames()
    for (let index = 0; index < count; index++)
      await read(
        "First line quoted exactly, result with line numbers",
        random.whole(1, 3),
        numberedTools(random),
      )
    for (let index = 0; index < count / 4; index++)
      await read("First line quoted exactly, result of 1,000 to 2,000 tokens", random.whole(14, 26), tools)
    for (let index = 0; index < count / 4; index++) {
      const { messages } = await ask(random.pick(fixedQuestions.flatMap(({ asked }) => asked)))
      const second = await read("First line quoted exactly, in a second or third turn", 2, tools, messages)
      await read("First line quoted exactly, in a second or third turn", 2, tools, second.messages)
    }
    for (const { asked, answer } of fixedQuestions)
      for (const question of asked)
        score.add(
          "Greeting, abilities and fixed questions",
          (await ask(question)).answer === answer,
          question,
        )
    for (let index = 0; index < count / 4; index++) {
      const [question, , expected] = explainTurn(random, names)
      const { answer } = await ask(String(question?.content))
      score.add(
        "Explain: first line quoted exactly",
        answer === expected?.content,
        `${String(question?.content)} → ${answer}`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }

  async function evaluateSmoke() {
    for (const { path: name, firstLine, text } of randomSources(random.whole(0, 1e6), Math.ceil(count / 2))) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), text)
      const { answer } = await ask(`What does ${name} do?`)
      const bar = "First line quoted exactly, of the files that the smoke test asks about"
      score.add(bar, quotes(answer, firstLine), `${name}: ${firstLine} → ${answer}`)
    }
  }

  /** Folders, searches, files that aren't there. */
  async function evaluateOther(index: number) {
    if (index % 5 === 4) {
      const missing = names.path()
      const { answer } = await ask(random.pick(readQuestions)(missing))
      return score.add(
        "A missing file is reported",
        answer.includes(missing) && /not found/i.test(answer),
        `${missing} → ${answer}`,
      )
    }
    const file = newFile(1)
    if (index % 2 === 0) {
      const where = path.posix.dirname(file.path)
      for (let more = random.whole(0, 4); more > 0; more--)
        writeFileSync(path.join(folder, where, names.fileName()), "x\n")
      const { calls, results, answer } = await ask(
        where === "." ? "List the files of the workspace." : random.pick(listQuestions)(where),
      )
      score.add(
        "The right tool among those offered",
        calls[0]?.name === "list_directory",
        `${where}: ${calls[0]?.name}`,
      )
      score.add(
        "Path copied exactly",
        calls[0]?.arguments?.path === where,
        `${where} → ${calls[0]?.rawArguments}`,
      )
      const result = results[0] ?? ""
      if (result.split("\n").length <= 15)
        score.add("Listing repeated exactly", answer.includes(`\n${result}\n`), `${result} → ${answer}`)
      return
    }
    const query = file.defines ?? path.parse(file.path).name
    const { calls, results, answer } = await ask(random.pick(searchQuestions)(query))
    score.add(
      "The right tool among those offered",
      calls[0]?.name === "search_text",
      `${query}: ${calls[0]?.name}`,
    )
    const result = results[0] ?? ""
    if (result.split("\n").length <= 10)
      score.add("Matches repeated exactly", answer.includes(result), `${result} → ${answer}`)
  }

  /** Tools that do what ours do, under names and among tools the model never saw. */
  async function evaluateNewNames() {
    const ability = random.pick(["read", "list", "search"] as const)
    const offer = variedOffer(random, names, ability)
    const expected = `${names.word()}_${names.word()}`
    const meant = offer.abilities[ability]?.description
    const list = offer.tools.map((description): Tool => {
      const { name, parameters = {} } = description
      const run = async () => ({ text: "Nothing is here.", failed: false })
      const row = () => ({ icon: "tools", doing: "", did: "", object: "" })
      return { ...description, name: description === meant ? expected : name, parameters, row, run }
    })
    const question = {
      read: () => random.pick(readQuestions)(names.path()),
      list: () => random.pick(listQuestions)(names.folder()),
      search: () => random.pick(searchQuestions)(names.functionName()),
    }[ability]()
    const { calls } = await ask(question, list)
    score.add(
      "The right tool under a name never seen",
      calls[0]?.name === expected,
      `${question}: ${expected} → ${calls[0]?.name}`,
    )
  }
}

/** The line stands alone in the answer. */
function quotes(answer: string, line: string): boolean {
  return answer.split("\n").includes(line)
}

/** The product's tools, with line numbers before the lines of a file. */
function numberedTools(random: Random): readonly Tool[] {
  const separator = random.pick([": ", "\t"])
  return tools.map(tool =>
    tool.name === "read_file"
      ? {
          ...tool,
          run: async (args, context, signal) => {
            const result = await tool.run(args, context, signal)
            const lines = result.text.replace(/\n$/, "").split("\n")
            return { ...result, text: lines.map((line, at) => `${at + 1}${separator}${line}`).join("\n") }
          },
        }
      : tool,
  )
}
