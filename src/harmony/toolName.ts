// The tool that a call's recipient means. Never maps a name to a similar one: what isn't offered stays unknown.
import { isBuiltin, type Offered } from "./offered.ts"

export type ToolName = {
  readonly name: string
  readonly kind: "function" | "builtin" | "unknown"
  /** The recipient held more than the name. */
  readonly polluted: boolean
}

const prefix = "functions."

export function toolName(recipient: string, offered: Offered): ToolName {
  const named = recipient.startsWith(prefix) ? recipient.slice(prefix.length) : recipient
  const name = cleaned(named)
  const polluted = name !== named
  if (offered.tools.includes(name)) return { name, kind: "function", polluted }
  const unglued = cleaned(name.replace(/(?:json|code|commentary|analysis)$/, ""))
  if (offered.tools.includes(unglued)) return { name: unglued, kind: "function", polluted: true }
  return { name, kind: isBuiltin(name, offered) ? "builtin" : "unknown", polluted }
}

function cleaned(name: string): string {
  return name
    .replace(/^(?:functions\.)+/, "")
    .replace(/<\|.*$/s, "")
    .replace(/[^\p{L}\p{N}_]+$/u, "")
}
