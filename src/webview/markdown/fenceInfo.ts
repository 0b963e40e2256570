// The words after a code fence: language and, where the model gave one, a file name. Both are text of the
// model's: shown and used to look up a grammar, nothing else.

export type FenceInfo = {
  /** Lower case, "" where none is named. */
  readonly language: string
  /** As written, "" where none is named. */
  readonly fileName: string
}

/** "ts" · "ts title=a.ts" · "ts:src/a.ts" · "ts src/a.ts" · "src/a.ts". */
export function fenceInfo(info: string): FenceInfo {
  const words = info.trim().split(/\s+/)
  const first = words[0] ?? ""
  const named = /(?:title|file|filename|path)=["']?([^"'\s]+)/.exec(info)?.[1]
  const [beforeColon, afterColon] = splitOnce(first, ":")
  if (afterColon !== undefined) return { language: asLanguage(beforeColon), fileName: named ?? afterColon }
  if (isFileName(first))
    return { language: asLanguage(first.slice(first.lastIndexOf(".") + 1)), fileName: first }
  const second = words.find((word, index) => index > 0 && isFileName(word) && !word.includes("="))
  return { language: asLanguage(first), fileName: named ?? second ?? "" }
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator)
  return at <= 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function isFileName(word: string): boolean {
  return /^[\w@./-]*[\w-]\.[a-z]\w{0,9}$/i.test(word)
}

function asLanguage(word: string): string {
  return /^[\w+#.-]{1,40}$/.test(word) ? word.toLowerCase() : ""
}
