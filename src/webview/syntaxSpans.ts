// highlight.js's tree of scopes → a flat list of coloured spans. The innermost scope that has a colour wins.
import type { SyntaxColour, SyntaxSpan } from "./syntax.ts"

/** Scopes of highlight.js 11 and what they are drawn as; a scope counts for its dotted children too. */
const colours: Readonly<Record<string, SyntaxColour>> = {
  keyword: "keyword",
  "selector-tag": "keyword",
  name: "keyword",
  section: "keyword",
  string: "string",
  regexp: "string",
  "meta.string": "string",
  char: "string",
  number: "number",
  literal: "literal",
  type: "literal",
  built_in: "literal",
  "title.class": "literal",
  "variable.language": "literal",
  comment: "comment",
  quote: "comment",
  addition: "added",
  deletion: "removed",
}

/** `emitter` is highlight.js's own (`_emitter` of a result); one without a tree gives no spans. */
export function spansOf(emitter: unknown): readonly SyntaxSpan[] {
  const spans: SyntaxSpan[] = []
  collect(isNode(emitter) ? emitter.rootNode : undefined, undefined, spans)
  return spans
}

function collect(node: unknown, inherited: SyntaxColour | undefined, spans: SyntaxSpan[]): void {
  if (typeof node === "string") {
    if (node !== "") spans.push(inherited === undefined ? { text: node } : { text: node, colour: inherited })
    return
  }
  if (!isNode(node) || !Array.isArray(node.children)) return
  const scope = typeof node.scope === "string" ? node.scope : ""
  // `subst` is code inside a string template: it starts afresh.
  const colour = scope === "subst" ? undefined : (colourOf(scope) ?? inherited)
  for (const child of node.children) collect(child, colour, spans)
}

function colourOf(scope: string): SyntaxColour | undefined {
  return colours[scope] ?? colours[scope.split(".")[0] ?? ""]
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}
