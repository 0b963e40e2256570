// The house in one test: which folder may import which, and the limits that only ever get tighter. A failure is
// a sentence that says what to move. ARCHITECTURE.md explains why.
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { budgets } from "../scripts/budgets.ts"

const root = path.resolve(import.meta.dirname, "..")

/** A folder imports only from floors below its own; folders on one floor don't know each other. */
const floors: readonly (readonly string[])[] = [
  ["base", "protocol"],
  ["harmony"],
  ["model", "workspace"],
  ["context", "tools"],
  ["completion", "chat", "actions"],
  ["vscode"],
  ["extension.ts"],
]

/** Other processes: they share what is listed and nothing else. */
const processes: Readonly<Record<string, readonly string[]>> = {
  runtime: ["base", "protocol"],
  webview: ["protocol"],
}

const maxLines = 300

type Source = { readonly file: string; readonly text: string; readonly imports: readonly string[] }

const sources = filesUnder("src", ".ts").map(source)
const tests = filesUnder("test", ".ts").map(source)

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(ending) && !name.includes("node_modules"))
    .map(name => path.posix.join(folder, name.replaceAll(path.sep, "/")))
}

function source(file: string): Source {
  const text = readFileSync(path.join(root, file), "utf8")
  const imports = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^"'\n;]*?["']([^"'\n]+)["']/g)]
  const multiline = [...text.matchAll(/\}\s*from\s*["']([^"'\n]+)["']/g)]
  const dynamic = [...text.matchAll(/\bimport\(\s*["']([^"'\n]+)["']/g)]
  return { file, text, imports: [...imports, ...multiline, ...dynamic].map(match => match[1] ?? "") }
}

/** "src/chat/agentLoop.ts" → "chat"; "src/extension.ts" → "extension.ts". */
function folderOf(file: string): string {
  return path.posix.relative("src", file).split("/")[0] ?? ""
}

function targetOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined
  return path.posix.join(path.posix.dirname(from), specifier)
}

function floorOf(folder: string): number {
  return floors.findIndex(floor => floor.includes(folder))
}

function faultOf(from: string, target: string): string | undefined {
  const [own, other] = [folderOf(from), folderOf(target)]
  if (!target.startsWith("src/")) return `${from} imports ${target}, which is outside src.`
  if (own === other) return undefined
  const shared = processes[own]
  if (shared !== undefined)
    return shared.includes(other)
      ? undefined
      : `${from} runs in another process and may import ${shared.join(" and ")} only, not ${target}.`
  if (other in processes) return `${from} may not import ${target}: ${other} is another process.`
  if (floorOf(own) < 0) return `${own} stands on no floor: add it to the list in this test.`
  return floorOf(other) < floorOf(own)
    ? undefined
    : `${from} may not import ${target}: ${other} is not on a floor below ${own}.`
}

test("a folder imports only from floors below", () => {
  const faults = sources.flatMap(({ file, imports }) =>
    imports
      .map(name => targetOf(file, name))
      .filter(target => target !== undefined)
      .map(target => faultOf(file, target))
      .filter(fault => fault !== undefined),
  )
  assert.deepEqual(faults, [])
})

test("the floors are checked for real: an upward import is a fault", () => {
  assert.match(faultOf("src/base/a.ts", "src/chat/b.ts") ?? "", /may not import/)
  assert.match(faultOf("src/tools/a.ts", "src/context/b.ts") ?? "", /may not import/)
  assert.match(faultOf("src/webview/a.ts", "src/base/b.ts") ?? "", /another process/)
  assert.equal(faultOf("src/chat/a.ts", "src/model/b.ts"), undefined)
})

test("vscode is imported in src/vscode and extension.ts only", () => {
  assert.deepEqual(
    importersOf("vscode").filter(file => !/^src\/(vscode\/|extension\.ts$)/.test(file)),
    [],
  )
})

test("node-llama-cpp, openai and the tokeniser are each imported in one file", () => {
  assert.deepEqual(importersOf("node-llama-cpp").length <= 1, true, importersOf("node-llama-cpp").join(", "))
  for (const name of ["openai", "gpt-tokenizer"]) {
    const dynamic = sources.filter(({ text }) => new RegExp(`\\bimport\\(\\s*["']${name}`).test(text))
    assert.ok(dynamic.length <= 1, dynamic.map(({ file }) => file).join(", "))
  }
})

function importersOf(name: string): string[] {
  return sources
    .filter(({ imports }) =>
      imports.some(specifier => specifier === name || specifier.startsWith(`${name}/`)),
    )
    .map(({ file }) => file)
}

test("settings are read in one file", () => {
  const readers = sources.filter(({ text }) => /\bgetConfiguration\s*\(/.test(text)).map(({ file }) => file)
  assert.deepEqual(
    readers.filter(file => file !== "src/vscode/settings.ts"),
    [],
  )
})

test("no unsafeHTML, no innerHTML", () => {
  const users = sources
    .filter(({ text }) => /\bunsafeHTML\s*\(|\.innerHTML\s*=/.test(text))
    .map(({ file }) => file)
  assert.deepEqual(users, [])
})

test(`no file has more than ${maxLines} lines`, () => {
  const long = [...sources, ...tests]
    .map(({ file, text }) => ({ file, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > maxLines)
  assert.deepEqual(long, [])
})

test("no any", () => {
  const users = sources.filter(({ text }) => /(?::|<|\bas|\|)\s*any\b/.test(codeOnly(text)))
  assert.deepEqual(
    users.map(({ file }) => file),
    [],
  )
})

/** Without comments and strings: a prompt may well hold "=> any". */
function codeOnly(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
}

test("no barrels, no default exports", () => {
  const faults = sources.filter(
    ({ file, text }) => /(^|\/)(index|utils)\.ts$/.test(file) || /^export default /m.test(text),
  )
  assert.deepEqual(
    faults.map(({ file }) => file),
    [],
  )
})

test("the two START HERE functions and activate() stay short", () => {
  for (const [file, limit] of [
    ["src/chat/agentLoop.ts", 150],
    ["src/completion/suggest.ts", 150],
    ["src/extension.ts", 100],
  ] as const) {
    const found = sources.find(each => each.file === file)
    if (found !== undefined)
      assert.ok(found.text.split("\n").length - 1 <= limit, `${file} has more than ${limit} lines`)
  }
})

test("every source file opens with a comment that says what it is for", () => {
  assert.deepEqual(
    sources.filter(({ text }) => !text.startsWith("//")).map(({ file }) => file),
    [],
  )
})

test("what was built keeps to its budgets", () => {
  const built = Object.entries(budgets).filter(([file]) => existsSync(path.join(root, "dist", file)))
  const over = built.filter(([file, limit]) => statSync(path.join(root, "dist", file)).size > limit)
  assert.deepEqual(over, [])
})
