// Ghost text in the status bar: which model, whether it is on, and what it does. A click opens the menu whose first
// row answers "Why no suggestion?".
import * as vscode from "vscode"
import { reasonText } from "../completion/reasonText.ts"
import type { NoSuggestion, Suggestion } from "../completion/suggestion.ts"
import type { PowerPolicy } from "../model/local/power/powerPolicy.ts"
import type { ModelState } from "../protocol/chatState.ts"
import { chooseSnooze, completionMenu } from "./completionMenu.ts"
import {
  type CompletionReport,
  type CompletionSettings,
  figuresOf,
  languageName,
  savingText,
} from "./completionReport.ts"

export type CompletionStatus = vscode.Disposable & {
  /** Milliseconds since 1970; 0 when nothing sleeps. */
  snoozedUntil(): number
  /** A keystroke was taken up; to be called with its outcome. */
  asked(): (outcome: Suggestion | NoSuggestion) => void
  loading(fraction: number): void
  /** Asks for how long, or wakes. */
  chooseSnooze(): Promise<void>
  /** The model or a setting changed. */
  refresh(): void
  openMenu(): Promise<void>
}

export type CompletionStatusOptions = {
  readonly settings: () => CompletionSettings
  readonly change: (change: Partial<CompletionSettings>) => Promise<void>
  readonly model: () => ModelState
  /** What computes for that model, and how fast; undefined while that isn't known. */
  readonly computing: () => string | undefined
  /** What holds for that model on the computer's power, as far as it is known. */
  readonly power: () => PowerPolicy
  /** What keeps suggestions away at the cursor as it is now; undefined: nothing that is known before asking. */
  readonly reasonHere: () => NoSuggestion | undefined
}

const spinnerAfterMs = 400
const menuCommand = "osprey.completionMenu"

export function completionStatus(options: CompletionStatusOptions): CompletionStatus {
  const item = vscode.window.createStatusBarItem("osprey.completion", vscode.StatusBarAlignment.Right, 90)
  item.name = "Osprey"
  item.command = menuCommand
  let report: CompletionReport = { last: undefined, written: undefined }
  let snoozedUntil = 0
  let working = 0
  let isLoading = false
  let minute: NodeJS.Timeout | undefined

  function refresh(): void {
    const { text, needsUser, says } = stateOf()
    const label = options.model().label
    const saving = savingText(options.power())
    item.text = text
    item.tooltip = tooltipOf(label, says, options.computing(), saving, report)
    item.backgroundColor = needsUser ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined
    const heard = saving === undefined ? says : `${says}, saving battery`
    item.accessibilityInformation = { label: `Osprey, ${label}, ${heard}` }
    item.show()
  }

  function stateOf(): { readonly text: string; readonly says: string; readonly needsUser?: boolean } {
    const { label, kind } = options.model()
    const language = vscode.window.activeTextEditor?.document.languageId
    const { enabled, disabledLanguages } = options.settings()
    if (kind === "none") return { text: "$(osprey-mark) Choose a model", says: "no model" }
    if (report.last?.type === "none" && report.last.reason === "modelFailed")
      return { text: `$(warning) ${label}`, says: reasonText(report.last), needsUser: true }
    const left = Math.ceil((snoozedUntil - Date.now()) / 60_000)
    if (left > 0) return { text: `$(bell-slash) ${left} min`, says: `snoozed for ${left} minutes` }
    if (!enabled) return { text: `$(osprey-mark) Off`, says: "suggestions are off" }
    if (language !== undefined && disabledLanguages.includes(language))
      return {
        text: `$(osprey-mark) Off for ${languageName(language)}`,
        says: "suggestions are off for this language",
      }
    if (isLoading) return { text: "$(osprey-mark) Loading…", says: "loading the model" }
    if (working > 0) return { text: `$(loading~spin) ${label}`, says: "working" }
    return { text: `$(osprey-mark) ${label}`, says: "ready" }
  }

  /** 0 wakes. */
  function snooze(minutes: number): void {
    clearInterval(minute)
    snoozedUntil = minutes === 0 ? 0 : Date.now() + minutes * 60_000
    if (minutes > 0)
      minute = setInterval(() => {
        if (Date.now() >= snoozedUntil) clearInterval(minute)
        refresh()
      }, 15_000)
    refresh()
  }

  const editorChange = vscode.window.onDidChangeActiveTextEditor(refresh)
  refresh()

  return {
    snoozedUntil: () => snoozedUntil,
    asked() {
      let shown = false
      const timer = setTimeout(() => {
        shown = true
        working++
        refresh()
      }, spinnerAfterMs)
      return outcome => {
        clearTimeout(timer)
        if (shown) working--
        const { last, written } = report
        // That the user typed on says nothing about this place.
        const told = outcome.type === "none" && outcome.reason === "cancelled" ? last : outcome
        if (told !== last) isLoading = false
        const byModel = outcome.type === "suggestion" && outcome.source === "model"
        report = { last: told, written: byModel ? outcome : written }
        if (shown || needsRefresh(last, told)) refresh()
      }
    },
    loading(fraction) {
      if (isLoading === fraction < 1) return
      isLoading = fraction < 1
      refresh()
    },
    chooseSnooze: async () => (Date.now() < snoozedUntil ? snooze(0) : chooseSnooze(snooze)),
    refresh,
    openMenu: () => {
      const last = options.reasonHere() ?? report.last
      return completionMenu({ ...options, report: { ...report, last }, snoozedUntil, snooze })
    },
    dispose() {
      clearInterval(minute)
      editorChange.dispose()
      item.dispose()
    },
  }
}

/** Most keystrokes change nothing that is seen. */
function needsRefresh(last: CompletionReport["last"], now: CompletionReport["last"]): boolean {
  const kind = (outcome: CompletionReport["last"]) =>
    outcome?.type === "none" ? outcome.reason : outcome?.source
  return kind(last) !== kind(now) || kind(now) === "model"
}

function tooltipOf(
  label: string,
  says: string,
  computing: string | undefined,
  saving: string | undefined,
  { last, written }: CompletionReport,
): string {
  const lines = [`Osprey: ${label}, ${says}`]
  if (computing !== undefined) lines.push(`Computing: ${computing}`)
  if (saving !== undefined) lines.push(`Saving battery: ${saving}`)
  if (last?.type === "none") lines.push(`No suggestion here: ${reasonText(last)}`)
  if (written !== undefined) lines.push(`Last suggestion: ${figuresOf(written)}`)
  return lines.join("\n")
}
