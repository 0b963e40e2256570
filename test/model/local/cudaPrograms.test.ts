// Which CUDA build belongs to this Osprey: the versions agree, the archives are pinned, and what lies on the disk is
// told apart.
import assert from "node:assert/strict"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { cudaArchiveUrl, cudaPackage, registry } from "../../../src/model/download/cudaPackages.ts"
import { cudaBuild, cudaFolder, cudaState, cudaVersion } from "../../../src/model/local/cudaPrograms.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"

const root = path.resolve(import.meta.dirname, "../../..")
const platforms = ["linux-x64", "win32-x64"]

test("the CUDA build is of the very node-llama-cpp that is bundled", async () => {
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"))
  assert.equal(cudaVersion, manifest.devDependencies["node-llama-cpp"])
  for (const platform of platforms) assert.equal(cudaPackage(platform)?.version, cudaVersion)
})

test("each archive is pinned by size and SHA-256, at npm's own registry", () => {
  for (const platform of platforms) {
    const pack = cudaPackage(platform) ?? assert.fail(platform)
    assert.equal(pack.build, cudaBuild(platform))
    assert.match(pack.sha256, /^[0-9a-f]{64}$/)
    assert.ok(pack.bytes > 100_000_000 && pack.unpacked > pack.bytes)
    const { build, version } = pack
    assert.equal(
      cudaArchiveUrl(pack),
      `https://registry.npmjs.org/@node-llama-cpp/${build}/-/${build}-${version}.tgz`,
    )
  }
  assert.ok(registry.startsWith("https://"))
})

test("no other platform has one", () => {
  for (const platform of ["darwin-arm64", "darwin-x64", "linux-arm64", "win32-arm64", "constructor"]) {
    assert.equal(cudaPackage(platform), undefined)
    assert.equal(cudaState("/nowhere", platform).kind, "impossible")
  }
})

test("on the disk: none, half unpacked, of an older Osprey, here", async t => {
  const folder = cudaFolder(await temporaryFolder(t))
  const kind = () => cudaState(folder, "linux-x64").kind
  assert.equal(kind(), "none")
  await mkdir(path.join(folder, cudaVersion, "linux-x64-cuda.unpacking"), { recursive: true })
  await writeFile(path.join(folder, cudaVersion, "linux-x64-cuda.unpacking/llama-addon.node"), "half")
  assert.equal(kind(), "none")
  await mkdir(path.join(folder, "3.20.0"))
  assert.equal(kind(), "outdated")
  await mkdir(path.join(folder, cudaVersion, "linux-x64-cuda"))
  await writeFile(path.join(folder, cudaVersion, "linux-x64-cuda/llama-addon.node"), "whole")
  assert.deepEqual(cudaState(folder, "linux-x64"), { kind: "here", programs: path.join(folder, cudaVersion) })
})
