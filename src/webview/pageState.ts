// Everything the page shows, as one value, and the pure steps that change it: the host's conversation (applied
// with the reducer both sides share) and what only this page knows, such as the draft and the open rows. Knows
// neither DOM nor host.
import type { HostToView } from "../protocol/chatProtocol.ts"
import {
  applyChatChange,
  type ChatChange,
  type ChatState,
  type ModelState,
  type Turn,
} from "../protocol/chatState.ts"
import type { EndpointPage } from "../protocol/endpointPage.ts"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import type { ServerSearch } from "../protocol/modelOffer.ts"
import type { SavedView } from "./savedView.ts"

export type PageState = {
  /** Undefined until the host has sent its state. */
  readonly chat: ChatState | undefined
  readonly model: ModelState | undefined
  /** Undefined until the user had servers looked for. */
  readonly servers: ServerSearch | undefined
  /** A model's download, while there is one to show. */
  readonly download: ModelDownload | undefined
  /** The page about the endpoint, while it covers the conversation. */
  readonly endpoint: EndpointPage | undefined
  /** Reasoning rows are open unless closed, not closed unless opened. */
  readonly showReasoning: boolean
  readonly draft: string
  /** Messages that wait for the running turn's end. */
  readonly queue: readonly string[]
  /** Sent, but not seen in the conversation yet. */
  readonly sending: string | undefined
  /** Keys of rows, code blocks and messages the user opened; closed, for a row that is open by itself. */
  readonly open: ReadonlySet<string>
  /** Turns whose steps are folded to one row. */
  readonly folded: ReadonlySet<string>
  /** How many of the latest turns are drawn at most, and how many characters of them. */
  readonly shownTurns: number
  readonly shownText: number
  /** Position in the earlier messages while ↑ and ↓ walk through them; 0 is the draft. */
  readonly recalled: number
}

const turnsAtFirst = 40
/** What a browser has to go through for each word that comes: with ten times as much a frame takes 50 ms. */
const textAtFirst = 150_000

export function initialPage(saved: SavedView): PageState {
  return {
    chat: undefined,
    model: undefined,
    servers: undefined,
    download: undefined,
    endpoint: undefined,
    showReasoning: false,
    draft: saved.draft,
    queue: saved.queue,
    sending: saved.sending,
    open: new Set(saved.open),
    folded: new Set(),
    shownTurns: turnsAtFirst,
    shownText: textAtFirst,
    recalled: 0,
  }
}

/** The page after a message of the host; messages it doesn't know change nothing. */
export function receive(page: PageState, message: HostToView): PageState {
  switch (message.type) {
    case "state":
      return received({ ...page, showReasoning: message.showReasoning }, message.state, message.model)
    case "change":
      return changed(page, message.change)
    case "settings":
      return { ...page, model: message.model, showReasoning: message.showReasoning }
    case "servers":
      return { ...page, servers: { ...page.servers, ...message.search } }
    case "download":
      return downloaded(page, message.download ?? undefined)
    case "endpoint":
      return { ...page, endpoint: message.page ?? undefined }
    default:
      return page
  }
}

/** Among `open`: the question whether to delete what was downloaded. It ends with the download. */
export const deleteQuestion = "delete-download"

function downloaded(page: PageState, download: ModelDownload | undefined): PageState {
  const isOver = download === undefined || download.phase.kind === "ready" || download.phase.kind === "failed"
  if (!isOver || !page.open.has(deleteQuestion)) return { ...page, download }
  return { ...page, download, open: new Set([...page.open].filter(key => key !== deleteQuestion)) }
}

function received(page: PageState, chat: ChatState, model: ModelState): PageState {
  const other = page.chat !== undefined && page.chat.conversationId !== chat.conversationId
  const arrived = chat.turns.at(-1)?.text === page.sending
  const lost = page.sending !== undefined && !arrived && !other
  const next: PageState = {
    ...page,
    chat,
    model,
    sending: undefined,
    draft: lost && page.draft === "" ? (page.sending ?? "") : page.draft,
    queue: other ? [] : page.queue,
    open: other ? new Set() : page.open,
    folded: new Set(chat.turns.filter(isFoldable).map(turn => turn.id)),
    shownTurns: other ? turnsAtFirst : page.shownTurns,
    shownText: other ? textAtFirst : page.shownText,
    recalled: 0,
  }
  return settledQueue(next)
}

function changed(page: PageState, change: ChatChange): PageState {
  if (page.chat === undefined) return page
  const next = { ...page, chat: applyChatChange(page.chat, change) }
  if (change.type === "turnAdded") return { ...next, sending: undefined, recalled: 0 }
  return change.type === "turnChanged" ? settledQueue(next) : next
}

/** When a turn ended in another way than by itself, waiting messages go back to the composer: nothing is lost. */
function settledQueue(page: PageState): PageState {
  const status = lastTurn(page)?.status
  if (page.queue.length === 0 || status === "running" || status === "done" || status === undefined)
    return page
  const draft = [...page.queue, page.draft].filter(text => text !== "").join("\n\n")
  return { ...page, queue: [], draft }
}

/** A message leaves the composer: at once, or into the queue while a turn runs. */
export function submit(page: PageState): { readonly page: PageState; readonly send?: string } {
  const text = page.draft.trim()
  if (text === "" || page.chat === undefined) return { page }
  const cleared = { ...page, draft: "", recalled: 0 }
  if (isBusy(page)) return { page: { ...cleared, queue: [...page.queue, text] } }
  return { page: { ...cleared, sending: text }, send: text }
}

/** The first waiting message, when its time has come. */
export function takeQueued(page: PageState): { readonly page: PageState; readonly send?: string } {
  const text = page.queue[0]
  if (text === undefined || isBusy(page) || page.chat === undefined) return { page }
  return { page: { ...page, queue: page.queue.slice(1), sending: text }, send: text }
}

export function withoutQueued(page: PageState, index: number): PageState {
  return { ...page, queue: page.queue.toSpliced(index, 1) }
}

/** The waiting message goes back into the composer, in front of what stands there. */
export function editQueued(page: PageState, index: number): PageState {
  const text = page.queue[index] ?? ""
  const draft = page.draft.trim() === "" ? text : `${text}\n\n${page.draft}`
  return { ...withoutQueued(page, index), draft }
}

export function toggled(page: PageState, key: string): PageState {
  const open = new Set(page.open)
  if (!open.delete(key)) open.add(key)
  return { ...page, open }
}

/** ↑ (1) and ↓ (−1) through earlier messages, latest first; back at 0 the field is empty. */
export function recall(page: PageState, step: 1 | -1): PageState {
  const earlier = (page.chat?.turns ?? []).map(turn => turn.text).reverse()
  const recalled = Math.min(Math.max(page.recalled + step, 0), earlier.length)
  return recalled === page.recalled ? page : { ...page, recalled, draft: earlier[recalled - 1] ?? "" }
}

/** Folds the running turn's steps when its answer has begun; `mayMove`: nobody reads or works in them now. */
export function foldedSteps(page: PageState, mayMove: boolean): PageState {
  const turn = lastTurn(page)
  if (turn === undefined || !mayMove || page.folded.has(turn.id) || !isFoldable(turn)) return page
  if (turn.steps.some(step => page.open.has(step.id))) return page
  return { ...page, folded: new Set([...page.folded, turn.id]) }
}

/** Four or more tool rows, and then text. */
export function isFoldable(turn: Turn): boolean {
  const tools = turn.steps.filter(step => step.type === "tool")
  return tools.length >= 4 && turn.steps.findLastIndex(step => step.type === "text") > lastToolIndex(turn)
}

function lastToolIndex(turn: Turn): number {
  return turn.steps.findLastIndex(step => step.type === "tool")
}

/** The latest turns, as they are drawn. The last one doesn't count, so none goes while its text grows. */
export function drawnTurns({ chat, shownTurns, shownText }: PageState): readonly Turn[] {
  const turns = chat?.turns ?? []
  let first = Math.max(0, turns.length - 1)
  let text = 0
  while (first > 0 && turns.length - first < shownTurns) {
    text += textLength(turns[first - 1])
    if (text > shownText) break
    first--
  }
  return turns.slice(first)
}

/** The user wants earlier turns: at least one. */
export function withEarlier(page: PageState): PageState {
  const drawn = drawnTurns(page)
  const next = page.chat?.turns.at(-drawn.length - 1)
  const needed = [next, ...drawn.slice(0, -1)].reduce((sum, turn) => sum + textLength(turn), 0)
  return {
    ...page,
    shownTurns: page.shownTurns + turnsAtFirst,
    shownText: Math.max(page.shownText + textAtFirst, needed),
  }
}

/** Of what is drawn without being opened. */
function textLength(turn: Turn | undefined): number {
  const texts = (turn?.steps ?? []).map(step => (step.type === "text" ? step.text.length : 0))
  return texts.reduce((sum, length) => sum + length, turn?.text.length ?? 0)
}

export function isBusy(page: PageState): boolean {
  return page.sending !== undefined || lastTurn(page)?.status === "running"
}

export function lastTurn(page: PageState): Turn | undefined {
  return page.chat?.turns.at(-1)
}

/** US dollars of all answers; undefined unless more than one has a price. */
export function conversationCost(turns: readonly Turn[]): number | undefined {
  const costs = turns.map(turn => turn.meta?.cost).filter(cost => cost !== undefined)
  return costs.length < 2 ? undefined : costs.reduce((sum, cost) => sum + cost, 0)
}

/** No model is chosen: the welcome page stands in the composer's place. A running turn keeps its Stop button. */
export function showsWelcome(page: PageState): boolean {
  return page.chat !== undefined && page.model?.kind === "none" && !isBusy(page)
}

/** The question that waits for the user, if any. */
export function pendingApproval(page: PageState) {
  const turn = lastTurn(page)
  if (turn?.status !== "running") return undefined
  return turn.steps.find(
    step => step.type === "tool" && step.status === "waiting" && step.approval !== undefined,
  )
}
