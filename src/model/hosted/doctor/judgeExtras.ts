// What is good to have: answers by JSON schema, room for a conversation, raw completions. Pure: what was seen in,
// conclusions out.
import type { RawForm } from "../chatDialect.ts"
import type { Conclusion } from "./doctorChecks.ts"
import type { Place } from "./placeFindings.ts"
import { count } from "./plainWords.ts"
import type { ProbeAnswer } from "./probeAnswer.ts"
import { serverWords } from "./serverKinds.ts"

/** Tokens that gpt-oss was made for, both sizes. */
const fullContext = 131_072

/** Tokens; below, a few files fill the conversation. */
const smallContext = 16_384

/** `isRight` says whether a parsed answer has the form that was asked for. */
export function judgeJson(answer: ProbeAnswer, isRight: (value: unknown) => boolean): Conclusion {
  if (answer.error !== undefined && answer.error.kind !== "badRequest") return { check: "json" }
  const isRefused =
    answer.error !== undefined || answer.learnt.refusedKeys?.includes("response_format") === true
  if (!isRefused && isRight(parsed(answer.text))) return { check: "json", passed: "JSON by schema" }
  return {
    check: "json",
    findings: [
      {
        id: "json",
        severity: "info",
        title: isRefused ? "Answers by JSON schema are refused" : "A JSON schema isn't followed",
        reason: isRefused
          ? "The server doesn't take a schema for the answer."
          : "The answer had another form, as with gpt-oss at several servers.",
        meanwhile: "Osprey checks such answers itself and never relies on their form.",
      },
    ],
  }
}

/** `tokens` is undefined where the server doesn't say. */
export function judgeContext(tokens: number | undefined, { server, model }: Place): Conclusion {
  if (tokens === undefined) return { check: "context" }
  if (tokens >= smallContext) return { check: "context", passed: `Context: ${count(tokens)} tokens` }
  const { context, contextPlace = "Raise it with:" } = serverWords[server]
  const size = /120b/i.test(model) ? "gpt-oss-120b" : /20b/i.test(model) ? "gpt-oss-20b" : "gpt-oss"
  return {
    check: "context",
    findings: [
      {
        id: "context",
        severity: "warning",
        title: `Context is ${count(tokens)} tokens`,
        reason: `${size} can hold ${count(fullContext)}.${context === undefined ? "" : ` ${contextPlace}`}`,
        ...(context !== undefined && { remedy: context }),
        meanwhile: "Until then Osprey sends less, and conversations are full sooner.",
      },
    ],
  }
}

/** null: asked, and it can't; undefined: not known. */
export function judgeRaw(form: RawForm | null | undefined): Conclusion {
  if (form === undefined) return { check: "raw" }
  return form === null
    ? { check: "raw", outlook: "Ghost text needs raw completions, which this endpoint doesn't offer." }
    : { check: "raw", passed: "Raw completions", outlook: "Ghost text will use raw completions here." }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
