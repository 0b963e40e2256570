// R26, R38: a model in several files, as gpt-oss-120b is published. Whichever part is chosen, it loads and answers as
// the same model in one file does; parts that are missing, cut off, exchanged or of something else are refused.
import assert from "node:assert/strict"
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { readGgufHeader } from "../../src/runtime/ggufHeader.ts"
import { RuntimeFailure } from "../../src/runtime/runtimeFailure.ts"
import { entryOf, type GgufContent, writeGguf } from "../support/ggufContent.ts"
import {
  ask,
  demoModelPath,
  generateRequest,
  loadRequest,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"
import { partName, splitGguf, writeParts } from "../support/splitGguf.ts"

const folder = mkdtempSync(path.join(tmpdir(), "osprey-parts-"))
const demo = readFileSync(demoModelPath)
const runtime = startRuntime()
after(async () => {
  await runtime.stop()
  rmSync(folder, { recursive: true })
})

const three = splitGguf(demo, { parts: 3, emptyFirst: true })
let folders = 0

/** The demo model in three parts, the first without tensors, in a folder of its own. */
function writtenParts(parts: readonly GgufContent[] = three): readonly string[] {
  return writeParts(mkdtempSync(path.join(folder, `${folders++}-`)), parts)
}

/** One part with one of its entries replaced, or without it. */
function withEntry(no: number, key: string, ...entries: GgufContent["entries"]): readonly GgufContent[] {
  return three.map((part, at) =>
    at === no ? { ...part, entries: [...part.entries.filter(entry => entry.key !== key), ...entries] } : part,
  )
}

function moved(no: number, change: (tensors: GgufContent["tensors"]) => GgufContent["tensors"]) {
  return three.map((part, at) => (at === no ? { ...part, tensors: change(part.tensors) } : part))
}

async function answer(modelPath: string): Promise<string> {
  const { last } = await ask(runtime, loadRequest({ modelPath, contextSize: 1024 }))
  assert.equal(last?.type, "loaded", JSON.stringify(last))
  return written((await ask(runtime, generateRequest(questionTo("Hello"), { maxTokens: 12 }))).replies)
}

test("a model in parts answers like the same model in one file, whichever part is chosen", async () => {
  const whole = await answer(demoModelPath)
  assert.ok(whole.length > 10, whole)
  for (const part of writtenParts()) assert.equal(await answer(part), whole)
  for (const part of writtenParts(splitGguf(demo, { parts: 4 }))) assert.equal(await answer(part), whole)
})

test("its header is that of the whole model; its size, of all files", () => {
  const files = writtenParts()
  const { fileSize, ...facts } = readGgufHeader(demoModelPath)
  for (const file of files)
    assert.deepEqual(readGgufHeader(file), {
      ...facts,
      fileSize: files.reduce((sum, each) => sum + readFileSync(each).length, 0),
    })
  assert.ok(fileSize > 4_000_000)
})

/** Kind and detail of what the reader says, whichever part is chosen; the part's own name is the same for all. */
function refusals(files: readonly string[]): readonly string[] {
  const said = files.map(file => {
    try {
      readGgufHeader(file)
      return "accepted"
    } catch (error) {
      assert.ok(error instanceof RuntimeFailure, String(error))
      assert.ok(!error.message.includes(folder), "a folder in a message")
      return `${error.kind}: ${error.message}`
    }
  })
  return [...new Set(said)]
}

test("a part that isn't there is named", async () => {
  const files = writtenParts()
  for (const [at, file] of files.entries()) {
    const others = files.filter(other => other !== file)
    const aside = `${file}.aside`
    renameSync(file, aside)
    assert.deepEqual(refusals(others), [`modelMissing: model-0000${at + 1}-of-00003.gguf: ENOENT`])
    const { last } = await ask(runtime, loadRequest({ modelPath: others[0] ?? "" }))
    assert.equal(last?.type === "failed" && last.kind, "modelMissing")
    renameSync(aside, file)
  }
  assert.deepEqual(refusals(files), ["accepted"])
})

test("a part that is cut off is named", () => {
  const files = writtenParts()
  truncateSync(files[1] ?? "", 1_000_000)
  const [said = "", ...more] = refusals(files.filter((_, at) => at !== 1))
  assert.match(said, /^modelBroken: model-00002-of-00003\.gguf: cut off: 1000000 of/)
  assert.deepEqual(more, [])
  assert.match(refusals(files.slice(1, 2)).join(), /^modelBroken: cut off/)
})

const [first, second, third] = three
assert.ok(first && second && third)
const tensor = second.tensors[0]
assert.ok(tensor)

const wrong: readonly [what: string, parts: readonly GgufContent[], said: RegExp][] = [
  ["two parts exchanged", [first, third, second], /called part \d of 3, but it is part \d of 3/],
  ["the first part everywhere", [first, first, first], /called part \d of 3, but it is part 1 of 3/],
  ["a part of four among three", withEntry(1, "split.count", entryOf.u16("split.count", 4)), /part 2 of 4/],
  ["a whole model as a part", withEntry(1, "split.count"), /called part 2 of 3, but it is part 1 of 1/],
  ["a part without its number", withEntry(2, "split.no"), /part \? of 3/],
  [
    "a part with the number 3 of 3, from 0",
    withEntry(2, "split.no", entryOf.u16("split.no", 3)),
    /part 3 of 3/,
  ],
  ["a number of another type", withEntry(1, "split.no", entryOf.u32("split.no", 1)), /split\.no has type 4/],
  ["a NUL in a name", withEntry(1, "split.no", entryOf.u32("split.no\0", 1)), /NUL/],
  ["one tensor too few", moved(2, tensors => tensors.slice(1)), /\d+ tensors in all parts, not \d+/],
  ["one tensor in two parts", moved(2, tensors => [...tensors, tensor]), /two parts hold the same tensor/],
  [
    "a first part that counts no tensors",
    withEntry(0, "split.tensors.count"),
    /\d+ tensors in all parts, not a number that is said/,
  ],
]

for (const [what, parts, said] of wrong)
  test(`${what}: refused, whichever part is chosen`, () => {
    for (const refusal of refusals(writtenParts(parts))) {
      assert.match(refusal, /^modelBroken: /)
      assert.match(refusal, said)
    }
  })

test("none of them harms the child", async () => {
  const { pid } = runtime
  for (const [what, parts] of wrong)
    for (const modelPath of writtenParts(parts)) {
      const { last } = await ask(runtime, loadRequest({ modelPath }))
      assert.equal(last?.type === "failed" && last.kind, "modelBroken", what)
    }
  assert.equal(runtime.pid, pid)
})

test("a part under a name without numbers: its others can't be found", () => {
  const [file = ""] = writtenParts()
  const renamed = path.join(path.dirname(file), "model.gguf")
  renameSync(file, renamed)
  assert.match(refusals([renamed]).join(), /^modelMissing: part 1 of 3, under a name/)
})

test("a whole model under a part's name: the names beside it aren't looked at", () => {
  const named = path.join(mkdtempSync(path.join(folder, "named-")), partName("model", 1, 99_999))
  cpSync(demoModelPath, named)
  assert.deepEqual(refusals([named]), ["modelBroken: called part 1 of 99999, but it is part 1 of 1"])
  const only = path.join(path.dirname(named), partName("model", 1, 1))
  cpSync(demoModelPath, only)
  assert.deepEqual(refusals([only]), ["accepted"])
})

test("absurd numbers of parts, and headers that are long together", () => {
  const many = [
    { ...first, entries: first.entries.map(e => (e.key === "split.count" ? entryOf.u16(e.key, 65_535) : e)) },
  ]
  const file = path.join(mkdtempSync(path.join(folder, "many-")), partName("model", 1, 65_535))
  writeFileSync(file, writeGguf(many[0] ?? first))
  assert.deepEqual(refusals([file]), ["modelBroken: 65535 parts"])

  const long = entryOf.text("padding", "x".repeat(40_000_000))
  const files = writtenParts(three.map(part => ({ ...part, entries: [...part.entries, long] })))
  for (const said of refusals(files)) assert.match(said, /modelBroken: .*a header of more than \d+ bytes/)
})
