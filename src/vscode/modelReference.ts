// A model as one line of a setting ⇄ the model it names: "demo", the absolute path of a GGUF file, or an address
// and a model name with a blank between them. Pure text work; it looks nothing up.
import path from "node:path"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"

/** A model as the settings name it. `url` is a base URL that was checked, without a slash at its end. */
export type ModelChoice =
  | { readonly type: "demo" }
  | { readonly type: "file"; readonly path: string }
  | EndpointChoice

export type EndpointChoice = { readonly type: "endpoint"; readonly url: string; readonly model: string }

export type ModelReference =
  | { readonly ok: true; readonly choice: ModelChoice }
  /** One sentence for the user; never holds the line itself, which may hold anything. */
  | { readonly ok: false; readonly sentence: string }

/** The empty line names no model and isn't asked here. */
export function parseReference(line: string): ModelReference {
  const text = line.trim()
  if (text.length > maxLength) return refused("This is too long for a model.")
  if (unsafe.test(text)) return refused("A model can't hold control characters or invisible ones.")
  if (text === "demo") return { ok: true, choice: { type: "demo" } }
  if (path.isAbsolute(text)) return { ok: true, choice: { type: "file", path: text } }
  if (scheme.test(text)) return endpointReference(text)
  return refused(forms)
}

/** The line that parses to this choice. */
export function formatReference(choice: ModelChoice): string {
  switch (choice.type) {
    case "demo":
      return "demo"
    case "file":
      return choice.path
    case "endpoint":
      return `${choice.url} ${choice.model}`
  }
}

/** An address and a name that were entered apart, checked as one. */
export function endpointChoice(url: string, model: string): EndpointChoice | undefined {
  const parsed = parseReference(`${url.trim()} ${model.trim()}`)
  return parsed.ok && parsed.choice.type === "endpoint" ? parsed.choice : undefined
}

/** Why this can't be a model's name at an endpoint, as a sentence; undefined: it can. */
export function modelNameFault(name: string): string | undefined {
  const text = name.trim()
  if (text === "") return "Enter the model's name at this endpoint."
  if (text.length > maxNameLength) return "This is too long for a model's name."
  return unsafe.test(text) ? "A model's name can't hold control characters or invisible ones." : undefined
}

/** Characters; no path or address is longer. */
const maxLength = 4096
const maxNameLength = 200

/** Control and formatting characters, line breaks of any kind. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Any scheme: the address check says what is wrong with the others. */
const scheme = /^[a-z][a-z0-9+.-]*:\/\//i

const forms =
  'A model is "demo", the absolute path of a GGUF file, or an address and a model name with a blank between ' +
  'them: "https://openrouter.ai/api/v1 openai/gpt-oss-120b".'

function endpointReference(text: string): ModelReference {
  const [, address = "", model = ""] = /^(\S+)\s*(.*)$/.exec(text) ?? []
  const checked = endpointUrl(address)
  if (!checked.ok) return refused(checked.sentence)
  if (model === "") return refused("The model's name is missing: write it behind the address, after a blank.")
  const fault = modelNameFault(model)
  return fault === undefined
    ? { ok: true, choice: { type: "endpoint", url: checked.baseUrl, model } }
    : refused(fault)
}

function refused(sentence: string): ModelReference {
  return { ok: false, sentence }
}
