// For servers that render prompts from plain text: there a word like `<|end|>` in a file could end the message that it
// stands in (SR-7). Our own prompts need none of this: text never becomes a control token in them.

/** Markers of Harmony's form, and those of gpt-oss's reserved tokens. */
const marker = /<\|(?=[a-z_\d]{1,40}\|>)/g

/** The same text, but with a blank in whatever spells a control token: `<|end|>` → `< |end|>`. */
export function plainText(text: string): string {
  return text.includes("<|") ? text.replace(marker, "< |") : text
}
