import assert from "node:assert/strict"
import { test } from "node:test"
import { readPathText } from "../../src/workspace/pathText.ts"

function posix(text: string): string {
  return shown(readPathText(text, "posix"))
}

function windows(text: string): string {
  return shown(readPathText(text, "win32"))
}

function shown(read: ReturnType<typeof readPathText>): string {
  if (!read.ok) return `refused: ${read.sentence.split(". ")[0]}`
  return `${read.start}${read.segments.join("/")}${read.climbs ? " climbs" : ""}`
}

test("plain paths lose what says nothing", () => {
  assert.equal(posix("src/a.ts"), "src/a.ts")
  assert.equal(posix("./src//./a.ts"), "src/a.ts")
  assert.equal(posix("src/x/../a.ts"), "src/a.ts")
  assert.equal(posix("src\\a.ts"), "src/a.ts")
  assert.equal(posix("/work/app/a.ts"), "/work/app/a.ts")
  assert.equal(posix("über uns/日本 語/😀.ts"), "über uns/日本 語/😀.ts")
  assert.equal(posix(""), "")
  assert.equal(posix("."), "")
  assert.equal(windows("src\\a.ts"), "src/a.ts")
  assert.equal(windows("c:\\app\\a.ts"), "C:/app/a.ts")
})

test("climbing above the start is seen", () => {
  assert.equal(posix("../secret"), "secret climbs")
  assert.equal(posix("a/../../secret"), "secret climbs")
  assert.equal(posix("./././../x"), "x climbs")
  assert.equal(posix("a\\..\\..\\secret"), "secret climbs")
})

test("tricks are refused with their rule", () => {
  for (const text of ["src/..", "..", "a/b/../..", "..\\.."])
    assert.equal(posix(text), 'refused: A path must not end in ".."')
  for (const text of [
    "file:///etc/passwd",
    "file:/etc/passwd",
    "FILE:etc",
    "https://evil.test",
    "vscode-userdata:/x",
  ])
    assert.equal(posix(text), "refused: URLs and other schemes can't be used")
  for (const text of ["~/.ssh/id_rsa", "~", "~root/x"])
    assert.equal(posix(text), 'refused: "~" is not expanded')
  for (const text of ["$HOME/.ssh/id_rsa", "\u0024{HOME}/x", "%USERPROFILE%\\x", "$env:TEMP/x"])
    assert.equal(posix(text), "refused: Variables are not expanded")
  for (const text of ["C:\\Windows\\win.ini", "C:/Windows", "c:x"])
    assert.equal(posix(text), "refused: A path with a drive letter can't be used here")
  for (const text of ["\\\\server\\share", "//server/share", "\\\\?\\C:\\x", "\\\\.\\pipe\\x", "/\\x"])
    assert.equal(posix(text), "refused: Network and device paths can't be used")
  for (const text of ["a\0.ts", "a\nb", "a\u2028b", "a\u0085"])
    assert.equal(posix(text), "refused: The path has a control character in it")
  assert.equal(posix("a\ud800"), "refused: The path isn't valid Unicode")
  assert.equal(posix("a/".repeat(3000)), "refused: The path is too long")
})

test("Windows: drives, devices, streams, names that Windows would change", () => {
  assert.match(windows("C:evil.txt"), /^refused: A path with a drive letter/)
  assert.match(windows("\\Windows"), /^refused: A path that begins with a slash needs its drive/)
  assert.match(windows("/etc/passwd"), /^refused: A path that begins with a slash needs its drive/)
  assert.match(windows("\\\\server\\share\\x"), /^refused: Network and device paths/)
  for (const name of [
    "con",
    "src/NUL.txt",
    "aux .ts",
    "com1",
    "LPT9.log",
    "com¹",
    "conin$",
    "src/a.txt::$DATA",
    "src/a.txt:s",
  ])
    assert.match(windows(name), /^refused: Windows can't have or would change the name/, name)
  for (const name of [".env.", ".env ", "src./a.ts", "a?.ts", "*.ts", 'a"b', "a|b", "<a>"])
    assert.match(windows(name), /^refused: Windows can't have or would change the name/, name)
  for (const name of ["console.ts", "com10", "nulls/a.ts", "auxiliary.md", "PROGRA~1/x", ".env.local"])
    assert.equal(windows(name), name)
})

test("names that only look like tricks are names", () => {
  assert.equal(posix("./~x"), "~x")
  assert.equal(posix("src/$id.tsx"), "src/$id.tsx")
  assert.equal(posix("./std::vector.md"), "std::vector.md")
  assert.equal(posix("docs/10:30.md"), "docs/10:30.md")
  assert.equal(posix("a/%2e%2e/b"), "a/%2e%2e/b")
  assert.equal(posix("a/.../b"), "a/.../b")
})
