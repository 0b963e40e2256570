// Characters that change what a reader sees without being seen: direction overrides, zero-width signs, tag
// characters. Code shows them as "U+202E"; copying still gives exactly what the model wrote.

export type VisiblePart = { readonly text: string; readonly hidden: boolean }

const hidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

export function visibleParts(text: string): readonly VisiblePart[] {
  const parts: VisiblePart[] = []
  let end = 0
  for (const match of text.matchAll(hidden)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index), hidden: false })
    parts.push({ text: codePointName(match[0]), hidden: true })
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ text: text.slice(end), hidden: false })
  return parts
}

export function hiddenCount(text: string): number {
  return text.match(hidden)?.length ?? 0
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
}
