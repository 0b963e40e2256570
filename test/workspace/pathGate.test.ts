import assert from "node:assert/strict"
import { symlink } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import type { FileStatus, GateFileSystem } from "../../src/workspace/gateFileSystem.ts"
import { type PathGate, type PathPurpose, pathGate } from "../../src/workspace/pathGate.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

/** "src/a.ts normal", or the kind of the refusal. */
async function verdict(gate: PathGate, text: string, purpose: PathPurpose = "read"): Promise<string> {
  const checked = await gate.check(text, purpose)
  return checked.ok ? `${checked.path} ${checked.class}` : checked.kind
}

/** A parent folder with `app` as the workspace and more beside it. */
async function house(t: TestContext) {
  const parent = await temporaryFolder(t, {
    "app/src/a.ts": "a",
    "app/README.md": "r",
    "app/.env": "CANARY-ENV",
    "app/package.json": "{}",
    "app/über uns/日本 語 😀.ts": "u",
    "app-secret/x": "CANARY",
    appx: "CANARY",
    "home/.ssh/id_rsa": "CANARY-SSH",
  })
  const app = path.join(parent, "app")
  return { parent, app, gate: pathGate({ roots: () => [{ name: "app", path: app }] }) }
}

test("paths inside are let through, shown relative to the root", async t => {
  const { app, gate } = await house(t)
  assert.equal(await verdict(gate, "src/a.ts"), "src/a.ts normal")
  assert.equal(await verdict(gate, "./src/../README.md"), "README.md normal")
  assert.equal(await verdict(gate, path.join(app, "src/a.ts")), "src/a.ts normal")
  assert.equal(await verdict(gate, "app/src/a.ts"), "src/a.ts normal")
  assert.equal(await verdict(gate, "über uns/日本 語 😀.ts"), "über uns/日本 語 😀.ts normal")
  assert.equal(await verdict(gate, "package.json"), "package.json protected")
  assert.equal(await verdict(gate, "", "list"), ". normal")
  assert.equal(await verdict(gate, ".", "list"), ". normal")
  assert.equal(await verdict(gate, app, "list"), ". normal")
  assert.equal(await verdict(gate, "src", "list"), "src normal")
})

test("SEC-018: no spelling leads out, for any purpose", async t => {
  const { gate } = await house(t)
  const purposes: PathPurpose[] = ["read", "list", "search", "create", "update", "move", "delete"]
  const spellings = [
    "../appx",
    "src/../../appx",
    "./././../appx",
    "/etc/passwd",
    "src/..",
    "C:\\Windows\\win.ini",
  ]
  spellings.push(
    "~/.ssh/id_rsa",
    "$HOME/.ssh/id_rsa",
    "file:///etc/passwd",
    "\\\\server\\share\\x",
    "src/a.ts\0.png",
  )
  for (const purpose of purposes)
    for (const text of spellings)
      assert.match(await verdict(gate, text, purpose), /^(outside|badPath)$/, `${purpose} ${text}`)
  const refused = await gate.check("../appx", "read")
  assert.match(refused.ok ? "" : refused.sentence, /outside the workspace/)
  assert.equal(refused.ok ? undefined : refused.approvable, undefined)
})

test("SEC-019: a sibling whose name begins alike is outside", async t => {
  const { parent, app, gate } = await house(t)
  for (const text of [
    `${parent}/app-secret/x`,
    `${app}/../app-secret/x`,
    `${parent}/appx`,
    "../app-secret/x",
  ])
    assert.equal(await verdict(gate, text), "outside", text)
  assert.equal(await verdict(gate, `${app}/../app/README.md`), "README.md normal")
})

test("SEC-020: a link that leads out needs the user's yes to its real target, and only to read", async t => {
  const { parent, app, gate } = await house(t)
  const target = path.join(parent, "home/.ssh/id_rsa")
  await symlink(target, path.join(app, "link.txt"))
  const refused = await gate.check("link.txt", "read")
  assert.deepEqual(refused.ok || refused.approvable, { reason: "outside", path: target })
  const allowed = await gate.check("link.txt", "read", target)
  assert.equal(allowed.ok && allowed.realPath, target)
  assert.equal((await gate.check("link.txt", "read", path.join(parent, "appx"))).ok, false)
  for (const purpose of ["list", "search", "create", "update", "move", "delete"] as const) {
    const answer = await gate.check("link.txt", purpose, target)
    assert.deepEqual(
      [answer.ok, answer.ok || answer.kind, answer.ok || answer.approvable],
      [false, "outside", undefined],
    )
  }
})

test("links: to a secret inside, to a folder outside, to nothing, in a circle, to another one inside", async t => {
  const { parent, app, gate } = await house(t)
  const links = {
    "notes.txt": ".env",
    linkdir: path.join(parent, "home"),
    dangling: path.join(parent, "new-file"),
    loopA: "loopB",
    loopB: "loopA",
    "inside.ts": "src/a.ts",
    self: ".",
  }
  for (const [name, target] of Object.entries(links)) await symlink(target, path.join(app, name))
  assert.equal(await verdict(gate, "notes.txt"), "secret")
  assert.equal(await verdict(gate, "linkdir", "list"), "outside")
  assert.equal(await verdict(gate, "linkdir/.ssh/id_rsa"), "outside")
  assert.equal(await verdict(gate, "linkdir/new.txt", "create"), "outside")
  assert.equal(await verdict(gate, "linkdir/../appx"), "notFound")
  assert.equal(await verdict(gate, "dangling", "create"), "notFound")
  assert.equal(await verdict(gate, "dangling/x", "create"), "notFound")
  assert.equal(await verdict(gate, "loopA"), "unreadable")
  assert.equal(await verdict(gate, "inside.ts"), "inside.ts normal")
  assert.equal(await verdict(gate, "self/self/src/a.ts"), "self/self/src/a.ts normal")
  assert.equal(await verdict(gate, "self/.env"), "secret")
})

test("secret files ask per file, never for search; changes get the class to confirm", async t => {
  const { app, gate } = await house(t)
  const real = path.join(app, ".env")
  const refused = await gate.check(".env", "read")
  assert.deepEqual(refused.ok || refused.approvable, { reason: "secret", path: real })
  assert.equal((await gate.check(".env", "read", real)).ok, true)
  assert.equal(await verdict(gate, ".env", "search"), "secret")
  assert.equal(await verdict(gate, ".env", "update"), ".env secret")
  assert.equal(await verdict(gate, ".vscode/tasks.json", "create"), ".vscode/tasks.json protected")
  assert.equal(await verdict(gate, "src/new/b.ts", "create"), "src/new/b.ts normal")
  assert.equal(await verdict(gate, "src/new/b.ts", "update"), "notFound")
})

test("what is there must be of the asked kind", async t => {
  const { gate } = await house(t)
  assert.equal(await verdict(gate, "src"), "notAFile")
  assert.equal(await verdict(gate, "README.md", "list"), "notADirectory")
  assert.equal(await verdict(gate, "README.md/x"), "notFound")
  assert.equal(await verdict(gate, "nothing.ts"), "notFound")
  assert.equal(await verdict(gate, `${"n".repeat(300)}.ts`), "badPath")
})

test("several folders: the name in front chooses, else the one that has the file", async t => {
  const parent = await temporaryFolder(t, {
    "one/a.ts": "1",
    "two/b.ts": "2",
    "two/one/c.ts": "3",
    "three/x": "",
  })
  const roots = ["one", "two"].map(name => ({ name, path: path.join(parent, name) }))
  const gate = pathGate({ roots: () => roots })
  assert.equal(await verdict(gate, "one/a.ts"), "one/a.ts normal")
  assert.equal(await verdict(gate, "two/b.ts"), "two/b.ts normal")
  assert.equal(await verdict(gate, "b.ts"), "two/b.ts normal")
  assert.equal(await verdict(gate, "one/c.ts"), "two/one/c.ts normal")
  assert.equal(await verdict(gate, "two", "list"), "two normal")
  assert.equal(await verdict(gate, "two/../one/a.ts"), "one/a.ts normal")
  assert.equal(await verdict(gate, "../three/x"), "outside")
  assert.equal(await verdict(gate, path.join(parent, "three/x")), "outside")
  await symlink(path.join(parent, "two/b.ts"), path.join(parent, "one/link.ts"))
  assert.equal(await verdict(gate, "one/link.ts"), "one/link.ts normal")
})

test("no folder, or one that is gone", async t => {
  assert.equal(await verdict(pathGate({ roots: () => [] }), "a.ts"), "noFolder")
  const { parent } = await house(t)
  const gate = pathGate({ roots: () => [{ name: "gone", path: path.join(parent, "gone") }] })
  assert.equal(await verdict(gate, "../appx"), "outside")
  assert.notEqual(await verdict(gate, "a.ts"), "a.ts normal")
})

/** A disk in memory: real paths of what exists, found without regard to case, as on Windows and macOS. */
function memoryDisk(files: readonly string[], links: Readonly<Record<string, string>> = {}): GateFileSystem {
  const missing = Object.assign(new Error("missing"), { code: "ENOENT" })
  const plain = (name: string) => name.toLowerCase().replaceAll("/", "\\")
  const findReal = (name: string) => {
    const link = Object.keys(links).find(from => plain(name).startsWith(plain(from)))
    const to = link === undefined ? name : (links[link] ?? "") + name.slice(link.length)
    return files.find(file => plain(file) === plain(to))
  }
  const statusOf = (file: string): FileStatus => ({
    dev: 1n,
    ino: BigInt(files.indexOf(file)),
    kind: /\.\w+$/.test(file) ? "file" : "directory",
  })
  return {
    async realpath(name) {
      const real = findReal(name)
      if (real === undefined) throw missing
      return real
    },
    async lstat(name) {
      const real = findReal(name)
      if (real === undefined) throw missing
      return statusOf(real)
    },
    open: () => Promise.reject(missing),
    pathOfHandle: async () => undefined,
  }
}

test("Windows, simulated: case, drives, short names and junctions", async () => {
  const fileSystem = memoryDisk(
    [
      "C:\\",
      "C:\\W",
      "C:\\W\\App",
      "C:\\W\\App\\Src",
      "C:\\W\\App\\Src\\A.ts",
      "C:\\W\\App\\.env",
      "C:\\W\\Appx.txt",
    ],
    { "C:\\W\\App\\ENV~1": "C:\\W\\App\\.env", "C:\\W\\App\\out": "C:\\W" },
  )
  const gate = pathGate({
    roots: () => [{ name: "App", path: "c:\\w\\app" }],
    platform: "win32",
    caseSensitive: false,
    fileSystem,
  })
  assert.equal(await verdict(gate, "src\\a.ts"), "Src/A.ts normal")
  assert.equal(await verdict(gate, "C:/w/APP/src/a.ts"), "Src/A.ts normal")
  assert.equal(await verdict(gate, ".ENV"), "secret")
  assert.equal(await verdict(gate, "ENV~1"), "secret")
  assert.equal(await verdict(gate, "C:\\W\\Appx.txt"), "outside")
  assert.equal(await verdict(gate, "D:\\w\\app\\Src\\A.ts"), "outside")
  assert.equal(await verdict(gate, "out\\Appx.txt"), "outside")
  for (const text of ["C:\\Windows", "C:/Windows/win.ini"]) assert.equal(await verdict(gate, text), "outside")
  for (const text of ["\\\\server\\share", "con", "src\\a.ts::$DATA", ".env.", ".env ", "C:src"])
    assert.equal(await verdict(gate, text), "badPath", text)
})

test("where case counts, a folder spelt in another case is another folder", async t => {
  const parent = await temporaryFolder(t, { "app/a.ts": "", "APP2/x": "" })
  const roots = () => [{ name: "app", path: path.join(parent, "app") }]
  assert.equal(
    await verdict(pathGate({ roots, caseSensitive: true }), path.join(parent, "APP", "a.ts")),
    "outside",
  )
  assert.equal(
    await verdict(pathGate({ roots, caseSensitive: true }), path.join(parent, "APP2", "x")),
    "outside",
  )
})
