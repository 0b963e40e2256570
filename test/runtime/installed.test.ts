// The built runtime away from this repository, as an installed extension has it: no node_modules around.
import assert from "node:assert/strict"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  questionTo,
  runtimeMain,
  startRuntime,
  written,
} from "../support/runtimeTest.ts"

const dist = path.dirname(path.dirname(runtimeMain))
const folder = mkdtempSync(path.join(tmpdir(), "osprey-installed-"))
after(() => rmSync(folder, { recursive: true }))

function install(name: string, parts: readonly string[]): string {
  for (const part of parts) cpSync(path.join(dist, part), path.join(folder, name, part), { recursive: true })
  return path.join(folder, name, "runtime/main.mjs")
}

test("it answers from a folder of its own", async () => {
  const runtime = runtimeProcess({ mainPath: install("whole", ["runtime", "llama", "bins"]) })
  await ask(runtime, loadRequest())
  const { replies } = await ask(runtime, generateRequest(questionTo("Thanks")))
  assert.match(written(replies), /You are welcome!«return»$/)
  await runtime.stop()
})

test("without llama.cpp's binaries it says noBinary, and neither builds nor downloads any", async () => {
  const runtime = runtimeProcess({ mainPath: install("bare", ["runtime", "llama"]) })
  const { last } = await ask(runtime, loadRequest())
  assert.equal(last?.type === "failed" && last.kind, "noBinary")
  await runtime.stop()
})

test("asked for a GPU it loads, whether there is one or not", async () => {
  const runtime = startRuntime()
  const { last } = await ask(runtime, loadRequest({ gpu: true }))
  assert.equal(last?.type, "loaded")
  await runtime.stop()
})
