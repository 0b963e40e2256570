import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { appendFile, open, symlink } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import type { ReadOptions, Workspace } from "../../src/workspace/workspace.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const never = new AbortController().signal

async function opened(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder(t, files)
  return { folder, workspace: diskWorkspace({ roots: [{ name: "app", path: folder }], ripgrepPath: rgPath }) }
}

/** The text, or the kind of the refusal. */
async function read(workspace: Workspace, name: string, options: ReadOptions = {}): Promise<string> {
  const slice = await workspace.readFile(name, options, never)
  return slice.ok ? slice.text : slice.kind
}

test("files are read as they stand, whole or by lines", async t => {
  const { workspace } = await opened(t, {
    "src/a.ts": "one\ntwo\r\nthree",
    "empty.ts": "",
    "ü ñ/日本.md": "x\n",
  })
  assert.equal(await read(workspace, "src/a.ts"), "one\ntwo\r\nthree")
  assert.equal(await read(workspace, "src/a.ts", { startLine: 2, endLine: 2 }), "two\r\n")
  assert.equal(await read(workspace, "empty.ts"), "")
  assert.equal(await read(workspace, "ü ñ/日本.md"), "x\n")
  assert.equal(await read(workspace, "src"), "notAFile")
  assert.equal(await read(workspace, "nothing.ts"), "notFound")
  const slice = await workspace.readFile("./src/../src/a.ts", { startLine: 3 }, never)
  const expected = {
    path: "src/a.ts",
    text: "three",
    firstLine: 3,
    lastLine: 3,
    lineCount: 3,
    truncated: false,
  }
  assert.deepEqual(slice, { ok: true, ...expected })
})

test("UTF-16 with a mark, UTF-8 with and without, broken UTF-8, binary", async t => {
  const { workspace } = await opened(t, {
    "le.txt": Buffer.from("\ufeffgrüß 日\n", "utf16le"),
    "be.txt": Buffer.from("\ufeffgrüß 日\n", "utf16le").swap16(),
    "bom.txt": "\ufeffgrüß\n",
    "latin.txt": Buffer.from("gr\xfc\xdf\n", "latin1"),
    "a.bin": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]),
    "split.txt": `${"x".repeat(65_535 - 400)}\n${"日".repeat(130)}\n`,
  })
  assert.equal(await read(workspace, "le.txt"), "grüß 日\n")
  assert.equal(await read(workspace, "be.txt"), "grüß 日\n")
  assert.equal(await read(workspace, "bom.txt"), "grüß\n")
  assert.equal(await read(workspace, "latin.txt"), "gr\ufffd\ufffd\n")
  assert.equal(await read(workspace, "a.bin"), "binary")
  assert.equal(await read(workspace, "split.txt", { startLine: 2 }), `${"日".repeat(130)}\n`)
})

test("text of an unsaved document counts more than the file", async t => {
  const folder = await temporaryFolder(t, { "a.ts": "on disk\n", ".env": "X=1\n" })
  const unsaved = new Map(
    [path.join(folder, "a.ts"), path.join(folder, ".env")].map(file => [file, "typed\nmore"]),
  )
  const workspace = diskWorkspace({
    roots: [{ name: "app", path: folder }],
    ripgrepPath: rgPath,
    openText: file => unsaved.get(file),
  })
  assert.equal(await read(workspace, "a.ts"), "typed\nmore")
  assert.equal(await read(workspace, "a.ts", { startLine: 2 }), "more")
  assert.equal(await read(workspace, ".env"), "secret")
})

test("SEC-023: secret files are read only with the user's word for that file", async t => {
  const names = [
    ".env",
    ".env.local",
    "config/.env.prod",
    "tls.pem",
    "id_ed25519",
    ".npmrc",
    ".netrc",
    ".pgpass",
  ]
  names.push(".aws/credentials", ".git/config", "main.tfstate", "service-account.json")
  const { folder, workspace } = await opened(t, Object.fromEntries(names.map(name => [name, "CANARY-ENV"])))
  for (const name of names) {
    assert.equal(await read(workspace, name), "secret", name)
    assert.equal(await read(workspace, name, { approvedPath: path.join(folder, "other") }), "secret", name)
    assert.equal(await read(workspace, name, { approvedPath: path.join(folder, name) }), "CANARY-ENV", name)
  }
  const search = { isRegex: false, matchCase: true, maxMatches: 99 }
  for (const glob of [undefined, "*.pem", ".env", "**/.env*", "**", "*.json", "config/**", ".npmrc"]) {
    const found = await workspace.searchText("CANARY-ENV", { ...search, ...(glob ? { glob } : {}) }, never)
    assert.deepEqual(found, { ok: true, matches: [], truncated: false }, glob)
  }
  const listing = await workspace.listDirectory(".", never)
  assert.ok(listing.ok && listing.entries.some(entry => entry.name === ".env"))
})

test("B6: a linked package inside the workspace is read without asking (pnpm)", async t => {
  const { folder, workspace } = await opened(t, { "node_modules/.pnpm/x@1/node_modules/x/index.js": "x\n" })
  await symlink(
    path.join(folder, "node_modules/.pnpm/x@1/node_modules/x"),
    path.join(folder, "node_modules/x"),
  )
  assert.equal(await read(workspace, "node_modules/x/index.js"), "x\n")
})

test("listing: folders first, links marked, long folders cut", async t => {
  const many = Object.fromEntries(Array.from({ length: 510 }, (_, index) => [`many/f${index}`, ""]))
  const { folder, workspace } = await opened(t, {
    "b.ts": "",
    "A.ts": "",
    "src/x.ts": "",
    ".env": "",
    ...many,
  })
  await symlink(path.join(folder, "src"), path.join(folder, "link"))
  const root = await workspace.listDirectory("", never)
  const names = root.ok ? root.entries.map(entry => `${entry.name}:${entry.kind}`) : []
  assert.deepEqual(names, [
    "many:directory",
    "src:directory",
    ".env:file",
    "A.ts:file",
    "b.ts:file",
    "link:link",
  ])
  const cut = await workspace.listDirectory("many", never)
  assert.deepEqual(cut.ok && [cut.path, cut.entries.length, cut.omitted], ["many", 500, 10])
  const linked = await workspace.listDirectory("link", never)
  assert.deepEqual(linked.ok && linked.entries, [{ name: "x.ts", kind: "file" }])
})

test("SEC-021: linked folders outside and loops give nothing from outside", async t => {
  const parent = await temporaryFolder(t, {
    "home/.ssh/id_rsa": "CANARY",
    "home/notes.txt": "CANARY",
    "app/a.ts": "",
  })
  const app = path.join(parent, "app")
  await symlink(path.join(parent, "home"), path.join(app, "linkdir"))
  await symlink("b", path.join(app, "a"))
  await symlink("a", path.join(app, "b"))
  await symlink(".", path.join(app, "self"))
  const workspace = diskWorkspace({ roots: [{ name: "app", path: app }], ripgrepPath: rgPath })
  const listed = await workspace.listDirectory("linkdir", never)
  assert.equal(listed.ok || listed.kind, "outside")
  assert.equal(await read(workspace, "linkdir/notes.txt"), "outside")
  assert.equal(await read(workspace, "a"), "unreadable")
  const search = { isRegex: false, matchCase: true, maxMatches: 99 }
  for (const glob of [undefined, "linkdir/**", "*.txt", "**/*"]) {
    const found = await workspace.searchText("CANARY", { ...search, ...(glob ? { glob } : {}) }, never)
    assert.deepEqual(found, { ok: true, matches: [], truncated: false }, glob)
  }
})

test("no folder is open: every call says so", async () => {
  const workspace = diskWorkspace({ roots: [], ripgrepPath: rgPath })
  const search = { isRegex: false, matchCase: false, maxMatches: 9 }
  for (const answer of [
    await workspace.readFile("a.ts", {}, never),
    await workspace.listDirectory("", never),
    await workspace.searchText("x", search, never),
  ])
    assert.deepEqual(answer, {
      ok: false,
      kind: "noFolder",
      sentence: "No folder is open, so there are no files. Ask the user to open a folder.",
    })
})

test("an aborted call rejects with the signal's reason", async t => {
  const { workspace } = await opened(t, { "a.ts": "x" })
  const reason = new Error("stopped")
  const aborted = AbortSignal.abort(reason)
  const search = { isRegex: false, matchCase: false, maxMatches: 9 }
  await assert.rejects(workspace.readFile("a.ts", {}, aborted), reason)
  await assert.rejects(workspace.listDirectory("", aborted), reason)
  await assert.rejects(workspace.searchText("x", search, aborted), reason)
})

test("SEC-039: huge, sparse, endless-line and growing files cost little", async t => {
  const { folder, workspace } = await opened(t, {
    "lines.txt": "0123456789abcdef\n".repeat(1_000_000),
    "oneline.js": "x".repeat(5_000_000),
    "grows.log": "start\n",
  })
  for (const [name, size] of [
    ["two-gb.txt", 2 ** 31],
    // NTFS would really allocate it.
    ["sparse-1tb.bin", process.platform === "win32" ? 2 ** 31 : 2 ** 40],
  ] as const) {
    const file = await open(path.join(folder, name), "w")
    if (name.endsWith(".txt")) await file.write(Buffer.from("some text of a log\n".repeat(120_000)))
    await file.truncate(size)
    await file.close()
  }
  const before = process.memoryUsage.rss()
  const start = performance.now()
  const huge = await workspace.readFile("two-gb.txt", {}, never)
  assert.deepEqual(huge.ok && [huge.lastLine, huge.truncated, huge.lineCountIsMinimum], [400, true, true])
  assert.equal(await read(workspace, "sparse-1tb.bin"), "binary")
  const lines = await workspace.readFile("lines.txt", { startLine: 1_000_000 }, never)
  assert.deepEqual(lines.ok && [lines.text, lines.lineCount], ["0123456789abcdef\n", 1_000_000])
  assert.equal(await read(workspace, "two-gb.txt", { startLine: 100_000_000 }), "tooLarge")
  const long = await workspace.readFile("oneline.js", {}, never)
  assert.deepEqual(long.ok && [long.text.length, long.truncated], [65_536, true])
  const milliseconds = Math.round(performance.now() - start)
  const megabytes = Math.round((process.memoryUsage.rss() - before) / 2 ** 20)
  t.diagnostic(`five reads: ${milliseconds} ms, RSS +${megabytes} MB`)
  assert.ok(milliseconds < 10_000, `${milliseconds} ms`)
  assert.ok(megabytes < 200, `RSS +${megabytes} MB`)

  let growing = true
  const writer = (async () => {
    while (growing) await appendFile(path.join(folder, "grows.log"), "more\n".repeat(2_000))
  })()
  for (let turn = 0; turn < 20; turn++) {
    const slice = await workspace.readFile("grows.log", {}, never)
    assert.ok(slice.ok && slice.text.startsWith("start\n") && slice.lastLine <= 400)
  }
  growing = false
  await writer
})

test("pipes and devices are no files, and reading one doesn't wait", async t => {
  const { folder, workspace } = await opened(t, {})
  if (process.platform !== "win32") {
    execFileSync("mkfifo", [path.join(folder, "pipe")])
    await symlink("/dev/zero", path.join(folder, "zero"))
    assert.equal(await read(workspace, "pipe"), "notAFile")
    assert.equal(await read(workspace, "zero"), "outside")
  }
  assert.equal(await read(workspace, "nothing"), "notFound")
})

test("folders may come and go between calls", async t => {
  const parent = await temporaryFolder(t, { "one/a.ts": "1", "two/a.ts": "2" })
  let names = ["one"]
  const workspace = diskWorkspace({
    get roots() {
      return names.map(name => ({ name, path: path.join(parent, name) }))
    },
    ripgrepPath: rgPath,
  })
  assert.equal(await read(workspace, "a.ts"), "1")
  names = ["two", "one"]
  assert.equal(await read(workspace, "a.ts"), "2")
  assert.equal(await read(workspace, "one/a.ts"), "1")
  names = []
  assert.equal(await read(workspace, "a.ts"), "noFolder")
})
