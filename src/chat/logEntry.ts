// One line of a conversation's log, parsed on entry: the file may be cut, old or changed by hand, and a line
// that isn't understood is skipped, never believed.
import * as v from "valibot"
import type { Message } from "../harmony/message.ts"
import type { ChatChange } from "../protocol/chatState.ts"

export type LogEntry =
  /** The first line. `date` is the conversation's fixed date for the prompt. */
  | { readonly kind: "conversation"; readonly version: 1; readonly id: string; readonly date: string }
  /** What the page shows. */
  | { readonly kind: "change"; readonly change: ChatChange }
  /** What the model is told: messages to append to a turn's history. */
  | { readonly kind: "history"; readonly turnId: string; readonly messages: readonly Message[] }

const noticeAction = v.object({
  label: v.string(),
  does: v.picklist([
    "retry",
    "continue",
    "newChat",
    "enterKey",
    "chooseModel",
    "chooseFile",
    "openSettings",
    "showLog",
    "manageTrust",
    "checkEndpoint",
  ]),
})

const notice = v.object({
  kind: v.picklist(["error", "warning", "info"]),
  title: v.string(),
  sentence: v.string(),
  said: v.exactOptional(v.string()),
  actions: v.array(noticeAction),
})

const step = v.variant("type", [
  v.object({
    type: v.literal("reasoning"),
    id: v.string(),
    text: v.string(),
    tokens: v.number(),
    startedAt: v.number(),
    ms: v.exactOptional(v.number()),
  }),
  v.object({ type: v.literal("preamble"), id: v.string(), text: v.string() }),
  v.object({ type: v.literal("text"), id: v.string(), text: v.string() }),
  v.object({ type: v.literal("repaired"), id: v.string(), codes: v.array(v.string()) }),
  v.object({
    type: v.literal("tool"),
    id: v.string(),
    tool: v.string(),
    icon: v.string(),
    doing: v.string(),
    did: v.string(),
    object: v.string(),
    range: v.exactOptional(v.string()),
    status: v.picklist(["waiting", "running", "done", "failed", "refused"]),
    startedAt: v.number(),
    ms: v.exactOptional(v.number()),
    summary: v.exactOptional(v.string()),
    arguments: v.array(v.object({ name: v.string(), value: v.string() })),
    result: v.exactOptional(v.string()),
    extent: v.exactOptional(v.string()),
  }),
])

const status = v.picklist(["running", "done", "stopped", "interrupted", "failed", "paused"])

const meta = v.object({
  model: v.string(),
  provider: v.exactOptional(v.string()),
  tokensPerSecond: v.exactOptional(v.number()),
  firstTokenMs: v.exactOptional(v.number()),
  tokens: v.number(),
  reasoningTokens: v.exactOptional(v.number()),
  promptTokens: v.exactOptional(v.number()),
  reused: v.exactOptional(v.number()),
  cost: v.exactOptional(v.number()),
  isEstimate: v.exactOptional(v.boolean()),
})

const turn = v.object({
  id: v.string(),
  text: v.string(),
  at: v.number(),
  status,
  steps: v.array(step),
  meta: v.exactOptional(meta),
  notice: v.exactOptional(notice),
})

const change = v.variant("type", [
  v.object({ type: v.literal("turnAdded"), turn }),
  v.object({ type: v.literal("stepAdded"), turnId: v.string(), step }),
  v.object({
    type: v.literal("stepAppended"),
    turnId: v.string(),
    stepId: v.string(),
    text: v.string(),
    tokens: v.number(),
  }),
  v.object({ type: v.literal("stepChanged"), turnId: v.string(), step }),
  v.object({
    type: v.literal("turnChanged"),
    turnId: v.string(),
    status: v.exactOptional(status),
    meta: v.exactOptional(v.nullable(meta)),
    notice: v.exactOptional(v.nullable(notice)),
  }),
  v.object({ type: v.literal("turnsDropped"), fromTurnId: v.string() }),
])

/** What opens a conversation is made anew for every request, so only text is stored; a developer's is a note. */
const message = v.object({
  role: v.picklist(["developer", "user", "assistant", "tool"]),
  name: v.exactOptional(v.string()),
  recipient: v.exactOptional(v.string()),
  channel: v.exactOptional(v.string()),
  contentType: v.exactOptional(v.string()),
  content: v.union([v.string(), v.array(v.string())]),
})

const logEntry = v.variant("kind", [
  v.object({ kind: v.literal("conversation"), version: v.literal(1), id: v.string(), date: v.string() }),
  v.object({ kind: v.literal("change"), change }),
  v.object({ kind: v.literal("history"), turnId: v.string(), messages: v.array(message) }),
])

/** The entry of one line, or undefined if the line isn't one. Never throws. */
export function parseLogEntry(line: string): LogEntry | undefined {
  try {
    const parsed = v.safeParse(logEntry, JSON.parse(line))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}
