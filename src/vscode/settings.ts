// The only file that asks VS Code for settings; what they mean is in readSettings.ts, how long a value is kept in
// keptSettings.ts.
import * as vscode from "vscode"
import { keptSettings } from "./keptSettings.ts"
import type { Settings } from "./readSettings.ts"
import { type SettingName, settingsSection } from "./settingsKeys.ts"

export type { Settings } from "./readSettings.ts"

const kept = keptSettings({
  configuration: () => vscode.workspace.getConfiguration(settingsSection),
  onChange: listener =>
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration(settingsSection)) listener()
    }),
})

export function settings(): Settings {
  return kept.current()
}

/** Calls after a change of any of our settings, on whatever layer. */
export function onSettingsChange(listener: (settings: Settings) => void): { dispose(): void } {
  return kept.onChange(listener)
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
