// An answer on the page, block by block. Blocks that are settled are not even looked at again while the rest
// streams: their templates are guarded by identity.
import { html, type TemplateResult } from "lit"
import { guard } from "lit/directives/guard.js"
import { noMarkdown, type StreamedMarkdown, streamedMarkdown } from "../markdown/streamedMarkdown.ts"
import type { ViewContext } from "../pageAction.ts"
import { blockView } from "./blockView.ts"

type Read = { readonly text: string; readonly live: boolean; readonly markdown: StreamedMarkdown }

/** What was parsed, by the text's step id. Emptied when another conversation is shown. */
const known = new Map<string, Read>()

export function markdownView(id: string, text: string, live: boolean, context: ViewContext): TemplateResult {
  const { blocks } = read(id, text, live)
  return html`<div class="markdown">
    ${blocks.map((block, index) => {
      const place = { key: `${id}:${index}`, live: live && index === blocks.length - 1, closed: block.closed }
      const depends = [block, place.live, context.open, context.copied, context.highlight]
      return guard(depends, () => blockView(block.node, place, context))
    })}
  </div>`
}

export function forgetMarkdown(): void {
  known.clear()
}

function read(id: string, text: string, live: boolean): StreamedMarkdown {
  const before = known.get(id)
  if (before?.text === text && before.live === live) return before.markdown
  const grown = before !== undefined && text.startsWith(before.text)
  const markdown = streamedMarkdown(grown ? before.markdown : noMarkdown, text, live)
  known.set(id, { text, live, markdown })
  return markdown
}
