// The only file that asks VS Code for settings; what they mean is in readSettings.ts. Nothing is kept: each call
// reads what holds now.
import * as vscode from "vscode"
import { readSettings, type Settings } from "./readSettings.ts"
import { type SettingName, settingsSection } from "./settingsKeys.ts"

export type { Settings } from "./readSettings.ts"

export function settings(): Settings {
  return readSettings(vscode.workspace.getConfiguration(settingsSection))
}

/** Calls after a change of any of our settings, on whatever layer. */
export function onSettingsChange(listener: (settings: Settings) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration(settingsSection)) listener(settings())
  })
}

/** Into the user's own settings, never into a workspace's. */
export async function writeSetting(
  name: SettingName,
  value: string | number | boolean | readonly string[],
): Promise<void> {
  await vscode.workspace
    .getConfiguration(settingsSection)
    .update(name, value, vscode.ConfigurationTarget.Global)
}

/** Several settings of ghost text at once. */
export async function writeCompletionSettings(change: Partial<Settings["completion"]>): Promise<void> {
  const { enabled, trigger, disabledLanguages, hosted } = change
  if (enabled !== undefined) await writeSetting("completion.enabled", enabled)
  if (trigger !== undefined) await writeSetting("completion.trigger", trigger)
  if (disabledLanguages !== undefined) await writeSetting("completion.disabledLanguages", disabledLanguages)
  if (hosted !== undefined) await writeSetting("completion.hosted", hosted)
}
