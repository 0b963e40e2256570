// One block of an answer: the allow-list of what markdown may become on the page. Nodes are drawn from the
// parsed tree, never from HTML; what isn't named here is drawn as its children.
import { html, nothing, type TemplateResult } from "lit"
import { fenceInfo } from "../markdown/fenceInfo.ts"
import type { MarkdownNode } from "../markdown/parseMarkdown.ts"
import type { ViewContext } from "../pageAction.ts"
import { codeBlock } from "./codeBlock.ts"
import { inlineView } from "./inlineView.ts"
import { caret } from "./reasoningRow.ts"

export type BlockPlace = {
  /** Unique on the page; code blocks inside add their number. */
  readonly key: string
  /** The text still grows at the end of this node. */
  readonly live: boolean
  /** For a code block: no more code will come. */
  readonly closed: boolean
}

type View = TemplateResult | typeof nothing

export function blockView(node: MarkdownNode, place: BlockPlace, context: ViewContext): View {
  const children = () => childViews(node, place, context)
  const words = () => html`${inlineView(node.children, context.act)}${place.live ? caret() : nothing}`
  switch (node.type) {
    case "inline":
      return words()
    case "paragraph":
      return node.token.hidden ? html`${children()}` : html`<p dir="auto">${children()}</p>`
    case "heading":
      return Number(node.token.tag.slice(1)) <= 3
        ? html`<h3 dir="auto">${children()}</h3>`
        : html`<h4 dir="auto">${children()}</h4>`
    case "bullet_list":
      return html`<ul dir="auto">${children()}</ul>`
    case "ordered_list":
      return html`<ol dir="auto" start=${node.token.attrGet("start") ?? nothing}>${children()}</ol>`
    case "list_item":
      return listItem(node, place, context)
    case "blockquote":
      return html`<blockquote dir="auto">${children()}</blockquote>`
    case "hr":
      return html`<hr />`
    case "table":
      return html`<div class="table" tabindex="0" role="region" aria-label="Table"><table>${children()}</table></div>`
    case "thead":
      return html`<thead>${children()}</thead>`
    case "tbody":
      return html`<tbody>${children()}</tbody>`
    case "tr":
      return html`<tr>${children()}</tr>`
    case "th":
      return html`<th class=${alignment(node)} dir="auto" scope="col">${children()}</th>`
    case "td":
      return html`<td class=${alignment(node)} dir="auto">${children()}</td>`
    case "fence":
    case "code_block":
      return codeBlock(
        {
          key: place.key,
          code: node.token.content.replace(/\n$/, ""),
          ...fenceInfo(node.type === "fence" ? node.token.info : ""),
          live: place.live,
          closed: place.closed,
        },
        context,
      )
    default:
      return node.children.length > 0 ? html`${children()}` : html`${node.token.content}`
  }
}

function childViews(node: MarkdownNode, place: BlockPlace, context: ViewContext): readonly View[] {
  const last = node.children.length - 1
  return node.children.map((child, index) => {
    const inner = {
      key: `${place.key}.${index}`,
      live: place.live && index === last,
      closed: place.closed || index < last,
    }
    return blockView(child, inner, context)
  })
}

/** "[x] done" and "[ ] to do" become boxes that only show. */
function listItem(node: MarkdownNode, place: BlockPlace, context: ViewContext): View {
  const first = node.children[0]?.children[0]?.children[0]
  const task = first?.type === "text" ? /^\[([ xX])\] /.exec(first.token.content) : null
  if (first === undefined || task === null) return html`<li>${childViews(node, place, context)}</li>`
  const done = task[1] !== " "
  return html`<li class="task">
    <span class="task-box ${done ? "codicon codicon-check" : ""}" role="img" aria-label=${done ? "Done" : "To do"}></span>
    <div>${childViews(withoutPrefix(node, task[0].length), place, context)}</div>
  </li>`
}

function withoutPrefix(node: MarkdownNode, length: number): MarkdownNode {
  const [first, ...rest] = node.children
  if (first === undefined) {
    const token = Object.assign(Object.create(node.token), { content: node.token.content.slice(length) })
    return { ...node, token }
  }
  return { ...node, children: [withoutPrefix(first, length), ...rest] }
}

/** markdown-it writes "text-align:right" as a style; styles are forbidden here, so it becomes a class. */
function alignment(cell: MarkdownNode): string {
  const style = `${cell.token.attrGet("style") ?? ""}`
  return /right$/.test(style) ? "end" : /center$/.test(style) ? "center" : ""
}
