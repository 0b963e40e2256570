// One checked value of the settings, kept until VS Code says that one of them changed: every keystroke asks for it
// several times. Knows neither VS Code nor what the settings mean.
import { type ConfigurationView, readSettings, type Settings } from "./readSettings.ts"

export type KeptSettings = {
  current(): Settings
  /** Calls after a change of any of our settings, on whatever layer; the new value is already there. */
  onChange(listener: (settings: Settings) => void): { dispose(): void }
}

export type ConfigurationSource = {
  readonly configuration: () => ConfigurationView
  /** Calls after a change of any of our settings, before anybody can read an old value. */
  readonly onChange: (listener: () => void) => unknown
}

/** Listens from the first use on, and first of all: nobody it tells sees a value of before. */
export function keptSettings({ configuration, onChange }: ConfigurationSource): KeptSettings {
  const listeners = new Set<(settings: Settings) => void>()
  let kept: Settings | undefined
  let listens = false

  function listen(): void {
    if (listens) return
    listens = true
    onChange(() => {
      kept = undefined
      for (const listener of [...listeners]) listener(current())
    })
  }

  function current(): Settings {
    listen()
    kept ??= readSettings(configuration())
    return kept
  }

  return {
    current,
    onChange(listener) {
      listen()
      listeners.add(listener)
      return { dispose: () => listeners.delete(listener) }
    },
  }
}
