// Words of an answer: emphasis, code, links, line ends. Anything not named here is drawn as its text. Images are
// never loaded: their description stands for them (SEC-009).
import { html, nothing, type TemplateResult } from "lit"
import { visibleParts } from "../markdown/hiddenCharacters.ts"
import type { MarkdownNode } from "../markdown/parseMarkdown.ts"
import { safeLink } from "../markdown/safeLink.ts"
import type { Act } from "../pageAction.ts"

type Inline = TemplateResult | string

export function inlineView(nodes: readonly MarkdownNode[], act: Act): readonly Inline[] {
  return nodes.map(node => inline(node, act))
}

function inline(node: MarkdownNode, act: Act): Inline {
  const { token, children } = node
  switch (node.type) {
    case "strong":
      return html`<strong>${inlineView(children, act)}</strong>`
    case "em":
      return html`<em>${inlineView(children, act)}</em>`
    case "s":
      return html`<s>${inlineView(children, act)}</s>`
    case "code_inline":
      return html`<code dir="ltr">${withMarks(token.content)}</code>`
    case "softbreak":
      return "\n"
    case "hardbreak":
      return html`<br />`
    case "link":
      return link(`${token.attrGet("href") ?? ""}`, wordsOf(children), inlineView(children, act), act)
    case "image": {
      const words = wordsOf(children).trim() || "image"
      return link(`${token.attrGet("src") ?? ""}`, words, [words], act)
    }
    default:
      return token.content
  }
}

/** Hidden characters as "U+202E"; everything else as it is. */
export function withMarks(text: string): Inline | readonly Inline[] {
  const parts = visibleParts(text)
  if (parts.every(part => !part.hidden)) return text
  return parts.map(part =>
    part.hidden ? html`<span class="hidden-character">${part.text}</span>` : part.text,
  )
}

/** No href: nothing on the page can make the browser look up or load anything. The host opens it. */
function link(href: string, words: string, content: readonly Inline[], act: Act): TemplateResult {
  const target = safeLink(href, words)
  if (!target.opens) return html`<span class="inert-link" title=${target.reason}>${content}</span>`
  const open = () => act({ type: "post", message: { type: "openLink", href: target.href } })
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") open()
  }
  return html`<a role="link" tabindex="0" title=${target.href} @click=${open} @keydown=${press}>${content}</a>${
    target.realHost === undefined ? nothing : html` <span class="real-host">(${target.realHost})</span>`
  }`
}

function wordsOf(nodes: readonly MarkdownNode[]): string {
  return nodes.map(node => (node.children.length > 0 ? wordsOf(node.children) : node.token.content)).join("")
}
