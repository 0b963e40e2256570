// The one line of node-llama-cpp that the build replaces: it is there once, and a version that has it otherwise fails
// the build instead of shipping a runtime that never finds CUDA.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { test } from "node:test"
import * as esbuild from "esbuild"
import { cudaLookup, withCudaLookup } from "../../scripts/cudaLookup.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const dist = path.dirname(createRequire(import.meta.url).resolve("node-llama-cpp"))
const source = readFileSync(path.join(dist, "bindings/utils/compileLLamaCpp.js"), "utf8")

test("the real file: one line differs, and only CUDA is looked for elsewhere", () => {
  const changed = withCudaLookup(source)
  const lines = new Set(source.split("\n"))
  const fresh = changed.split("\n").filter(line => !lines.has(line))
  assert.equal(fresh.length, 2)
  assert.match(fresh.join("\n"), /folderName\.endsWith\("-cuda"\) \? process\.env\.OSPREY_CUDA_PROGRAMS/)
})

test("a file without the line, or with two of it, is an error", () => {
  assert.throws(
    () => withCudaLookup(source.replaceAll("localPrebuiltBinaryDirectoryPath", "elsewhere")),
    /cudaLookup/,
  )
  assert.throws(() => withCudaLookup(source + source), /cudaLookup/)
})

test("a package without the file fails the build", async t => {
  const folder = await temporaryFolder(t, { "main.js": "console.log(1)" })
  const build = esbuild.build({
    entryPoints: [path.join(folder, "main.js")],
    write: false,
    logLevel: "silent",
    plugins: [cudaLookup],
  })
  await assert.rejects(build, /compileLLamaCpp/)
})
