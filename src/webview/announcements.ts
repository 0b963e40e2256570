// What a screen reader hears, and nothing twice: one sentence when an answer begins and one when it ends, and a
// question or an error at once. The text itself is not read while it streams.
import type { Turn } from "../protocol/chatState.ts"
import type { FoundServer } from "../protocol/modelOffer.ts"
import { downloadNews } from "./downloadNews.ts"
import { counted } from "./figures.ts"
import { parseMarkdown } from "./markdown/parseMarkdown.ts"
import { lastTurn, type PageState, pendingApproval } from "./pageState.ts"

export type Announcement = { readonly region: "status" | "alert"; readonly text: string }

/** The announcements due after `before` became `after`. A state that was loaded as a whole says nothing. */
export function announcements(before: PageState, after: PageState): readonly Announcement[] {
  if (before.chat === undefined || before.chat.conversationId !== after.chat?.conversationId) return []
  const [then, now] = [lastTurn(before), lastTurn(after)]
  const said: Announcement[] = [
    ...modelWords(before, after),
    ...endpointWords(before, after),
    ...downloadNews(before.download, after.download),
  ]
  if (after.queue.length > before.queue.length) said.push({ region: "status", text: "Message waits" })
  if (now === undefined) return said
  const isNew = then?.id !== now.id
  if (isNew && now.status === "running") said.push({ region: "status", text: beginning(now) })
  const asked = pendingApproval(after)
  if (asked?.type === "tool" && asked.id !== pendingApproval(before)?.id) {
    said.push({ region: "alert", text: `Osprey asks: ${asked.approval?.title ?? ""}` })
  }
  if (now.status !== "running" && (isNew || then.status === "running")) said.push(ending(now))
  return said
}

/** Answers to what the user did on the welcome page. */
function modelWords(before: PageState, after: PageState): readonly Announcement[] {
  const words: string[] = []
  const chosen = before.model?.kind === "none" && after.model !== undefined && after.model.kind !== "none"
  if (chosen) words.push(`Model chosen: ${after.model?.label}`)
  if (after.servers?.looking === true && before.servers?.looking !== true) words.push("Looking")
  if (after.servers?.looking === false && before.servers?.looking === true)
    words.push(searchResult(after.servers.found ?? []))
  return words.map(text => ({ region: "status", text }))
}

/** When a check begins, and its verdict when it ends. */
function endpointWords(before: PageState, after: PageState): readonly Announcement[] {
  const [then, now] = [before.endpoint?.report, after.endpoint?.report]
  if (now === undefined || (now.status === "running") === (then?.status === "running")) return []
  return [{ region: "status", text: now.verdict }]
}

/** "2 servers found, 1 with gpt-oss". */
function searchResult(found: readonly FoundServer[]): string {
  const usable = found.filter(server => server.models.length > 0).length
  if (found.length === 0) return "No server found"
  return `${counted(found.length, "server")} found, ${usable === 0 ? "none" : usable} with gpt-oss`
}

function beginning(turn: Turn): string {
  return turn.waiting?.stage === "loading" ? "Loading the model" : "Generating"
}

function ending(turn: Turn): Announcement {
  if (turn.notice !== undefined) {
    return { region: turn.notice.kind === "error" ? "alert" : "status", text: turn.notice.title }
  }
  if (turn.status === "stopped") return { region: "status", text: "Stopped" }
  return { region: "status", text: `Answer complete, ${sizeOf(turn)}` }
}

/** "6 paragraphs, 1 code block". */
function sizeOf(turn: Turn): string {
  const texts = turn.steps.filter(step => step.type === "text").map(step => step.text)
  const types = texts.flatMap(text => parseMarkdown(text).blocks.map(block => block.node.type))
  const code = types.filter(type => type === "fence" || type === "code_block").length
  const prose = types.length - code
  return [counted(prose, "paragraph"), ...(code === 0 ? [] : [counted(code, "code block")])].join(", ")
}
