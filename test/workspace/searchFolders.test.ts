import assert from "node:assert/strict"
import { appendFile, chmod, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { type TestContext, test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { type DiskWorkspaceOptions, diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import type { SearchOptions, Workspace } from "../../src/workspace/workspace.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const never = new AbortController().signal

async function opened(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<DiskWorkspaceOptions> = {},
) {
  const folder = await temporaryFolder(t, files)
  const roots = [{ name: "app", path: folder }]
  return { folder, workspace: diskWorkspace({ roots, ripgrepPath: rgPath, ...options }) }
}

/** "a.ts:1:text" per match, then "more" or the kind of a refusal. */
async function search(
  workspace: Workspace,
  query: string,
  options: Partial<SearchOptions> = {},
): Promise<string[]> {
  const all = { isRegex: false, matchCase: false, maxMatches: 100, ...options }
  const found = await workspace.searchText(query, all, never)
  if (!found.ok) return [found.kind]
  return [
    ...found.matches.map(match => `${match.path}:${match.line}:${match.text}`),
    ...(found.truncated ? ["more"] : []),
  ]
}

test("text is found by line, sorted; case only where asked", async t => {
  const { workspace } = await opened(t, {
    "src/b.ts": "const needle = 1\r\n\nNeedle()\n",
    "src/a.ts": "no\n\tneedle",
    "ü ñ/日本.md": "a needle — 日本\n",
  })
  assert.deepEqual(await search(workspace, "needle"), [
    "src/a.ts:2:\tneedle",
    "src/b.ts:1:const needle = 1",
    "src/b.ts:3:Needle()",
    "ü ñ/日本.md:1:a needle — 日本",
  ])
  assert.deepEqual(await search(workspace, "Needle", { matchCase: true }), ["src/b.ts:3:Needle()"])
  assert.deepEqual(await search(workspace, "absent"), [])
})

test("a query is text unless it is said to be a regex", async t => {
  const { workspace } = await opened(t, { "a.ts": "foo(.*)\nfoo(bar)\n-e --files\n" })
  assert.deepEqual(await search(workspace, "foo(.*)"), ["a.ts:1:foo(.*)"])
  assert.deepEqual(await search(workspace, "foo\\(\\w+\\)", { isRegex: true }), ["a.ts:2:foo(bar)"])
  assert.deepEqual(await search(workspace, "--files"), ["a.ts:3:-e --files"])
  assert.deepEqual(await search(workspace, "-e"), ["a.ts:3:-e --files"])
})

test("what can't be searched for is said", async t => {
  const { workspace } = await opened(t, { "a.ts": "x\n" })
  for (const query of ["", "a\nb", "a\0b", "x".repeat(1_001)])
    assert.deepEqual(await search(workspace, query), ["badQuery"])
  const broken = await workspace.searchText("(", { isRegex: true, matchCase: true, maxMatches: 9 }, never)
  assert.match(broken.ok ? "" : broken.sentence, /regex parse error.*unclosed group/s)
  for (const glob of ["*.[", "a:b", "x".repeat(201), "{a,b}".repeat(7)])
    assert.deepEqual(await search(workspace, "x", { glob }), ["badQuery"], glob)
  const without = diskWorkspace({ roots: workspace.roots, ripgrepPath: "/nowhere/rg" })
  assert.deepEqual(await search(without, "x"), ["unreadable"])
})

test("ignore rules and hidden files hold, whatever the glob (SEC-025)", async t => {
  const { workspace } = await opened(t, {
    ".gitignore": "dist/\n*.log\n",
    ".ignore": "!.env\n!.git\n!**\n",
    "src/a.ts": "needle",
    "src/a.log": "needle",
    "dist/a.ts": "needle",
    "sub/.gitignore": "*.gen.ts\n",
    "sub/a.gen.ts": "needle",
    ".git/a.ts": "needle",
    ".env": "needle",
    ".cache/a.ts": "needle",
  })
  for (const glob of [
    undefined,
    "*.ts",
    "**/*.ts",
    "**/*",
    "**",
    "dist/**",
    "*.log",
    ".*",
    "*.{log,ts}",
    ".git/**",
  ]) {
    const found = await search(workspace, "needle", glob === undefined ? {} : { glob })
    const wrong = found.filter(line => /^(\.git\/|\.env)/.test(line))
    assert.deepEqual(wrong, [], glob)
  }
})

test("a repository without its own exceptions keeps ignored files out", async t => {
  const files = {
    ".gitignore": "dist/\n*.log\n",
    "src/a.ts": "needle",
    "src/a.log": "needle",
    "dist/a.ts": "needle",
  }
  const { workspace } = await opened(t, { ...files, ".hidden/a.ts": "needle" })
  for (const glob of [
    undefined,
    "*.ts",
    "**/*.ts",
    "**/*",
    "**",
    "*",
    "src",
    "./src/**",
    "*.{ts,log}",
    "!dist",
  ])
    assert.deepEqual(await search(workspace, "needle", glob ? { glob } : {}), ["src/a.ts:1:needle"], glob)
  for (const glob of ["dist/**", "*.log", "**/*.log", "dist/*.ts"])
    assert.deepEqual(await search(workspace, "needle", { glob }), [], glob)
})

test("globs choose files as in .gitignore, with alternatives", async t => {
  const names = ["a.ts", "src/b.ts", "src/c.tsx", "src/deep/d.ts", "test/e.test.ts", "f.md"]
  const { workspace } = await opened(t, Object.fromEntries(names.map(name => [name, "needle"])))
  const files = async (glob: string) =>
    (await search(workspace, "needle", { glob })).map(line => line.split(":")[0])
  assert.deepEqual(await files("*.tsx"), ["src/c.tsx"])
  assert.deepEqual(await files("src/*.ts"), ["src/b.ts"])
  assert.deepEqual(await files("src/**/*.ts"), ["src/b.ts", "src/deep/d.ts"])
  assert.deepEqual(await files("{src,test}/**"), ["src/b.ts", "src/c.tsx", "src/deep/d.ts", "test/e.test.ts"])
  assert.deepEqual(await files("**/*.{tsx,md}"), ["f.md", "src/c.tsx"])
  assert.deepEqual(await files("deep"), ["src/deep/d.ts"])
  assert.deepEqual(await files("/a.ts"), ["a.ts"])
  assert.deepEqual(await files("!src/**"), ["a.ts", "f.md", "test/e.test.ts"])
})

test("many matches and long lines are cut, binaries left out", async t => {
  const { workspace } = await opened(t, {
    "many.txt": "needle\n".repeat(500),
    "min.js": `${"x".repeat(300)}needle${"y".repeat(1_000_000)}needle\n`,
    "a.bin": Buffer.concat([Buffer.from("needle"), Buffer.alloc(9)]),
    "late.bin": Buffer.concat([Buffer.from(`needle\n${"z\n".repeat(100_000)}`), Buffer.alloc(9)]),
    "z.txt": "needle\n",
  })
  const few = await search(workspace, "needle", { maxMatches: 5 })
  assert.deepEqual([few.length, few.at(-1)], [6, "more"])
  const long = await search(workspace, "needle", { glob: "*.js" })
  assert.deepEqual(
    [long.length, long[0]?.length, long[0]?.slice(-7)],
    [1, "min.js:1:".length + 401, "yyyyyy…"],
  )
  const bins = await search(workspace, "needle", { glob: "*.{bin,txt}", maxMatches: 1_000 })
  assert.deepEqual([bins.filter(line => line.startsWith("a.bin")), bins.at(-1)], [[], "z.txt:1:needle"])
})

test("several folders are searched, each file named with its folder", async t => {
  const parent = await temporaryFolder(t, {
    "one/a.ts": "needle",
    "two/a.ts": "needle",
    "three/a.ts": "needle",
  })
  const roots = ["one", "two"].map(name => ({ name, path: path.join(parent, name) }))
  const workspace = diskWorkspace({ roots, ripgrepPath: rgPath })
  assert.deepEqual(await search(workspace, "needle"), ["one/a.ts:1:needle", "two/a.ts:1:needle"])
})

test("SEC-038: slow regexes end in time and don't hold up the host", async t => {
  const { workspace } = await opened(t, {
    "a.txt": "a".repeat(1_000_000),
    "b.txt": `${"a".repeat(1_000_000)}!\n`,
  })
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  const slow = [
    "(a+)+$",
    "(a|aa)+$",
    "(.*a){25}",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "a{1000}{1000}",
    "(\\w{1,900}){900}!",
  ]
  for (const query of [...slow, "((a{100}){100}){100}", "(?i)(.*.*.*.*.*)*x$"]) {
    const start = performance.now()
    const found = await search(workspace, query, { isRegex: true })
    const milliseconds = Math.round(performance.now() - start)
    t.diagnostic(`${query}: ${milliseconds} ms, ${found[0]?.slice(0, 30) ?? "no match"}`)
    assert.ok(milliseconds < 6_000, `${query}: ${milliseconds} ms`)
  }
  lag.disable()
  t.diagnostic(
    `event loop delay: max ${Math.round(lag.max / 1e6)} ms, p99 ${Math.round(lag.percentile(99) / 1e6)} ms`,
  )
  assert.ok(lag.max < 2e9)
})

test("B8: an ordinary regex over 5,000 files is not cut off", async t => {
  const files = Array.from({ length: 5_000 }, (_, index) => [
    `d${index % 50}/f${index}.ts`,
    `const x${index} = foo(${index})\n`,
  ])
  const { workspace } = await opened(t, Object.fromEntries(files))
  assert.deepEqual(await search(workspace, "foo\\(4321.*\\)", { isRegex: true }), [
    "d21/f4321.ts:1:const x4321 = foo(4321)",
  ])
})

/** A program in ripgrep's place that tells its process id, gives what is asked, and never ends. */
async function endless(folder: string, output: string): Promise<string> {
  const program = path.join(folder, "endless.mjs")
  const code = `import { writeFileSync } from "node:fs"
writeFileSync(${JSON.stringify(path.join(folder, "pid"))}, String(process.pid))
process.stdout.write(${JSON.stringify(output)})
setInterval(() => {}, 1000)\n`
  await writeFile(program, `#!${process.execPath}\n${code}`)
  await chmod(program, 0o755)
  return program
}

async function processIsGone(folder: string): Promise<boolean> {
  const pid = Number(await readFile(path.join(folder, "pid"), "utf8"))
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

// Windows runs no scripts as programs; the code under test is the same there.
if (process.platform !== "win32") {
  test("a search that doesn't end is killed: a sentence, or what was found until then", async t => {
    const folder = await temporaryFolder(t, { "app/a.ts": "needle\n" })
    const roots = [{ name: "app", path: path.join(folder, "app") }]
    const timeLimits = { search: 1_500, slowRegex: 700 }
    const options = { isRegex: true, matchCase: true, maxMatches: 9 }
    const silent = diskWorkspace({ roots, timeLimits, ripgrepPath: await endless(folder, "") })
    const answer = await silent.searchText("(a+)+$", options, never)
    const sentence = "The search timed out after 0.7 s. Use a simpler or more exact query."
    assert.deepEqual(answer, { ok: false, kind: "timedOut", sentence })
    assert.ok(await processIsGone(folder))
    const half = diskWorkspace({
      roots,
      timeLimits,
      ripgrepPath: await endless(folder, "./a.ts\x001:1:needle\n"),
    })
    const matches = [{ path: "a.ts", line: 1, text: "needle" }]
    assert.deepEqual(await half.searchText("needle", options, never), {
      ok: true,
      matches,
      truncated: true,
      timedOut: true,
    })
    assert.ok(await processIsGone(folder))
  })

  test("a search that takes too much memory is killed where the system tells its memory", async t => {
    const folder = await temporaryFolder(t, { "app/a.ts": "needle\n" })
    const program = await endless(folder, "")
    const greedy = "const kept = []; setInterval(() => kept.push(Buffer.alloc(50_000_000, 1)), 20)"
    await appendFile(program, greedy)
    const roots = [{ name: "app", path: path.join(folder, "app") }]
    const timeLimits = { search: process.platform === "linux" ? 60_000 : 1_000, slowRegex: 1_000 }
    const workspace = diskWorkspace({ roots, ripgrepPath: program, timeLimits })
    assert.deepEqual(await search(workspace, "x"), [process.platform === "linux" ? "tooLarge" : "timedOut"])
    assert.ok(await processIsGone(folder))
  })

  test("an abort kills the search", async t => {
    const folder = await temporaryFolder(t, { "app/a.ts": "needle\n" })
    const roots = [{ name: "app", path: path.join(folder, "app") }]
    const stop = new AbortController()
    const workspace = diskWorkspace({ roots, ripgrepPath: await endless(folder, "") })
    const searching = workspace.searchText(
      "x",
      { isRegex: false, matchCase: true, maxMatches: 9 },
      stop.signal,
    )
    const reason = new Error("stopped")
    const rejected = assert.rejects(searching, reason)
    while ((await readFile(path.join(folder, "pid"), "utf8").catch(() => "")) === "")
      await new Promise(setImmediate)
    stop.abort(reason)
    await rejected
    assert.ok(await processIsGone(folder))
  })
}
