// Small pure parts of the page: figures, saved view, announcements, links, fences, hidden characters, colours.
import assert from "node:assert/strict"
import { test } from "node:test"
import hljs from "highlight.js/lib/core"
import typescript from "highlight.js/lib/languages/typescript"
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import { announcements } from "../../src/webview/announcements.ts"
import { cost, counted, duration, percent, speed, wholeSeconds } from "../../src/webview/figures.ts"
import { fenceInfo } from "../../src/webview/markdown/fenceInfo.ts"
import { hiddenCount, visibleParts } from "../../src/webview/markdown/hiddenCharacters.ts"
import { safeLink } from "../../src/webview/markdown/safeLink.ts"
import { initialPage, receive, submit } from "../../src/webview/pageState.ts"
import { nothingSaved, savedView } from "../../src/webview/savedView.ts"
import { spansOf } from "../../src/webview/syntaxSpans.ts"
import { answer, stateOf, states, textStep, turn } from "./chatPageStates.ts"

test("figures have a narrow space before their unit", () => {
  const shown = [
    duration(4),
    duration(120),
    duration(4240),
    duration(34_000),
    wholeSeconds(125_000),
    speed(41.2),
  ]
  assert.deepEqual(
    [...shown, speed(3.456), percent(0.958), cost(0.00034), counted(1, "token"), counted(1204, "token")].map(
      text => text.replaceAll("\u202f", "_"),
    ),
    [
      "0.1_s",
      "0.1_s",
      "4.2_s",
      "34_s",
      "2_min 5_s",
      "41_tok/s",
      "3.5_tok/s",
      "96_%",
      "$0.00034",
      "1 token",
      "1,204 tokens",
    ],
  )
})

test("a saved view is read with suspicion", () => {
  const full = { draft: "d", queue: ["q"], sending: "s", open: ["o"], anchor: { turnId: "t", offset: -4 } }
  assert.deepEqual(savedView(structuredClone(full)), full)
  for (const wrong of [
    null,
    undefined,
    7,
    "x",
    [],
    { draft: 1, queue: "q", open: [1], anchor: { turnId: 2 } },
  ])
    assert.deepEqual(savedView(wrong), nothingSaved)
})

test("an answer is announced twice: when it begins and when it is complete", () => {
  const idle = receive(initialPage(nothingSaved), stateOf([]))
  const steps: readonly HostToView[] = [
    { type: "change", change: { type: "turnAdded", turn: turn({ status: "running" }) } },
    { type: "change", change: { type: "stepAdded", turnId: "t1", step: textStep(answer) } },
    {
      type: "change",
      change: { type: "stepAppended", turnId: "t1", stepId: "text", text: " More.", tokens: 2 },
    },
    { type: "change", change: { type: "turnChanged", turnId: "t1", status: "done" } },
  ]
  let page = idle
  const said = steps.flatMap(step => {
    const before = page
    page = receive(page, step)
    return announcements(before, page)
  })
  assert.deepEqual(said, [
    { region: "status", text: "Generating" },
    { region: "status", text: "Answer complete, 4 paragraphs, 1 code block" },
  ])
})

test("errors and questions are alerts, a loaded state is silent, a queued message is confirmed", () => {
  const blank = initialPage(nothingSaved)
  const working = receive(blank, stateOf([turn({ status: "running" })]))
  const failed = receive(
    working,
    stateOf([
      turn({ status: "failed", notice: { kind: "error", title: "No answer", sentence: "", actions: [] } }),
    ]),
  )
  assert.deepEqual(announcements(working, failed), [{ region: "alert", text: "No answer" }])
  const asks = receive(working, states.asks ?? stateOf([]))
  assert.deepEqual(announcements(working, asks), [{ region: "alert", text: "Osprey asks: Read .env?" }])
  assert.deepEqual(announcements(blank, failed), [])
  const queued = submit({ ...working, draft: "next" }).page
  assert.deepEqual(announcements(working, queued), [{ region: "status", text: "Message waits" }])
})

test("only https links open; the rest say why not", () => {
  assert.deepEqual(safeLink("https://good.test/a", "docs"), {
    opens: true,
    href: "https://good.test/a",
    host: "good.test",
  })
  const refused = [
    "http://good.test",
    "http://localhost:9",
    "file:///etc/passwd",
    "file://evil.test/share",
    "\\\\evil.test\\share",
    "vscode://x",
    "vscode-insiders://x",
    "ms-settings:",
    "command:workbench.action.terminal.new",
    "command%3Ax",
    "javascript:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "//evil.test",
    "/a",
    "a.md",
    "#top",
    "",
    "https://user@evil.test/",
  ]
  for (const href of refused) assert.equal(safeLink(href, "x").opens, false, href)
})

test("words that claim another host are told apart", () => {
  const real = (words: string) => {
    const link = safeLink("https://evil.test/x", words)
    return link.opens ? link.realHost : "refused"
  }
  assert.deepEqual(
    [
      real("https://good.test/x"),
      real("good.test"),
      real("Good.test/login"),
      real("the docs"),
      real("evil.test"),
      real("evil.test/x"),
    ],
    ["evil.test", "evil.test", "evil.test", undefined, undefined, undefined],
  )
})

test("the words after a fence give language and file name", () => {
  const read = (info: string) => Object.values(fenceInfo(info))
  assert.deepEqual(
    [
      "",
      "ts",
      "TS pricing.ts",
      'ts title="a b.ts"',
      "ts title=src/a.ts",
      "ts:src/a.ts",
      "src/a.py",
      "c++",
      '"><img src=x onerror=1>',
    ].map(read),
    [
      ["", ""],
      ["ts", ""],
      ["ts", "pricing.ts"],
      ["ts", "a"],
      ["ts", "src/a.ts"],
      ["ts", "src/a.ts"],
      ["py", "src/a.py"],
      ["c++", ""],
      ["", ""],
    ],
  )
})

test("hidden characters are shown by name; ordinary text isn't touched", () => {
  assert.deepEqual(visibleParts("a\u202eb\u{e0041}"), [
    { text: "a", hidden: false },
    { text: "U+202E", hidden: true },
    { text: "b", hidden: false },
    { text: "U+E0041", hidden: true },
  ])
  for (const plain of ["tab\tand\nline", "👩‍👩‍👧", "שלום", "مرحبا", "é"])
    assert.equal(hiddenCount(plain), 0, plain)
})

test("highlight.js's scopes become flat spans with our colours", () => {
  hljs.registerLanguage("typescript", typescript)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the code under test has one
  const result = hljs.highlight("const a: Line = `x${1}` // c", { language: "typescript" })
  const spans = spansOf(result._emitter)
  assert.equal(spans.map(span => span.text).join(""), result.code)
  assert.deepEqual(
    spans.filter(span => span.colour !== undefined).map(span => [span.text, span.colour]),
    [
      ["const", "keyword"],
      ["Line", "literal"],
      ["`x", "string"],
      ["1", "number"],
      ["`", "string"],
      ["// c", "comment"],
    ],
  )
})
