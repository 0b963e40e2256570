// A text that grows piece by piece gives the same blocks as the whole text, settled ones keep their identity, and
// half-written lines are never drawn as something they don't become.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { MarkdownNode } from "../../src/webview/markdown/parseMarkdown.ts"
import {
  noMarkdown,
  type StreamedMarkdown,
  streamedMarkdown,
} from "../../src/webview/markdown/streamedMarkdown.ts"
import { answer } from "./chatPageStates.ts"

const texts = [
  answer,
  "para\n#hashtag not a heading\n\n# heading\ntext\n===\n\n- a\n- b\n\n  more\n\n\n- c\n\nend",
  "1. one\n\n   ```js\n   let x\n   ```\n2. two\n\nafter\n***\nlast **bold** text",
  "text\n- item\n- item\n\n> quote\nlazy\n\n    code\n\n    more code\n\n~~~\nfence\n```\nstill\n~~~\ntail",
  "a | b\n--|--\n1 | 2\n3 | 4\n\n| x |\n|---|\n| y |\nnot a row",
  "line\r\nline\r\n\r\n```ts\r\nlet a\r\n```\r\n\r\n- x\r\n- y\r\n",
]

function outline(node: MarkdownNode): string {
  return `${node.type}(${node.token.content}${node.children.map(outline).join(",")})`
}

const outlines = (markdown: StreamedMarkdown) => markdown.blocks.map(block => outline(block.node))

for (const [index, text] of texts.entries()) {
  test(`one character at a time ends as the whole text does (${index + 1})`, () => {
    let grown = noMarkdown
    for (let end = 1; end <= text.length; end++) {
      const settled = grown.blocks.slice(0, grown.settledBlocks)
      grown = streamedMarkdown(grown, text.slice(0, end), true)
      assert.deepEqual(
        grown.blocks.slice(0, settled.length).map((block, at) => block === settled[at]),
        settled.map(() => true),
        `settled blocks changed after ${JSON.stringify(text.slice(0, end))}`,
      )
    }
    const whole = streamedMarkdown(noMarkdown, text, false)
    assert.deepEqual(
      outlines(grown).slice(0, grown.settledBlocks),
      outlines(whole).slice(0, grown.settledBlocks),
    )
    assert.deepEqual(outlines(streamedMarkdown(grown, text, false)), outlines(whole))
  })

  test(`in two pieces, at every place, the same (${index + 1})`, () => {
    const whole = outlines(streamedMarkdown(noMarkdown, text, false))
    for (let split = 0; split <= text.length; split++) {
      const first = streamedMarkdown(noMarkdown, text.slice(0, split), true)
      const second = streamedMarkdown(first, text, true)
      assert.deepEqual(outlines(streamedMarkdown(second, text, false)), whole, `split at ${split}`)
    }
  })
}

test("finished blocks are the same objects as while streaming", () => {
  const live = streamedMarkdown(noMarkdown, `${answer}\n`, true)
  const done = streamedMarkdown(live, `${answer}\n`, false)
  assert.deepEqual(
    live.blocks.slice(0, live.settledBlocks).map((block, at) => done.blocks[at] === block),
    [true, true, true, true],
  )
})

const types = (text: string) => streamedMarkdown(noMarkdown, text, true).blocks.map(block => block.node.type)

test("half-written lines wait where they would look like something else", () => {
  assert.deepEqual(types("Text\n-"), ["paragraph"])
  assert.deepEqual(types("Text\n- item"), ["paragraph", "bullet_list"])
  assert.deepEqual(types("Text\n\n| a | b |\n"), ["paragraph"])
  assert.deepEqual(types("Text\n\n| a | b |\n|---|"), ["paragraph"])
  assert.deepEqual(types("Text\n\n| a | b |\n|---|---|\n"), ["paragraph", "table"])
  assert.deepEqual(types("Text\n\n```t"), ["paragraph"])
  assert.deepEqual(types("Text\n\n```ts\n"), ["paragraph", "fence"])
})

test("an open table row is held back until its line ends", () => {
  const rows = (text: string) =>
    streamedMarkdown(noMarkdown, text, true).blocks[0]?.node.children[1]?.children.length ?? 0
  const table = "| a |\n|---|\n| 1 |\n"
  assert.deepEqual([rows(table), rows(`${table}| 2`), rows(`${table}| 2 |\n`)], [1, 1, 2])
})

test("code may be coloured once its fence has closed, not before", () => {
  const closed = (text: string) => streamedMarkdown(noMarkdown, text, true).blocks[0]?.closed
  assert.deepEqual(
    [closed("```ts\nlet a\n"), closed("```ts\nlet a\n```\n"), closed("````\n```\n"), closed("```\na\n\nb")],
    [false, true, false, false],
  )
})

test("references reach back once the text is complete", () => {
  const text = "See [docs][1].\n\nSo.\n\n[1]: https://good.test/\n\nEnd"
  const link = (markdown: StreamedMarkdown) => outlines(markdown)[0]?.includes("link(")
  const live = streamedMarkdown(streamedMarkdown(noMarkdown, text.slice(0, 20), true), text, true)
  assert.deepEqual([link(live), link(streamedMarkdown(live, text, false))], [false, true])
})
