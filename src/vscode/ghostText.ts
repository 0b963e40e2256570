// Ghost text as one part of the extension: the tracker, the provider, the status bar item and their commands, made
// and wired here and disposed together. What it needs of the rest comes in as four functions.
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import { completionState, endRequests, forgetAnswers } from "../completion/completionState.ts"
import { none } from "../completion/suggestion.ts"
import { whyNot } from "../completion/whyNot.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { onMains } from "../model/local/power/powerPolicy.ts"
import type { PowerWatch } from "../model/local/power/powerWatch.ts"
import type { ModelState } from "../protocol/chatState.ts"
import type { CompletionSettings } from "./completionReport.ts"
import { completionStatus } from "./completionStatus.ts"
import { documentRequest } from "./documentRequest.ts"
import { documentTracker } from "./documentTracker.ts"
import { inlineCompletionProvider } from "./inlineCompletionProvider.ts"

export type GhostTextOptions = {
  /** Throws ModelError("notConfigured") when the settings name none. */
  readonly model: () => LanguageModel
  readonly modelState: () => ModelState
  readonly settings: () => CompletionSettings
  /** Asked for a model of this computer only. */
  readonly power: Omit<PowerWatch, "dispose">
  /** What computes for that model, and how fast; undefined while that isn't known. */
  readonly computing: () => string | undefined
  /** Into the user's own settings. */
  readonly change: (change: Partial<CompletionSettings>) => Promise<void>
}

export type GhostText = vscode.Disposable & {
  /** After a change of any setting: forgets failures, shows the model and the state anew. */
  settingsChanged(): void
}

export function registerGhostText({
  model,
  modelState,
  settings,
  power,
  computing,
  change,
}: GhostTextOptions): GhostText {
  const all = disposables()
  const state = completionState()
  const tracker = all.add(documentTracker())
  // An endpoint computes elsewhere, and the demo model computes next to nothing.
  const onOwnPower = () => modelState().kind === "local"
  const asksPower = () => settings().enabled && onOwnPower()
  const options = () => ({
    ...settings(),
    snoozedUntil: status.snoozedUntil(),
    power: asksPower() ? power.policy() : onMains,
  })
  const reasonHere = () => {
    const editor = vscode.window.activeTextEditor
    if (editor === undefined) return undefined
    const fullPaths = tracker.fullPaths(editor.document)
    const asked = { trigger: "automatic", fullPaths } as const
    const reason = whyNot(
      documentRequest(editor.document, editor.selection.active, asked),
      options(),
      Date.now(),
    )
    return reason === undefined ? undefined : none(reason)
  }
  const status = all.add(
    completionStatus({
      ...{ settings, change, model: modelState, computing, reasonHere },
      power: () => (onOwnPower() ? power.known() : onMains),
    }),
  )
  all.add(power.onChange(status.refresh))
  const parts = {
    model,
    options,
    sources: tracker.sources,
    state,
    onLoading: status.loading,
    now: Date.now,
  }
  const settled = async () => {
    if (asksPower()) await power.settled()
  }
  const provider = inlineCompletionProvider({ parts, tracker, settled, onAsked: status.asked })
  all.add(vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider))
  all.add({ dispose: () => endRequests(state) })

  const commands: Readonly<Record<string, () => unknown>> = {
    "osprey.completionMenu": () => status.openMenu(),
    "osprey.toggleCompletion": () => change({ enabled: !settings().enabled }),
    "osprey.snoozeCompletion": () => status.chooseSnooze(),
  }
  for (const [name, run] of Object.entries(commands)) all.add(vscode.commands.registerCommand(name, run))

  return {
    settingsChanged() {
      forgetAnswers(state)
      status.refresh()
    },
    dispose: () => all.dispose(),
  }
}
