// From an archive of npm's to a folder of programs: what is taken, and what makes it refused whole, so that nothing is
// written beside the folder and no half of one gets its name.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { nodeDisk } from "../../../src/model/download/disk.ts"
import { faultOf } from "../../../src/model/download/downloadFault.ts"
import { type Unpacking, unpackPrograms } from "../../../src/model/download/unpackPrograms.ts"
import { type ArchiveEntry, npmArchive } from "../../support/npmArchive.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"

const addon = randomBytes(300_000)
const good: readonly ArchiveEntry[] = [
  { path: "package/package.json", content: "{}" },
  { path: "package/bins/linux-x64-cuda/llama-addon.node", content: addon },
  { path: "package/bins/linux-x64-cuda/libggml-cuda.so", content: "a library" },
  { path: "package/bins/linux-x64-cuda/fallback/libggml-cuda.so", content: "another" },
  { path: "package/bins/linux-x64-cuda-other/stray.so", content: "not of this build" },
  { path: "package/README.md", content: "# Read me" },
]

async function unpacked(t: TestContext, archive: Buffer, changes: Partial<Unpacking> = {}) {
  const home = await temporaryFolder(t)
  const folder = path.join(home, "cuda")
  const file = path.join(folder, "build.tgz")
  await mkdir(folder)
  await writeFile(file, archive)
  const to = path.join(folder, "linux-x64-cuda")
  const job: Unpacking = {
    ...{ archive: file, to, from: "package/bins/linux-x64-cuda", host: "registry.test" },
    limits: { files: 10, bytes: 1_000_000 },
  }
  const outcome = await unpackPrograms({ ...job, ...changes }, new AbortController().signal).then(
    () => "unpacked",
    error => faultOf(error),
  )
  const names = (await readdir(home, { recursive: true })).map(name => name.replaceAll(path.sep, "/"))
  return { outcome, names: names.toSorted(), to, home }
}

const refused = { kind: "wrongFile", host: "registry.test", what: "format" }
const untouched = ["cuda", "cuda/build.tgz"]

test("the build's files are taken with their sub-folders, nothing else", async t => {
  const { outcome, names, to } = await unpacked(t, npmArchive(good))
  assert.equal(outcome, "unpacked")
  assert.deepEqual(names, [
    ...untouched,
    "cuda/linux-x64-cuda",
    "cuda/linux-x64-cuda/fallback",
    "cuda/linux-x64-cuda/fallback/libggml-cuda.so",
    "cuda/linux-x64-cuda/libggml-cuda.so",
    "cuda/linux-x64-cuda/llama-addon.node",
  ])
  assert.deepEqual(await readFile(path.join(to, "llama-addon.node")), addon)
  assert.equal(await readFile(path.join(to, "fallback/libggml-cuda.so"), "utf8"), "another")
})

const under = (name: string, rest: Partial<ArchiveEntry> = {}): ArchiveEntry => ({
  path: `package/bins/linux-x64-cuda/${name}`,
  content: "evil",
  ...rest,
})
const hostile: Readonly<Record<string, readonly ArchiveEntry[]>> = {
  "a way up": [under("../../../../evil.so")],
  "a way up in the middle": [under("fallback/../../../../evil.so")],
  "an absolute path": [{ path: "/tmp/osprey-evil.so", content: "evil" }],
  "an absolute path of Windows": [
    { path: "C:\\evil.dll", content: "evil" },
    { path: "C:/evil.dll", content: "evil" },
  ],
  "a way up with backslashes": [under("..\\..\\evil.dll")],
  "a symbolic link": [under("libcuda.so.1", { type: "SymbolicLink", linkpath: "/etc/passwd", content: "" })],
  "a hard link": [under("libcuda.so.1", { type: "Link", linkpath: "/etc/passwd", content: "" })],
  "a link to a folder, and a file through it": [
    under("fallback", { type: "SymbolicLink", linkpath: "../../../..", content: "" }),
    under("fallback/evil.so"),
  ],
  "a device": [under("null", { type: "CharacterDevice", content: "" })],
  "a pipe": [under("pipe", { type: "FIFO", content: "" })],
  "the same file twice": [under("evil.so"), under("EVIL.so")],
  "a file in place of a folder": [under("fallback"), under("fallback/evil.so")],
  "a stream of another name": [under("evil.so:stream")],
  "an empty segment": [under("/evil.so")],
  "a hidden file": [under(".evil")],
  "more files than are expected": Array.from({ length: 20 }, (_, at) => under(`evil${at}.so`)),
  "a file larger than all should be": [under("evil.so", { content: Buffer.alloc(2_000_000) })],
  "a huge file that isn't even wanted": [{ path: "package/huge", content: Buffer.alloc(2_000_000) }],
  "a size that isn't true": [under("evil.so", { size: 500_000_000_000 })],
}

for (const [what, entries] of Object.entries(hostile))
  test(`refused whole: ${what}`, async t => {
    const { outcome, names } = await unpacked(t, npmArchive([...good, ...entries]))
    assert.deepEqual(names, untouched)
    assert.ok(
      typeof outcome === "object" && /^(wrongFile|folder)$/.test(outcome.kind),
      JSON.stringify(outcome),
    )
  })

test("what isn't such an archive is refused: cut off, damaged, of another kind, without the build", async t => {
  const archive = npmArchive(good)
  const damaged = Buffer.from(archive)
  damaged.fill(0, 1000, 2000)
  const others = [
    archive.subarray(0, 200_000),
    damaged,
    Buffer.from("<html>log in</html>"),
    npmArchive([{ path: "package/a" }]),
  ]
  for (const bytes of others) {
    const { outcome, names } = await unpacked(t, bytes)
    assert.deepEqual({ outcome, names }, { outcome: refused, names: untouched })
  }
})

test("a full disk or a stop leaves nothing half done", async t => {
  const { to, home } = await unpacked(t, npmArchive(good))
  const job = {
    archive: path.join(home, "cuda/build.tgz"),
    to,
    from: "package/bins/linux-x64-cuda",
    host: "",
  }
  const limits = { files: 10, bytes: 1_000_000 }
  const full = Object.assign(new Error("full"), { code: "ENOSPC" })
  const disk = { ...nodeDisk, rename: () => Promise.reject(full) }
  const stop = new AbortController()
  stop.abort()
  await assert.rejects(unpackPrograms({ ...job, limits }, stop.signal), { name: "AbortError" })
  await assert.rejects(unpackPrograms({ ...job, limits, disk }, new AbortController().signal), full)
  assert.ok(!(await readdir(path.join(home, "cuda"))).some(name => name.endsWith(".unpacking")))
})
