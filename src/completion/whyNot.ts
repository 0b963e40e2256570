// The gate: the first reason why a keystroke gets no suggestion, before anything is computed or asked.
import { isSecretPath } from "../context/isSecretPath.ts"
import type { PowerPolicy } from "../model/local/power/powerPolicy.ts"
import type { Reason, SuggestRequest } from "./suggestion.ts"

/** What the user set, and what the computer's power allows. */
export type CompletionOptions = {
  readonly enabled: boolean
  /** `onRequest`: only when the user asks for a suggestion. */
  readonly trigger: "automatic" | "onRequest"
  readonly disabledLanguages: readonly string[]
  /** Whether an endpoint is asked that can only chat; each suggestion is a request there. */
  readonly hosted: "off" | "onPause"
  /** Milliseconds since 1970; 0 when nothing sleeps. */
  readonly snoozedUntil: number
  /** For the model that would write; `onMains` unless that is one of this computer. */
  readonly power: Pick<PowerPolicy, "worksAhead" | "ghostText" | "pauseMs">
}

/** Longer lines are minified or data. In characters. */
export const longestLine = 2000

/** undefined: go on. */
export function whyNot(request: SuggestRequest, options: CompletionOptions, now: number): Reason | undefined {
  return reasons.find(([, applies]) => applies(request, options, now))?.[0]
}

type Applies = (request: SuggestRequest, options: CompletionOptions, now: number) => boolean

const automatic = ({ trigger }: SuggestRequest) => trigger === "automatic"

const reasons: readonly (readonly [Reason, Applies])[] = [
  ["unsupported", ({ document }) => document === "unsupported"],
  ["readOnly", ({ document }) => document === "readOnly"],
  ["secretFile", ({ fullPaths }) => fullPaths.some(isSecretPath)],
  ["off", (request, { enabled }) => !enabled && automatic(request)],
  [
    "languageOff",
    (request, { disabledLanguages }) => disabledLanguages.includes(request.languageId) && automatic(request),
  ],
  ["snoozed", (request, { snoozedUntil }, now) => now < snoozedUntil && automatic(request)],
  ["onRequest", (request, { trigger }) => trigger === "onRequest" && automatic(request)],
  ["onBattery", (request, { power }) => power.ghostText === "onRequest" && automatic(request)],
  ["severalCursors", ({ cursors }) => cursors > 1],
  ["selection", ({ hasSelection }) => hasSelection],
  ["tooLarge", ({ document }) => document === "tooLarge"],
  ["longLine", ({ before, after }) => linePrefix(before).length + restOfLine(after).length > longestLine],
  ["emptyFile", ({ before }) => before.trim() === ""],
  ["midWord", ({ before, after }) => endsInWord.test(before.slice(-1)) && beginsWord.test(after)],
  ["midLine", ({ after }) => !onlyClosing.test(restOfLine(after))],
]

const endsInWord = /[\p{L}\p{N}_$]$/u
const beginsWord = /^[\p{L}\p{N}_$]/u

/** What an editor or a person leaves after the cursor before the line is written: brackets, quotes, an end. */
const onlyClosing = /^\s*[)>}\]"'`]*\s*[:{;,]?\s*$/

/** The cursor's line up to the cursor. */
export function linePrefix(before: string): string {
  return before.slice(before.lastIndexOf("\n") + 1)
}

/** The cursor's line from the cursor on. */
export function restOfLine(after: string): string {
  const end = after.indexOf("\n")
  return end < 0 ? after : after.slice(0, end)
}
