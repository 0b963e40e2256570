// START HERE for the chat page: host messages and user actions change one value, and once per animation frame it
// is drawn. The host holds the truth; this page asks for it when it starts.
import { render } from "lit"
import { type Announcement, announcements } from "./announcements.ts"
import { announcer } from "./announcer.ts"
import { approvalGate } from "./approvalGate.ts"
import { hostLink } from "./hostLink.ts"
import { firstPlace, keepFocus } from "./keepFocus.ts"
import { loadHighlight } from "./loadHighlight.ts"
import { logKey } from "./logKeys.ts"
import type { PageAction, ViewContext } from "./pageAction.ts"
import {
  editQueued,
  foldedSteps,
  initialPage,
  isBusy,
  type PageState,
  pendingApproval,
  recall,
  receive,
  showsWelcome,
  submit,
  takeQueued,
  toggled,
  withEarlier,
  withoutQueued,
} from "./pageState.ts"
import { nothingSaved } from "./savedView.ts"
import { scrollFollower } from "./scrollFollower.ts"
import { chatPage, type ReadingPlace } from "./view/chatPage.ts"
import { composerId } from "./view/composer.ts"
import { forgetMarkdown } from "./view/markdownView.ts"

/** Two Escapes within this many milliseconds stop the answer. */
const doubleEscape = 1_000
const copiedFor = 1_500

const root = document.querySelector("main") ?? document.body
const ownScript = document.currentScript
const say = announcer(document)
const gate = approvalGate(document)
const host = hostLink(message => {
  if (message.type === "focusComposer") focusComposer()
  else if (message.type === "announce") say({ region: "status", text: message.text })
  else change(receive(page, message))
})

const saved = host.saved()
let page = initialPage(saved)
let anchor = saved.anchor
let copied: string | undefined
let hasNews = false
let lastEscape = Number.NEGATIVE_INFINITY
let scheduled = false
let saveTimer: number | undefined

draw()
const log = root.querySelector<HTMLElement>(".log") ?? root
const scroll = scrollFollower(log, schedule, () => !showsWelcome(page) || page.chat?.turns.length !== 0)
log.addEventListener("scroll", saveSoon, { passive: true })
log.addEventListener("keydown", event => logKey(event, log, focusComposer))
document.addEventListener("keydown", stopOnDoubleEscape)
window.addEventListener("osprey-highlight", schedule)
window.addEventListener("pagehide", save)
window.addEventListener("focus", () => {
  if (document.activeElement === document.body && pendingApproval(page) === undefined) focusComposer()
})
setInterval(() => {
  if (isBusy(page)) schedule()
}, 1_000)
host.post({ type: "ready" })
requestAnimationFrame(() =>
  setTimeout(() => {
    if (ownScript instanceof HTMLScriptElement) loadHighlight(ownScript)
  }),
)

function act(action: PageAction): void {
  switch (action.type) {
    case "post":
      host.post(action.message)
      break
    case "send":
      scroll.toEnd()
      sendFrom(submit(page))
      break
    case "draft":
      change({ ...page, draft: action.text, recalled: 0 })
      break
    case "suggest":
      change({ ...page, draft: action.text })
      focusComposer()
      break
    case "recall":
      change(recall(page, action.step))
      break
    case "toggle":
      change(toggled(page, action.key))
      break
    case "copy":
      host.post({ type: "copy", text: action.text })
      showCopied(action.key)
      break
    case "answer":
      if (!gate.mayAnswer(action.stepId)) break
      host.post({ type: "answerApproval", stepId: action.stepId, allow: action.allow })
      focusComposer()
      break
    case "editQueued":
      change(editQueued(page, action.index))
      focusComposer()
      break
    case "removeQueued":
      change(withoutQueued(page, action.index))
      break
    case "showEarlier":
      // At the very top the browser would keep the top in place instead of what is read.
      log.scrollTop = Math.max(log.scrollTop, 1)
      change(withEarlier(page))
      break
    case "toEnd":
      scroll.toEnd()
      break
    default:
      action satisfies never
  }
}

function sendFrom(result: { readonly page: PageState; readonly send?: string }): void {
  change(result.page)
  if (result.send !== undefined) host.post({ type: "send", text: result.send })
}

/** Everything that changes the page comes through here. */
function change(next: PageState): void {
  const before = page
  page = foldedSteps(next, mayFold())
  if (before.chat !== undefined && before.chat.conversationId !== page.chat?.conversationId) {
    forgetMarkdown()
    scroll.toEnd()
  }
  if (showsWelcome(before) && !showsWelcome(page)) scroll.toEnd()
  const due: readonly Announcement[] = announcements(before, page)
  for (const announcement of due) say(announcement)
  if (before.chat !== page.chat && !scroll.follows()) hasNews = true
  schedule()
  saveSoon()
  const queued = takeQueued(page)
  if (queued.send !== undefined) sendFrom(queued)
}

/** Steps fold only where nobody is reading or working in them. */
function mayFold(): boolean {
  const inside = document.activeElement?.closest(".running .step") ?? null
  return (
    scroll.follows() && inside === null && !document.body.classList.contains("vscode-using-screen-reader")
  )
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(() => {
    scheduled = false
    draw()
    settle()
  })
}

function draw(): void {
  const context: ViewContext = {
    act,
    open: page.open,
    showReasoning: page.showReasoning,
    copied,
    now: Date.now(),
    highlight: window.ospreyHighlight,
  }
  keepFocus(root, composerId, () => render(chatPage(page, readingPlace(), context), root))
}

function settle(): void {
  if (anchor !== undefined && page.chat !== undefined) {
    scroll.restore(anchor)
    anchor = undefined
  }
  scroll.settle()
  gate.shown(page.endpoint === undefined ? pendingApproval(page)?.id : undefined)
}

function readingPlace(): ReadingPlace {
  if (page.chat === undefined || scroll.follows()) {
    hasNews = false
    return "end"
  }
  return hasNews ? "aboveNew" : "above"
}

function focusComposer(): void {
  if (scheduled) draw()
  firstPlace(root, composerId)?.focus()
}

function showCopied(key: string): void {
  copied = key
  schedule()
  setTimeout(() => {
    if (copied === key) copied = undefined
    schedule()
  }, copiedFor)
}

function stopOnDoubleEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented || !isBusy(page)) return
  const now = performance.now()
  if (now - lastEscape <= doubleEscape) host.post({ type: "stop" })
  lastEscape = now
}

function saveSoon(): void {
  saveTimer ??= window.setTimeout(save, 200)
}

function save(): void {
  clearTimeout(saveTimer)
  saveTimer = undefined
  const { draft, queue, sending, open } = page
  host.save({ ...nothingSaved, draft, queue, sending, open: [...open], anchor: anchor ?? scroll.anchor() })
}
