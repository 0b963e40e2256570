// Markdown → a tree of nodes, one per top-level block. Raw HTML is off, so angle brackets stay text; what a node
// may become on screen is decided by blockView.ts and inlineView.ts. Knows nothing of streaming or of the DOM.
import MarkdownIt, { type Env, type Token } from "markdown-it"

export type MarkdownNode = {
  readonly type: string
  readonly token: Token
  readonly children: readonly MarkdownNode[]
}

/** `firstLine` and `endLine` (exclusive) count the lines of the parsed text from 0. */
export type ParsedBlock = {
  readonly node: MarkdownNode
  readonly firstLine: number
  readonly endLine: number
}

export type ParsedMarkdown = {
  readonly blocks: readonly ParsedBlock[]
  /** The text defines link references, which reach into every block. */
  readonly hasReferences: boolean
}

const markdown = new MarkdownIt({ html: false, linkify: true, typographer: false })
// Only what is written as an address becomes a link: "index.ts" and "a.md" are file names here, not hosts.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
// Refused links are shown as inert words with their target in a tooltip (safeLink.ts), not as raw brackets.
markdown.validateLink = () => true

export function parseMarkdown(text: string): ParsedMarkdown {
  const env: Env = {}
  const nodes = nest(markdown.parse(text, env))
  const blocks = nodes.map(node => ({
    node,
    firstLine: node.token.map?.[0] ?? 0,
    endLine: node.token.map?.[1] ?? 0,
  }))
  return { blocks, hasReferences: Object.keys(env.references ?? {}).length > 0 }
}

/** "paragraph_open … paragraph_close" → one node "paragraph" with what stands between as its children. */
function nest(tokens: readonly Token[]): MarkdownNode[] {
  const root: MarkdownNode[] = []
  const open: MarkdownNode[][] = [root]
  for (const token of tokens) {
    const level = open.at(-1) ?? root
    if (token.nesting === 1) {
      const children: MarkdownNode[] = []
      level.push({ type: token.type.replace(/_open$/, ""), token, children })
      open.push(children)
    } else if (token.nesting === -1) {
      open.pop()
    } else {
      level.push({ type: token.type, token, children: nest(token.children ?? []) })
    }
  }
  return root
}
