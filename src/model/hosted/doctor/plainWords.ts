// Pieces of the doctor's sentences: hosts, numbers, and the little a server itself may say in them.
import { oneLine } from "../../../base/oneLine.ts"
import type { ModelError } from "../../modelError.ts"

/** Characters of a server's own words in a sentence. */
const maxSaid = 160

/** "localhost:8000"; the text itself where it is no address. */
export function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : foreign(baseUrl)
}

/** A name or text of others on one line, without characters that hide or turn text, and short. */
export function foreign(text: string, length = maxSaid): string {
  const plain = oneLine(text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " "))
  return plain.length > length ? `${plain.slice(0, length)}…` : plain
}

/** ` It said: "…".` with a space before it, or nothing. Keys were cut out when the error was made. */
export function itSaid(error: ModelError): string {
  const said = foreign(error.detail.said ?? "")
  return said === "" ? "" : ` It said: “${said}”`
}

/** "131,072" */
export function count(value: number): string {
  return value.toLocaleString("en-US")
}

/** "1 model", "3 models" */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`
}

/** The name if it can stand in a command line as it is, else the usual one. */
export function inCommand(name: string, usual: string): string {
  return /^[A-Za-z0-9][\w./:-]{0,120}$/.test(name) ? name : usual
}
