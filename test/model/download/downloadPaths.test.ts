// R38: folders and names as people and servers have them.
import assert from "node:assert/strict"
import { rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { filesAt } from "../../../src/model/download/hubListing.ts"
import { downloadTest } from "./downloadTest.ts"
import { modelBytes } from "./fakeHub.ts"

test("folders with blanks, other scripts and more than 260 characters; a folder that can't be made has a reason", async t => {
  const { folder, run } = await downloadTest(t)
  const deep = Array.from({ length: 8 }, (_, at) => `${at} Modelle für alle 模型`.padEnd(40, "…"))
  for (const long of [path.join(folder, deep[0] ?? ""), path.join(folder, ...deep)])
    assert.equal((await run({ folder: long })).kind, "ready")
  assert.ok(path.join(folder, ...deep).length > 260)
  await rm(folder, { recursive: true })
  await writeFile(folder, "a file")
  assert.partialDeepStrictEqual(await run(), { kind: "failed", fault: { kind: "folder" } })
  const long = path.join(path.dirname(folder), "x".repeat(300))
  assert.deepEqual(await run({ folder: long }), {
    kind: "failed",
    fault: { kind: "folder", code: "ENAMETOOLONG" },
  })
})

test("a file in folders of another script on the server", async t => {
  const { hub, folder, run } = await downloadTest(t)
  const address = `${hub.base}/cdn/模型/Größe%201/own.gguf`
  hub.files.set("模型/Größe 1/own.gguf", modelBytes(1000))
  const list = (signal: AbortSignal) => filesAt(address, { signal, firstByteMs: 5000 })
  assert.deepEqual(await run({ source: { kind: "url", url: address }, list }), {
    ...{ kind: "ready", path: path.join(folder, "own.gguf"), isChecked: false },
  })
})
