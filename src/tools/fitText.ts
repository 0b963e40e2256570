// Cuts a text that is too long for a model, at the end of a line where there is one. Says nothing itself about
// the cut; who cuts does.

/** Characters of a tool result at most. */
export const resultLimit = 32 * 1024

/** The longest beginning of whole lines within `limit` characters; a first line longer than that is cut in it. */
export function fitText(text: string, limit: number): string {
  if (text.length <= limit) return text
  const lineEnd = text.lastIndexOf("\n", limit - 1)
  const end = lineEnd > 0 ? lineEnd + 1 : limit
  const last = text.charCodeAt(end - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)
}
