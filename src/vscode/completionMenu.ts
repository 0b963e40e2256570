// The menu behind the status bar item. Rows are data; each does one thing that the settings or a command do too.
import * as vscode from "vscode"
import { reasonText } from "../completion/reasonText.ts"
import type { NoSuggestion, Suggestion, SuggestionSource } from "../completion/suggestion.ts"
import type { PowerPolicy } from "../model/local/power/powerPolicy.ts"
import type { ModelState } from "../protocol/chatState.ts"
import {
  type CompletionReport,
  type CompletionSettings,
  figuresOf,
  languageName,
  savingText,
} from "./completionReport.ts"

export type CompletionMenuOptions = {
  readonly settings: () => CompletionSettings
  readonly change: (change: Partial<CompletionSettings>) => Promise<void>
  readonly model: () => ModelState
  readonly computing: () => string | undefined
  readonly power: () => PowerPolicy
  readonly report: CompletionReport
  readonly snoozedUntil: number
  readonly snooze: (minutes: number) => void
}

type Row = vscode.QuickPickItem & { readonly run?: () => unknown }

export async function completionMenu(options: CompletionMenuOptions): Promise<void> {
  const { settings, change, report, snooze } = options
  const { enabled, disabledLanguages, trigger } = settings()
  const language = vscode.window.activeTextEditor?.document.languageId
  const isOff = language !== undefined && disabledLanguages.includes(language)
  const { label, place } = options.model()
  const computing = options.computing()
  const saving = savingText(options.power())
  const run = (command: string, ...rest: readonly unknown[]) =>
    vscode.commands.executeCommand(command, ...rest)

  const rows: readonly Row[] = [
    {
      label: "$(info) Why no suggestion?",
      description: why(report.last),
      run: () => remedy(report.last),
    },
    Date.now() < options.snoozedUntil
      ? { label: "$(bell) Wake", description: "suggestions are snoozed", run: () => snooze(0) }
      : {
          label: "$(bell-slash) Snooze",
          description: "5 · 15 · 60 minutes",
          run: () => chooseSnooze(snooze),
        },
    { label: `$(circle-slash) Turn ${enabled ? "off" : "on"}`, run: () => change({ enabled: !enabled }) },
    ...(language === undefined
      ? []
      : [
          {
            label: `$(circle-slash) Turn ${isOff ? "on" : "off"} for ${languageName(language)}`,
            run: () =>
              change({
                disabledLanguages: isOff
                  ? disabledLanguages.filter(other => other !== language)
                  : [...disabledLanguages, language],
              }),
          },
        ]),
    trigger === "automatic"
      ? {
          label: "$(eye) Only when I ask",
          description: "with the command Trigger Inline Suggestion",
          run: () => change({ trigger: "onRequest" }),
        }
      : { label: "$(eye) While I type", run: () => change({ trigger: "automatic" }) },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: "$(chip) Model",
      description: [label, place].filter(text => text !== "").join(" · "),
      run: () => run("osprey.chooseModel", "completion"),
    },
    ...(computing === undefined
      ? []
      : [
          {
            label: "$(dashboard) Computing",
            description: computing,
            run: () => run("workbench.action.openSettings", "@ext:osprey.osprey local"),
          },
        ]),
    ...(saving === undefined
      ? []
      : [{ label: "$(plug) Saving battery", description: saving, run: openBatterySetting }]),
    ...(report.written === undefined
      ? []
      : [{ label: "$(graph-line) Last suggestion", description: figuresOf(report.written) }]),
    { label: "$(comment-discussion) Open chat", run: () => run("osprey.focusChat") },
    {
      label: "$(gear) Settings",
      run: () => run("workbench.action.openSettings", "@ext:osprey.osprey completion"),
    },
    { label: "$(output) Show log", run: () => run("osprey.showLog") },
  ]
  const chosen = await vscode.window.showQuickPick(rows, { placeHolder: "Osprey" })
  await chosen?.run?.()
}

function why(last: Suggestion | NoSuggestion | undefined): string {
  if (last === undefined) return "nothing was asked yet: type in a file"
  return last.type === "none" ? reasonText(last) : `there was one just now, ${howItCame[last.source]}`
}

const howItCame: Readonly<Record<SuggestionSource, string>> = {
  model: "from the model",
  inFlight: "from the model",
  typedThrough: "still the one you typed along",
  remembered: "remembered from before",
}

/** Where the reason is something to be changed, choosing its row goes there. */
async function remedy(last: Suggestion | NoSuggestion | undefined): Promise<void> {
  if (last?.type !== "none") return
  switch (last.reason) {
    case "noModel":
      return vscode.commands.executeCommand("osprey.chooseModel", "completion")
    case "modelFailed":
      return vscode.commands.executeCommand("osprey.showLog")
    case "off":
    case "languageOff":
    case "onRequest":
    case "hostedOff":
      return vscode.commands.executeCommand("workbench.action.openSettings", "@ext:osprey.osprey completion")
    case "onBattery":
      return openBatterySetting()
    default:
  }
}

function openBatterySetting(): Thenable<void> {
  return vscode.commands.executeCommand("workbench.action.openSettings", "osprey.local.onBattery")
}

export async function chooseSnooze(snooze: (minutes: number) => void): Promise<void> {
  const rows = [5, 15, 60].map(minutes => ({ label: `${minutes} minutes`, minutes }))
  const chosen = await vscode.window.showQuickPick(rows, { placeHolder: "No suggestions for" })
  if (chosen !== undefined) snooze(chosen.minutes)
}
