// Files that aren't the model they claim to be, through the built child: each gets its kind, none hurts the host or
// the child. All kinds of broken headers are in ggufHeader.test.ts.
import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import { ask, demoModelPath, loadRequest, startRuntime } from "../support/runtimeTest.ts"

const folder = mkdtempSync(path.join(tmpdir(), "osprey-gguf-"))
const demo = readFileSync(demoModelPath)
const runtime = startRuntime()
after(async () => {
  await runtime.stop()
  rmSync(folder, { recursive: true })
})

function file(name: string, content: Buffer | string): string {
  const at = path.join(folder, name)
  writeFileSync(at, content)
  return at
}

/** The demo model with one text of its header replaced by another of the same length. */
function patched(from: string, to: string): Buffer {
  const copy = Buffer.from(demo)
  const at = copy.indexOf(from)
  assert.ok(at >= 0 && from.length === to.length)
  copy.write(to, at)
  return copy
}

function oneTensorFewer(): Buffer {
  const copy = Buffer.from(demo)
  copy.writeUInt32LE(copy.readUInt32LE(8) - 1, 8)
  return copy
}

const cases: readonly [what: string, modelPath: string, kind: string][] = [
  ["no file", path.join(folder, "absent.gguf"), "modelMissing"],
  ["a path below a file", path.join(demoModelPath, "absent.gguf"), "modelMissing"],
  ["a folder", folder, "modelBroken"],
  ["an empty file", file("empty.gguf", ""), "modelBroken"],
  ["another format", file("text.gguf", "This is a README.\n".repeat(100)), "modelBroken"],
  ["wrong magic", file("magic.gguf", patched("GGUF", "FUGG")), "modelBroken"],
  [
    "absurd lengths",
    file("lengths.gguf", Buffer.concat([demo.subarray(0, 8), Buffer.alloc(64, 255)])),
    "modelBroken",
  ],
  ["another architecture", file("llama.gguf", patched("gpt-oss", "gpt-neo")), "modelUnsuitable"],
  ["no <|call|>", file("nocall.gguf", patched("<|call|>", "<|cell|>")), "modelUnsuitable"],
  ["one tensor too few in its list", file("fewer.gguf", oneTensorFewer()), "modelBroken"],
  ...[1, 5, 20, 50, 80, 99].map((percent): [string, string, string] => [
    `cut off at ${percent} %`,
    file(`cut${percent}.gguf`, demo.subarray(0, Math.floor((demo.length * percent) / 100))),
    "modelBroken",
  ]),
]

for (const [what, modelPath, kind] of cases)
  test(`${what}: ${kind}, and the child lives on`, async () => {
    const before = runtime.pid
    const { last } = await ask(runtime, loadRequest({ modelPath }))
    assert.equal(last?.type === "failed" && last.kind, kind)
    if (before !== undefined) assert.equal(runtime.pid, before)
  })

test("after all of them the real model still loads in the same child", async () => {
  assert.equal((await ask(runtime, loadRequest())).last?.type, "loaded")
})
