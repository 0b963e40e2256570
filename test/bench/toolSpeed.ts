// The three tools as the model calls them, each against what it does at bottom: reading a file, listing a folder,
// ripgrep. The difference is the path gate, the limits and the result's text.
import { spawn } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { rgPath } from "@vscode/ripgrep"
import type { ToolCall } from "../../src/harmony/message.ts"
import { toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { never } from "../support/runtimeTest.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, timed } from "./benchRows.ts"
import { codeText } from "./longConversation.ts"

const folders = 50
const filesEach = 100
const row = benchRows("agent")

type Case = {
  readonly tool: string
  /** A batch is timed as one, by turns with the raw counterpart. */
  readonly batch: number
  readonly args: (at: number) => Readonly<Record<string, unknown>>
  readonly raw: (at: number) => Promise<unknown>
  readonly rawName: string
}

export async function toolRows(): Promise<readonly BenchRow[]> {
  const cleaning: (() => Promise<void>)[] = []
  try {
    const folder = await temporaryFolder({ after: work => cleaning.push(work) }, files())
    const workspace = diskWorkspace({ roots: [{ name: "work", path: folder }], ripgrepPath: rgPath })
    const box = toolbox({ workspace, approve: async () => false })
    const run = async (tool: string, args: ToolCall["arguments"]) => {
      const call = { id: "1", name: tool, arguments: args, rawArguments: JSON.stringify(args), problems: [] }
      const { failed, text } = await box.run(call, never)
      if (failed) throw new Error(`${tool} failed: ${text}`)
    }
    const rows: BenchRow[] = []
    for (const each of casesIn(folder)) rows.push(...(await measured(each, run)))
    return rows
  } finally {
    for (const clean of cleaning) await clean()
  }
}

function casesIn(folder: string): readonly Case[] {
  return [
    {
      tool: "read_file",
      batch: 200,
      args: at => ({ path: fileAt(at) }),
      raw: at => readFile(path.join(folder, fileAt(at)), "utf8"),
      rawName: "readFile",
    },
    {
      tool: "list_directory",
      batch: 100,
      args: at => ({ path: `src/d${at % folders}` }),
      raw: at => readdir(path.join(folder, `src/d${at % folders}`), { withFileTypes: true }),
      rawName: "readdir",
    },
    {
      tool: "search_text",
      batch: 1,
      args: () => ({ query: "rareNeedle" }),
      raw: () => ripgrepAlone(folder),
      rawName: "ripgrep",
    },
  ]
}

async function measured(
  { tool, batch, args, raw, rawName }: Case,
  run: (tool: string, args: ToolCall["arguments"]) => Promise<void>,
): Promise<readonly BenchRow[]> {
  const ours: number[] = []
  const ratios: number[] = []
  for (let pair = -1; pair < 9; pair++) {
    const own = await timed(() => many(batch, at => run(tool, args(at))))
    const alone = await timed(() => many(batch, raw))
    // The first round fills the file cache for both.
    if (pair < 0) continue
    ours.push(own / batch)
    ratios.push(own / alone)
  }
  const where = `${(folders * filesEach).toLocaleString("en-US")} files`
  return [
    row(`${tool}, ${where}: calls`, 1_000 / median(ours), "per second"),
    row(`${tool} ÷ ${rawName} alone, ${where}, median`, median(ratios), "×"),
  ]
}

async function many(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at++) await work(at)
}

/** 5,000 files, one of 1,000 with the word that is looked for. */
function files(): Readonly<Record<string, string>> {
  const all = Array.from({ length: folders * filesEach }, (_, at) => [
    fileAt(at),
    at % 1_000 === 0 ? `${codeText(at, 2_000)}const rareNeedle = ${at}\n` : codeText(at, 2_000),
  ])
  return Object.fromEntries(all)
}

function fileAt(at: number): string {
  return `src/d${at % folders}/f${Math.floor(at / folders)}.ts`
}

/** What a person would type, with the output read to its end. */
function ripgrepAlone(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ["--no-config", "--line-number", "--fixed-strings", "rareNeedle", "./"]
    const child = spawn(rgPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
    child.stdout.resume()
    child.on("error", reject)
    child.on("close", () => resolve())
  })
}
