// What searching through the Workspace costs over ripgrep alone: the gate, the secret globs, the reading of the
// output. The two take turns on the same files, so that the machine's mood hits both.
import { spawn } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import path from "node:path"
import { rgPath } from "@vscode/ripgrep"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import type { BenchRow } from "./benchRow.ts"

/** OSPREY_BENCH_FILES=100000 measures the size that the goal names; making the files then takes a minute or more. */
const fileCount = Number(process.env.OSPREY_BENCH_FILES ?? 20_000)
const pairs = 11

/** Found in one file of 1,000. */
const query = "rareNeedle"

export async function searchBench(): Promise<BenchRow[]> {
  const cleaning: (() => Promise<void>)[] = []
  try {
    const folder = await temporaryFolder({ after: work => cleaning.push(work) })
    await makeFiles(folder)
    const workspace = diskWorkspace({ roots: [{ name: "bench", path: folder }], ripgrepPath: rgPath })
    const options = { isRegex: false, matchCase: true, maxMatches: 1_000 }
    const signal = new AbortController().signal
    const ours: number[] = []
    const alone: number[] = []
    // One round before the count begins fills the file cache for both.
    for (let pair = -1; pair < pairs; pair++) {
      const own = await timed(async () => {
        const found = await workspace.searchText(query, options, signal)
        if (!found.ok || found.matches.length !== fileCount / 1_000)
          throw new Error("The search did not find what there is.")
      })
      const raw = await timed(() => ripgrepAlone(folder))
      if (pair < 0) continue
      ours.push(own)
      alone.push(raw)
    }
    const ratio = median(ours.map((own, index) => own / (alone[index] ?? Number.NaN)))
    const size = fileCount.toLocaleString("en-US")
    const row = { bench: "search", goal: null, met: null }
    return [
      {
        bench: "search",
        metric: `search_text over ${size} files ÷ ripgrep alone, median of ${pairs} pairs`,
        value: ratio,
        unit: "×",
        goal: 1.2,
        met: ratio <= 1.2,
      },
      { ...row, metric: `search_text over ${size} files`, value: median(ours), unit: "ms" },
      { ...row, metric: `ripgrep alone over ${size} files`, value: median(alone), unit: "ms" },
    ]
  } finally {
    for (const clean of cleaning) await clean()
  }
}

/** Small source-like files, 100 to a folder. */
async function makeFiles(folder: string): Promise<void> {
  const body =
    "export function area(width: number, height: number): number {\n  return width * height\n}\n".repeat(12)
  for (let first = 0; first < fileCount; first += 100) {
    const place = path.join(folder, `d${Math.floor(first / 2_000)}`, `e${first}`)
    await mkdir(place, { recursive: true })
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const text = (first + index) % 1_000 === 0 ? `${body}const ${query} = ${first}\n` : body
        return writeFile(path.join(place, `f${index}.ts`), text)
      }),
    )
  }
}

/** What a person would type, with the output read to its end. */
function ripgrepAlone(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = ["--no-config", "--line-number", "--fixed-strings", query, "./"]
    const child = spawn(rgPath, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
    child.stdout.resume()
    child.on("error", reject)
    child.on("close", () => resolve())
  })
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
