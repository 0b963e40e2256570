// An answer as a list of top-level blocks that grows while it streams. Settled blocks keep their identity, so
// the view never touches them again; only the text from the last block on is parsed once more per frame.
import { heldBack } from "./heldBack.ts"
import { type MarkdownNode, parseMarkdown } from "./parseMarkdown.ts"

export type MarkdownBlock = {
  readonly node: MarkdownNode
  readonly source: string
  /** Nothing more will come: a fence is closed, so its code can be highlighted. */
  readonly closed: boolean
}

export type StreamedMarkdown = {
  readonly blocks: readonly MarkdownBlock[]
  /** How many of `blocks`, and of the text's characters, can't change any more. */
  readonly settledBlocks: number
  readonly settledLength: number
}

export const noMarkdown: StreamedMarkdown = { blocks: [], settledBlocks: 0, settledLength: 0 }

/**
 * The blocks of `text`, which is what `previous` was made of plus what arrived since. `live`: more is expected;
 * a half-written last line is then held back where it would first be drawn as something else.
 */
export function streamedMarkdown(previous: StreamedMarkdown, text: string, live: boolean): StreamedMarkdown {
  if (!live) return finished(previous, text)
  const settled = previous.blocks.slice(0, previous.settledBlocks)
  const tail = heldBack(text.slice(previous.settledLength))
  const starts = lineStarts(tail)
  const { blocks } = parseMarkdown(tail)
  const lastBlock = tail.slice(starts[blocks.at(-1)?.firstLine ?? 0])
  // While the first line of the last block is unfinished ("#" may become "#hashtag"), it may still turn out to
  // belong to the block before it.
  const firm = Math.max(0, blocks.length - (/[\r\n]/.test(lastBlock) ? 1 : 2))
  const read = blocks.map(({ node, firstLine, endLine }, index): MarkdownBlock => {
    const source = tail.slice(starts[firstLine] ?? 0, starts[endLine] ?? tail.length)
    return { node, source, closed: index < firm || isClosedFence(node, source) }
  })
  return {
    blocks: [...settled, ...read],
    settledBlocks: settled.length + firm,
    settledLength: previous.settledLength + (firm === 0 ? 0 : (starts[blocks[firm]?.firstLine ?? 0] ?? 0)),
  }
}

/** Blocks that came out the same are the same objects as before; settled ones aren't parsed again. */
function finished(previous: StreamedMarkdown, text: string): StreamedMarkdown {
  // A definition at the end reaches into every block: then the whole text is parsed in one go.
  const kept = text.includes("]:") ? 0 : previous.settledBlocks
  const tail = kept === 0 ? text : text.slice(previous.settledLength)
  const starts = lineStarts(tail)
  const parsed = parseMarkdown(tail)
  const blocks = parsed.blocks.map(({ node, firstLine, endLine }, index): MarkdownBlock => {
    const source = tail.slice(starts[firstLine] ?? 0, starts[endLine] ?? tail.length)
    const before = previous.blocks[kept + index]
    const same = before?.closed === true && before.source.trimEnd() === source.trimEnd()
    return same && !parsed.hasReferences ? before : { node, source, closed: true }
  })
  const all = [...previous.blocks.slice(0, kept), ...blocks]
  return { blocks: all, settledBlocks: all.length, settledLength: text.length }
}

/** Where each line begins, for any of the three line ends; markdown-it counts them the same way. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (const match of text.matchAll(/\r\n?|\n/g)) {
    const start = match.index + match[0].length
    if (start < text.length) starts.push(start)
  }
  return starts
}

function isClosedFence(node: MarkdownNode, source: string): boolean {
  if (node.type !== "fence") return false
  const lines = source.trimEnd().split(/\r\n?|\n/)
  const closing = lines.at(-1)?.trim() ?? ""
  return lines.length > 1 && closing.startsWith(node.token.markup) && /^(`+|~+)$/.test(closing)
}
