// Code with its name and buttons. Long code is cut on screen, never in what Copy gives. Colours come
// when the fence has closed and the highlighting script is there.
import { html, nothing, type TemplateResult } from "lit"
import { count, counted } from "../figures.ts"
import { hiddenCount } from "../markdown/hiddenCharacters.ts"
import type { ViewContext } from "../pageAction.ts"
import { copyButton, icon, iconButton } from "./icon.ts"
import { withMarks } from "./inlineView.ts"
import { caret } from "./reasoningRow.ts"

export type CodeBlock = {
  readonly key: string
  readonly code: string
  readonly language: string
  readonly fileName: string
  readonly live: boolean
  readonly closed: boolean
}

/** Lines; more are cut until asked for. */
const shownLines = 24
/** Characters; more aren't coloured, as colouring would hold up the page. */
const colouredLength = 60_000

export function codeBlock(block: CodeBlock, context: ViewContext): TemplateResult {
  const lines = lineCount(block.code)
  const long = lines > shownLines
  const open = context.open.has(block.key)
  const shown = long && !open ? firstLines(block.code, shownLines) : block.code
  const name = block.fileName || block.language || "code"
  const hidden = hiddenCount(block.code)
  return html`<div class="code" role="group" aria-label="Code, ${name}">
    <div class="code-head">
      <span class="code-name" dir="ltr">${name}</span>
      ${copyButton(block.key, "Copy code", () => block.code, context)}
      ${block.closed ? finishedButtons(block, context) : nothing}
    </div>
    ${
      hidden === 0
        ? nothing
        : html`<p class="code-note">${icon("eye", "warn")} ${counted(hidden, "hidden character")} shown by code</p>`
    }
    <pre tabindex="0" dir="ltr" role="region" aria-label=${name}><code>${
      block.closed ? coloured(shown, block.language, context) : withMarks(shown)
    }${block.live && !(long && !open) ? caret() : nothing}</code></pre>
    ${
      long
        ? html`<button
            type="button"
            class="code-more"
            aria-expanded=${open ? "true" : "false"}
            @click=${() => context.act({ type: "toggle", key: block.key })}
          >
            ${open ? "Show less" : `Show all ${count(lines)} lines`}
          </button>`
        : nothing
    }
  </div>`
}

function finishedButtons({ code, language }: CodeBlock, { act }: ViewContext): TemplateResult {
  const insert = () => act({ type: "post", message: { type: "insertAtCursor", text: code } })
  const save = () => act({ type: "post", message: { type: "saveAsNewFile", text: code, language } })
  return html`${iconButton("insert", "Insert at cursor", insert)}${iconButton("new-file", "Save as new file", save)}`
}

function coloured(code: string, language: string, { highlight }: ViewContext) {
  const spans = code.length > colouredLength ? undefined : highlight?.(code, language)
  if (spans === undefined) return withMarks(code)
  return spans.map(({ text, colour }) =>
    colour === undefined ? withMarks(text) : html`<span class="syntax-${colour}">${withMarks(text)}</span>`,
  )
}

function lineCount(code: string): number {
  let lines = 1
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) lines++
  return lines
}

function firstLines(code: string, lines: number): string {
  let end = -1
  for (let line = 0; line < lines; line++) end = code.indexOf("\n", end + 1)
  return code.slice(0, end)
}
