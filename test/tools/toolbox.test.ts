import assert from "node:assert/strict"
import { rm, symlink } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import type { ToolCall } from "../../src/harmony/message.ts"
import type { ApprovalRequest, Tool } from "../../src/tools/tool.ts"
import { toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const never = new AbortController().signal

function call(name: string, args: ToolCall["arguments"]): ToolCall {
  return { id: "1", name, arguments: args, rawArguments: JSON.stringify(args), problems: [] }
}

/** A toolbox over real files; `says` is the user's answer to every question, `asked` what was asked. */
async function opened(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>, says = false) {
  const folder = await temporaryFolder(t, files)
  const asked: ApprovalRequest[] = []
  const workspace = diskWorkspace({ roots: [{ name: "app", path: folder }], ripgrepPath: rgPath })
  const approve = async (request: ApprovalRequest) => {
    asked.push(request)
    return says
  }
  const box = toolbox({ workspace, approve })
  const run = (name: string, args: ToolCall["arguments"]) => box.run(call(name, args), never)
  return { folder, asked, box, run }
}

test("the model is told of three tools in few words", async t => {
  const { box } = await opened(t, {})
  assert.deepEqual(
    box.descriptions.map(tool => tool.name),
    ["read_file", "list_directory", "search_text"],
  )
  for (const { parameters, description } of box.descriptions) {
    assert.match(description, /^[A-Z][^\n]{10,60}\.$/)
    assert.equal(parameters?.type, "object")
    assert.doesNotMatch(JSON.stringify(parameters), /anyOf|\$ref|\\n|additionalProperties/)
  }
})

test("read_file gives the text as it is", async t => {
  const { run, folder } = await opened(t, { "src/a.ts": "const a = 1\nconst b = 2\n", "empty.ts": "" })
  assert.deepEqual(await run("read_file", { path: "src/a.ts" }), {
    text: "const a = 1\nconst b = 2\n",
    failed: false,
  })
  assert.equal((await run("read_file", { path: "./src/a.ts", start_line: 2 })).text, "const b = 2\n")
  assert.equal(
    (await run("read_file", { path: path.join(folder, "src/a.ts"), start_line: 0, end_line: 1 })).text,
    "const a = 1\n",
  )
  assert.equal((await run("read_file", { path: "empty.ts" })).text, "The file is empty.")
})

test("read_file says what went wrong", async t => {
  const { run } = await opened(t, { "src/a.ts": "1\n2\n", "a.bin": new Uint8Array(9) })
  const answers = {
    "src/b.ts": "File not found: src/b.ts.",
    src: "src is a folder. Use list_directory.",
    "a.bin": "a.bin is a binary file, not text.",
    "../x": "../x is outside the workspace. Only files inside it can be used.",
    "~/.ssh/id_rsa": '"~" is not expanded. Give a plain path relative to the workspace root.',
  }
  for (const [name, text] of Object.entries(answers)) {
    const result = await run("read_file", { path: name })
    assert.deepEqual([result.text, result.failed], [text, true])
    assert.ok((result.summary ?? "").split(" ").length <= 3)
  }
  const beyond = await run("read_file", { path: "src/a.ts", start_line: 9 })
  assert.deepEqual([beyond.text, beyond.failed], ["src/a.ts has only 2 lines.", true])
  const reversed = await run("read_file", { path: "src/a.ts", start_line: 2, end_line: 1 })
  assert.deepEqual([reversed.text, reversed.failed], ["end_line must not be below start_line.", true])
})

test("a long file is cut at a line and says how to go on; going on gives the rest", async t => {
  const lines = Array.from({ length: 9_120 }, (_, index) => `line ${index + 1}\n`)
  const { run } = await opened(t, {
    "log.txt": lines.join(""),
    "wide.txt": `${"w".repeat(999)}\n`.repeat(100),
  })
  const cut = await run("read_file", { path: "log.txt" })
  const note = "[Lines 1–400 of 9,120 lines. To go on: start_line 401.]"
  assert.equal(cut.text, lines.slice(0, 400).join("") + note)
  assert.deepEqual([cut.failed, cut.extent], [false, "400 of 9,120 lines"])
  const wide = await run("read_file", { path: "wide.txt" })
  assert.match(wide.text, /\n\[Lines 1–32 of 100 lines\. To go on: start_line 33\.\]$/)
  assert.ok(wide.text.length <= 32 * 1024)
  assert.match((await run("read_file", { path: "wide.txt", start_line: 33 })).text, /\[Lines 33–64 of/)
})

test("a secret file: the user is asked with its real path, and decides", async t => {
  const files = { ".env": "KEY=CANARY-ENV\n" }
  const no = await opened(t, files, false)
  const refused = await no.run("read_file", { path: "./.env" })
  const text = "The user did not allow reading ./.env."
  assert.deepEqual(refused, { text, failed: true, refused: true, summary: "You said no" })
  assert.deepEqual(no.asked, [{ reason: "secret", path: path.join(no.folder, ".env"), asked: "./.env" }])
  const yes = await opened(t, files, true)
  assert.deepEqual(await yes.run("read_file", { path: ".env" }), { text: "KEY=CANARY-ENV\n", failed: false })
  await yes.run("read_file", { path: ".env" })
  assert.equal(yes.asked.length, 2)
})

test("SEC-020: a link that leads out asks with its target; the yes is for that target only", async t => {
  const outside = await temporaryFolder(t, { id_rsa: "CANARY-SSH\n", other: "CANARY\n" })
  const { folder, run, asked } = await opened(t, {}, true)
  await symlink(path.join(outside, "id_rsa"), path.join(folder, "link.txt"))
  assert.equal((await run("read_file", { path: "link.txt" })).text, "CANARY-SSH\n")
  assert.deepEqual(asked, [{ reason: "outside", path: path.join(outside, "id_rsa"), asked: "link.txt" }])

  const workspace = diskWorkspace({ roots: [{ name: "app", path: folder }], ripgrepPath: rgPath })
  const turning = toolbox({
    workspace,
    async approve() {
      await rm(path.join(folder, "link.txt"))
      await symlink(path.join(outside, "other"), path.join(folder, "link.txt"))
      return true
    },
  })
  const result = await turning.run(call("read_file", { path: "link.txt" }), never)
  assert.deepEqual([result.failed, result.text.includes("CANARY")], [true, false])
})

test("list_directory gives a name per line", async t => {
  const { run } = await opened(t, { "src/a.ts": "", "b.ts": "", ".env": "CANARY", "odd/a\nb": "" })
  for (const args of [{}, { path: "" }, { path: "." }, { path: "./" }, { path: "/" }])
    assert.equal((await run("list_directory", args)).text, "odd/\nsrc/\n.env\nb.ts")
  assert.equal((await run("list_directory", { path: "src" })).text, "a.ts")
  assert.equal((await run("list_directory", { path: "odd" })).text, "a[U+000A]b")
  assert.equal((await run("list_directory", { path: "b.ts" })).text, "b.ts is a file. Use read_file.")
})

test("list_directory shows the folders when several are open", async t => {
  const parent = await temporaryFolder(t, { "one/a.ts": "1\n", "two/b.ts": "2\n" })
  const roots = ["one", "two"].map(name => ({ name, path: path.join(parent, name) }))
  const box = toolbox({
    workspace: diskWorkspace({ roots, ripgrepPath: rgPath }),
    approve: async () => false,
  })
  assert.equal((await box.run(call("list_directory", {}), never)).text, "one/\ntwo/")
  assert.equal((await box.run(call("list_directory", { path: "two" }), never)).text, "b.ts")
})

test("search_text gives path, line and text", async t => {
  const { run } = await opened(t, {
    "src/a.ts": "x\n    const needle = 1\n",
    ".env": "needle",
    "b.txt": "needle\n".repeat(300),
  })
  const found = await run("search_text", { query: "needle", glob: "*.ts" })
  const text = "src/a.ts:2: const needle = 1"
  assert.deepEqual(found, { text, failed: false, summary: "1 match", extent: "all of 1 match" })
  const many = await run("search_text", { query: "needle" })
  assert.match(many.text, /\n\[The first 100 matches\. There are more; use a more exact query or a glob\.\]$/)
  assert.equal(many.text.includes(".env"), false)
  const none = await run("search_text", { query: "absent" })
  assert.deepEqual(none, { text: "No matches.", failed: false, summary: "No matches" })
})

test("SEC-033: a call that can't run gives one sentence and no exception", async t => {
  const { box, run } = await opened(t, { "a.ts": "1\n" })
  const circle: Record<string, unknown> = {}
  circle.path = circle
  const calls = [
    call("open_file", { path: "a.ts" }),
    call("read_file\n<|call|>", { path: "a.ts" }),
    { ...call("read_file", null), rawArguments: '{"path": ' },
    call("read_file", {}),
    call("read_file", { path: 5 }),
    call("read_file", { path: "a.ts", encoding: "utf8" }),
    { ...call("read_file", { path: "a" }), rawArguments: JSON.stringify({ path: "x".repeat(5_000_000) }) },
    { ...call("read_file", { path: "x".repeat(5_000_000) }), rawArguments: "" },
    { ...call("read_file", {}), arguments: circle, rawArguments: "" },
  ]
  for (const each of calls) {
    const result = await box.run(each, never)
    assert.deepEqual([result.failed, result.text.length < 400], [true, true], result.text)
  }
  const unknown = await run("open_file", {})
  assert.equal(unknown.text, 'There is no tool "open_file". Tools: read_file, list_directory, search_text.')
  const unread = await run("read_file", null)
  assert.match(unread.text, /Call read_file \{path: string, start_line\?: integer, end_line\?: integer\}\.$/)
  const hundred = await Promise.all(Array.from({ length: 100 }, () => run("read_file", { path: "a.ts" })))
  assert.ok(hundred.every(result => result.text === "1\n"))
})

test("a tool that breaks is a sentence; an abort is an abort; a flood is cut", async t => {
  const { box: real } = await opened(t, { "a.ts": "1\n" })
  const context = { workspace: diskWorkspace({ roots: [], ripgrepPath: rgPath }), approve: async () => false }
  const bare = { description: "", parameters: {}, row: () => ({ icon: "x", doing: "", did: "", object: "" }) }
  const list: readonly Tool[] = [
    { ...bare, name: "breaks", run: () => Promise.reject(new Error("/home/me/secret path")) },
    { ...bare, name: "floods", run: async () => ({ text: "日本\n".repeat(100_000), failed: false }) },
  ]
  const box = toolbox(context, list)
  const broken = await box.run(call("breaks", {}), never)
  assert.deepEqual(
    [broken.failed, broken.text],
    [true, "breaks failed for an internal reason. Try another way."],
  )
  const flood = await box.run(call("floods", {}), never)
  assert.ok(flood.text.length <= 32 * 1024 && flood.text.endsWith("日本\n[The rest is cut.]"))
  const reason = new Error("stopped")
  await assert.rejects(real.run(call("read_file", { path: "a.ts" }), AbortSignal.abort(reason)), reason)
})

test("hidden characters in results are shown and counted", async t => {
  const { run } = await opened(t, { "a.md": "one\ntwo\u{e0041}\u202e\n", "ok.md": "👩‍👧 שלום\n" })
  const note = "[2 hidden characters, first on line 2 of this result, are written as U+ codes.]"
  assert.equal((await run("read_file", { path: "a.md" })).text, `one\ntwo[U+E0041][U+202E]\n\n${note}`)
  assert.equal((await run("read_file", { path: "ok.md" })).text, "👩‍👧 שלום\n")
})

test("rows tell people what happens, for broken calls too", async t => {
  const { box } = await opened(t, {})
  const row = (name: string, args: ToolCall["arguments"]) => box.row(call(name, args))
  const reading = { icon: "file", doing: "Reading", did: "Read", object: "src/tax.ts" }
  assert.deepEqual(row("read_file", { path: "src/tax.ts" }), reading)
  assert.deepEqual(row("read_file", { path: "src/tax.ts", start_line: 1, end_line: 120 }), {
    ...reading,
    range: "1–120",
  })
  assert.deepEqual(row("list_directory", {}), {
    icon: "folder",
    doing: "Listing",
    did: "Listed",
    object: ".",
  })
  const searching = { icon: "search", doing: "Searching", did: "Searched", object: "needle" }
  assert.deepEqual(row("search_text", { query: "needle" }), searching)
  assert.deepEqual(row("open\u202e", null), {
    icon: "tools",
    doing: "Calling",
    did: "Called",
    object: "open[U+202E]",
  })
  assert.deepEqual(row("read_file", null), { icon: "file", doing: "Reading", did: "Read", object: "" })
  assert.equal(row("read_file", { path: "x".repeat(9_999) }).object.length, 201)
})
