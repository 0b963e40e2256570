// What the model is shown, and what it costs to gather: passages of other open files for ghost text, the size of its
// prompt, and the chat's history when it is longer than the model can read. Osprey's own sources are the open files.
import { globSync, readFileSync } from "node:fs"
import path from "node:path"
import { completionPrompt } from "../../src/completion/completionPrompt.ts"
import { promptBudget } from "../../src/completion/promptBudget.ts"
import { type PromptSnapshot, promptParts, promptSnapshot } from "../../src/completion/promptSnapshot.ts"
import type { SuggestRequest } from "../../src/completion/suggestion.ts"
import { type OpenDocument, relatedPassages } from "../../src/context/relatedPassages.ts"
import { countO200kTokens } from "../../src/harmony/countO200kTokens.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, percentile, total, undisturbed } from "./benchRows.ts"
import { historyRows } from "./historyFit.ts"

const root = path.resolve(import.meta.dirname, "../..")
const row = benchRows("context")

/** Milliseconds of our own code between a keystroke and its request, p95: the goal for all of it. */
const ownTime = 10
/** Tokens that ghost text's prompt may have where the model is fast (src/completion/promptBudget.ts). */
const mostTokens = 3_000

export async function contextBench(): Promise<BenchRow[]> {
  const code = openDocuments("src/**/*.ts", "typescript")
  const prose = openDocuments("{README.md,ARCHITECTURE.md,CONTRIBUTING.md,docs/**/*.md}", "markdown")
  return [
    ...gatheringRows(code),
    ...typingRows(code),
    ...(await promptRows("code", code)),
    ...(await promptRows("Markdown", prose)),
    ...(await historyRows()),
  ]
}

function openDocuments(glob: string, languageId: string): readonly OpenDocument[] {
  return globSync(glob, { cwd: root })
    .toSorted()
    .map(name => ({
      path: name.replaceAll(path.sep, "/"),
      fullPaths: [path.join(root, name)],
      languageId,
      text: readFileSync(path.join(root, name), "utf8"),
    }))
}

/** The first keystroke in a file: passages of so many open files, which later keystrokes keep. */
function gatheringRows(files: readonly OpenDocument[]): readonly BenchRow[] {
  const whole = files.map(({ text }) => text).join("\n")
  // As much of a document as is looked at.
  const longest = Array.from({ length: 20 }, (_, at) => ({
    ...fileAt(files, at),
    text: whole.slice(at * 20_000, at * 20_000 + 40_000),
  }))
  const cases = [
    ["5 open files", files.slice(0, 5)],
    ["20 open files", files.slice(0, 20)],
    ["100 open files, of which 20 are looked at", files.slice(0, 100)],
    ["20 open files of 40,000 characters", longest],
  ] as const
  const { related } = promptBudget({ tokensPerSecond: 10_000 }).limits()
  const rows: BenchRow[] = []
  for (const [name, documents] of cases) {
    const times: number[] = []
    for (let at = 0; at < 60; at++) {
      const around = fileAt(files, 100 + at).text.slice(0, 2_500)
      times.push(undisturbed(() => relatedPassages(around, documents, related)))
    }
    const p95 = percentile(times.slice(10), 95)
    rows.push(row(`ghost text, passages of ${name}: p95`, p95, "ms", ownTime))
    rows.push(
      row(
        `ghost text, passages of ${name}: of the ${ownTime} ms before a request`,
        (100 * p95) / ownTime,
        "%",
      ),
    )
  }
  return rows
}

/** Every keystroke that follows, in a file of 2,000 lines. */
function typingRows(files: readonly OpenDocument[]): readonly BenchRow[] {
  const text = files
    .map(each => each.text)
    .join("\n")
    .split("\n")
    .slice(0, 2_000)
    .join("\n")
  const middle = Math.floor(text.length / 2)
  const sources = { documents: () => files.slice(0, 20), edits: () => [] }
  const { limits } = promptBudget({ tokensPerSecond: 10_000 })
  let snapshot: PromptSnapshot | undefined
  const times: number[] = []
  for (let typed = 0; typed < 600; typed++) {
    const place = placeIn("src/long.ts", "typescript", text, middle + typed)
    const startedAt = performance.now()
    snapshot = promptSnapshot(snapshot, place, sources, limits(), "typing")
    completionPrompt(promptParts(snapshot, place))
    times.push(performance.now() - startedAt)
  }
  const p95 = percentile(times, 95)
  return [
    row("ghost text, prompt for a keystroke in 2,000 lines: p95", p95, "ms", ownTime),
    row("ghost text, prompt for a keystroke ÷ the first one", median(times) / (times[0] ?? Number.NaN), "×"),
  ]
}

/** How much of what it may have a prompt has, in gpt-oss's own vocabulary, once the budget knows the text. */
async function promptRows(name: string, files: readonly OpenDocument[]): Promise<readonly BenchRow[]> {
  const text = files.map(each => each.text).join("\n")
  const budget = promptBudget({ tokensPerSecond: 10_000, mostTokens })
  const sources = { documents: () => files.slice(0, 20), edits: () => [] }
  const shares: number[] = []
  const passages: number[] = []
  const bytes: number[] = []
  for (let at = 0; at < 12; at++) {
    const place = placeIn(
      "long",
      fileAt(files, 0).languageId,
      text,
      Math.floor((text.length * (at + 4)) / 20),
    )
    const limits = budget.limits()
    const snapshot = promptSnapshot(undefined, place, sources, limits, "typing")
    const { conversation, prefill } = completionPrompt(promptParts(snapshot, place))
    const begun = { role: "assistant", channel: "final", content: prefill } as const
    const tokens = await countO200kTokens({ messages: [...conversation.messages, begun] })
    const contents = conversation.messages.map(({ content }) =>
      typeof content === "string" ? content : JSON.stringify(content),
    )
    const promptCharacters = total([...contents, prefill].map(({ length }) => length))
    budget.observe({ promptCharacters, promptTokens: tokens, evaluatedTokens: tokens, ms: tokens / 10 })
    // The first prompts are made before the text's characters per token are known.
    if (at < 2) continue
    shares.push(tokens / mostTokens)
    bytes.push(total([...contents, prefill].map(content => Buffer.byteLength(content))))
    passages.push(total(snapshot.related.map(passage => passage.text.length)) / limits.related)
  }
  return [
    row(
      `ghost text, ${name}: prompt ÷ its ${mostTokens.toLocaleString("en-US")} tokens, median`,
      median(shares),
      "×",
    ),
    row(`ghost text, ${name}: prompt ÷ its tokens, largest`, Math.max(...shares), "×"),
    row(`ghost text, ${name}: prompt, median`, median(bytes), "bytes"),
    row(`ghost text, ${name}: passages ÷ the room for them, median`, median(passages), "×"),
  ]
}

function placeIn(name: string, languageId: string, text: string, offset: number): SuggestRequest {
  return {
    path: name,
    fullPaths: [`/work/${name}`],
    languageId,
    document: "editable",
    before: text.slice(0, offset),
    firstLine: 0,
    after: text.slice(offset),
    cursors: 1,
    hasSelection: false,
    trigger: "automatic",
  }
}

function fileAt(files: readonly OpenDocument[], at: number): OpenDocument {
  const found = files[at % files.length]
  if (found === undefined) throw new Error("there are no files to open")
  return found
}
