// What a plain answer says about an endpoint: does it stream, does it count tokens, is the format's markup kept out
// of it, does it carry reasoning, does it take an effort. Pure: answers in, conclusions out.
import type { DoctorFinding } from "../../../protocol/endpointPage.ts"
import type { ChatDialect } from "../chatDialect.ts"
import type { Conclusion } from "./doctorChecks.ts"
import type { Place } from "./placeFindings.ts"
import { hostOf, itSaid } from "./plainWords.ts"
import { isLeaked, type ProbeAnswer } from "./probeAnswer.ts"

export function judgeStreaming(answer: ProbeAnswer, place: Place): Conclusion {
  if (answer.error !== undefined) return { check: "streaming", findings: [failed(answer.error, place)] }
  const findings = [...noWords(answer), ...onePiece(answer), ...noCounts(answer)]
  return findings.some(({ severity }) => severity !== "info")
    ? { check: "streaming", findings }
    : { check: "streaming", passed: "Streaming", findings }
}

export function judgeMarkup(answer: ProbeAnswer, { server }: Place): Conclusion {
  if (!isLeaked(answer)) return { check: "markup", passed: "No leaked markup" }
  const fromLlama = server === "llamaServer" ? { remedy: "--jinja --reasoning-format auto" } : {}
  return {
    check: "markup",
    findings: [
      {
        id: "markup",
        severity: "warning",
        title: "The format's markup leaks into answers",
        reason:
          server === "llamaServer"
            ? "This llama-server hands on what the model wrote without reading it. Start it with:"
            : "The server hands on what the model wrote without reading it. A newer version may mend that.",
        ...fromLlama,
        meanwhile: "Until then Osprey reads the answer out of the markup.",
      },
    ],
  }
}

/** `high` is the answer at high effort; `form` is how effort can be asked for after all answers, null: in no way. */
export function judgeEffort(high: ProbeAnswer, form: ChatDialect["effort"]): Conclusion {
  if (form !== null && high.error === undefined) return { check: "effort", passed: "Effort levels" }
  if (form !== null && high.error?.kind !== "badRequest") return { check: "effort" }
  return {
    check: "effort",
    findings: [
      {
        id: "effort",
        severity: "info",
        title: "The reasoning effort can't be set here",
        reason: "The server refuses it, so the model reasons as long as the server is set to.",
        meanwhile: "Osprey leaves it out and tries again in a week.",
      },
    ],
  }
}

/** Over all answers, as a short one may need no reasoning. */
export function judgeReasoning(answers: readonly ProbeAnswer[]): Conclusion {
  const field = answers.map(({ learnt }) => learnt.reasoningField).find(Boolean)
  if (field !== undefined) return { check: "reasoning", passed: `Reasoning field: ${field}` }
  if (answers.some(({ reasoning }) => reasoning !== ""))
    return { check: "reasoning", passed: "Reasoning shown" }
  // Leaked reasoning was read as such, or it may be in the text: nothing is known of a field.
  if (answers.some(isLeaked) || answers.every(({ error }) => error !== undefined))
    return { check: "reasoning" }
  return {
    check: "reasoning",
    findings: [
      {
        id: "reasoning",
        severity: "info",
        title: "The server keeps the reasoning to itself",
        reason: "So it can't be passed back between tool calls, and longer tasks may lose their thread.",
      },
    ],
  }
}

function failed(error: NonNullable<ProbeAnswer["error"]>, place: Place): DoctorFinding {
  const host = hostOf(place.baseUrl)
  const common = { id: "streaming", severity: "error" } as const
  switch (error.kind) {
    case "rateLimited": {
      const seconds = error.detail.retryAfter
      const reason = seconds === undefined ? "Check again later." : `It asks to wait ${Math.ceil(seconds)} s.`
      return { ...common, severity: "warning", title: `${host} is too busy to be checked now`, reason }
    }
    case "timeout":
      return {
        ...common,
        title: "No answer came in time",
        reason: "The model may still be loading, or the server is very busy. Check again shortly.",
      }
    case "streamCut":
      return {
        ...common,
        title: "An answer broke off",
        reason: "The connection ended before the answer did. A proxy in between may have cut it.",
      }
    case "internal":
      return { ...common, title: "Something went wrong in Osprey", reason: "The fault isn't the server's." }
    default:
      return {
        ...common,
        title: "A plain question fails",
        reason: `The server gave no answer.${itSaid(error)}`,
      }
  }
}

function noWords({ text, finish }: ProbeAnswer): readonly DoctorFinding[] {
  if (text !== "" || finish === "length") return []
  return [
    {
      id: "streaming",
      severity: "warning",
      title: "An answer came back empty",
      reason: "The server ended the answer before its first word, which gpt-oss servers sometimes do.",
      meanwhile: "Osprey asks once more by itself when that happens.",
    },
  ]
}

/** A leaked answer is read at its end, so its pieces say nothing. */
function onePiece(answer: ProbeAnswer): readonly DoctorFinding[] {
  const kinds = (answer.text === "" ? 0 : 1) + (answer.reasoning === "" ? 0 : 1)
  if (answer.pieces > kinds || answer.text.length < 20 || isLeaked(answer)) return []
  return [
    {
      id: "streaming",
      severity: "warning",
      title: "Answers arrive in one piece",
      reason: "Nothing shows before an answer is complete. The server or a proxy in between gathers it.",
    },
  ]
}

function noCounts({ usage }: ProbeAnswer): readonly DoctorFinding[] {
  if (usage !== undefined && usage.isEstimate !== true) return []
  return [
    {
      id: "usage",
      severity: "info",
      title: "No token counts come with answers",
      reason: "The server doesn't say how many tokens an answer took.",
      meanwhile: "Osprey counts itself and marks the numbers as estimates.",
    },
  ]
}
