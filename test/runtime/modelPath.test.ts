// R38: where a model file lies, and what happens to it while it is in use, through the built child.
import assert from "node:assert/strict"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import {
  ask,
  demoModelPath,
  generateRequest,
  loadRequest,
  questionTo,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"
import { splitGguf, writeParts } from "../support/splitGguf.ts"

const folder = mkdtempSync(path.join(tmpdir(), "osprey-path-"))
const runtime = startRuntime()
after(async () => {
  await runtime.stop()
  rmSync(folder, { recursive: true })
})

const odd = ["модели 模型 ñ 🦅", "with several  spaces", "it's 100% 'here' (copy) & there; $HOME"]

async function load(modelPath: string): Promise<void> {
  const { last } = await ask(runtime, loadRequest({ modelPath, contextSize: 1024 }))
  assert.equal(last?.type, "loaded", JSON.stringify(last))
}

async function answer(question: string): Promise<string> {
  const { last, replies } = await ask(runtime, generateRequest(questionTo(question), { maxTokens: 12 }))
  assert.equal(last?.type, "done", JSON.stringify(last))
  return written(replies)
}

for (const name of odd)
  test(`a model in "${name}", whole and in parts`, async () => {
    const inside = path.join(folder, name)
    mkdirSync(inside)
    const whole = path.join(inside, `${name}.gguf`)
    copyFileSync(demoModelPath, whole)
    await load(whole)
    const said = await answer("Hello")
    assert.ok(said.length > 10, said)

    const parts = splitGguf(readFileSync(demoModelPath), { parts: 3, emptyFirst: true })
    const [, second = ""] = writeParts(inside, parts, name)
    await load(second)
    assert.equal(await answer("Hello"), said)
  })

test("a model file that is deleted while it is loaded answers on; the next load says that it is gone", {
  skip: process.platform === "win32" && "a file in use can't be deleted here",
}, async () => {
  const doomed = path.join(folder, "doomed.gguf")
  copyFileSync(demoModelPath, doomed)
  await load(doomed)
  const before = await answer("Hello")
  rmSync(doomed)
  assert.ok(!existsSync(doomed))
  assert.ok((await answer("What is the capital of France?")).length > 10)
  assert.equal(await answer("Hello"), before)
  const { last } = await ask(runtime, loadRequest({ modelPath: doomed }))
  assert.equal(last?.type === "failed" && last.kind, "modelMissing")
})
