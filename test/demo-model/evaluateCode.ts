// Ghost text and code actions of the demo model, through the product's own prompts: does what it writes parse, does
// what it repairs compile?
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { transform } from "esbuild"
import { enclosingLines, linesOf } from "../../src/actions/codePassage.ts"
import { rewriteSelection } from "../../src/actions/rewriteSelection.ts"
import { suggestionShape } from "../../src/completion/suggestionShape.ts"
import { writeSuggestion } from "../../src/completion/writeSuggestion.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { brokenFile, brokenKinds } from "./brokenFiles.ts"
import { ghostText } from "./ghostText.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"
import type { Score } from "./score.ts"

const never = new AbortController().signal
const compiler = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url))

/** One suggestion in each of `count` files, where one line is missing: the file with it must parse. */
export async function evaluateGhostText(
  model: LanguageModel,
  random: Random,
  names: Names,
  count: number,
  score: Score,
): Promise<void> {
  const pythons: { readonly file: string; readonly note: string }[] = []
  for (let done = 0; done < count; ) {
    const { parts, missing } = ghostText(random, names)
    const [rest = "", ...more] = missing.split("\n")
    if (more.length > 0 || rest.trim() === "") continue
    done++
    const { window, suffix, languageId } = parts
    const shape = suggestionShape({ before: window, after: suffix === "" ? "" : `\n${suffix}`, languageId })
    let text = ""
    for await (const soFar of writeSuggestion(
      model,
      parts,
      shape,
      { loading: () => {}, started: () => {} },
      never,
    ))
      text = soFar
    const line = text.split("\n")[0] ?? ""
    // As the editor takes it: a block is taken whole.
    const file = `${window}${text}\n${suffix}\n`
    const note = `${JSON.stringify(window.slice(-80))} → ${JSON.stringify(text)}, was ${JSON.stringify(rest)}`
    score.add("A suggested line is the one that was there", line === rest)
    if (languageId === "python") pythons.push({ file, note })
    else {
      const parses = line.trim() !== "" && (await scriptParses(file))
      score.add(
        languageId === "javascript"
          ? "A suggested line parses: JavaScript"
          : "A suggested line parses: TypeScript",
        parses,
        note,
      )
    }
  }
  const parsed = pythonParses(pythons.map(({ file }) => file))
  for (const [index, { note }] of pythons.entries())
    score.add("A suggested line parses: Python", parsed[index] === true, note)
}

export async function scriptParses(code: string): Promise<boolean> {
  try {
    await transform(code, { loader: "ts", logLevel: "silent" })
    return true
  } catch {
    return false
  }
}

function pythonParses(files: readonly string[]): readonly boolean[] {
  const program =
    "import ast, json, sys\ndef ok(t):\n    try:\n        ast.parse(t)\n        return True\n    except SyntaxError:\n        return False\nprint(json.dumps([ok(t) for t in json.load(sys.stdin)]))"
  const answer: unknown = JSON.parse(
    execFileSync("python3", ["-c", program], { input: JSON.stringify(files), encoding: "utf8" }),
  )
  return Array.isArray(answer) ? answer.map(each => each === true) : []
}

/** Files with one error each, repaired by the product's Fix and compiled with the strictest flags of the kinds. */
export async function evaluateFix(
  model: LanguageModel,
  random: Random,
  names: Names,
  count: number,
  score: Score,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-fix-"))
  const notes = new Map<string, { readonly kind: string; readonly note: string }>()
  for (let index = 0; index < count; index++) {
    const {
      kind,
      path: name,
      lines,
      errorLine,
      problem,
    } = brokenFile(random, names, random.pick(brokenKinds), true)
    const range = enclosingLines(lines, { first: errorLine, last: errorLine })
    const problems = [{ line: errorLine - range.first + 1, ...problem }]
    const text = lines.join("\n")
    const rewrite = await rewriteSelection(
      { model, task: { action: "fix", problems }, path: name, languageId: "typescript", text, lines: range },
      never,
    )
    const fixed = rewrite.ok
      ? [...lines.slice(0, range.first), ...linesOf(rewrite.text), ...lines.slice(range.last + 1)].join("\n")
      : "("
    notes.set(`f${index}.ts`, {
      kind,
      note: `${kind}: ${text} → ${rewrite.ok ? rewrite.text : rewrite.reason}`,
    })
    writeFileSync(path.join(folder, `f${index}.ts`), `${fixed}\nexport {}\n`)
  }
  const failed = compileErrors(folder, [...notes.keys()])
  for (const [file, { kind, note }] of notes) {
    score.add("Fix compiles", !failed.has(file), note)
    score.detail(kind, !failed.has(file))
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** The names of those files that have errors. */
function compileErrors(folder: string, files: readonly string[]): ReadonlySet<string> {
  const flags = [
    "--noEmit",
    "--strict",
    "--ignoreConfig",
    "--target",
    "es2024",
    "--module",
    "esnext",
    "--types",
    "",
    "--pretty",
    "false",
  ]
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, ...flags, ...files], {
    cwd: folder,
    encoding: "utf8",
  })
  if (stderr !== "" || /^error TS/m.test(stdout)) throw new Error(`The compiler failed: ${stdout}${stderr}`)
  return new Set([...stdout.matchAll(/^(f\d+\.ts)\(/gm)].map(match => match[1] ?? ""))
}
