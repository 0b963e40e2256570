// Raw settings → one checked value. A workspace can't change a setting that matters for security, in any spelling:
// those are read layer by layer, never merged (VS Code up to 1.136.1 lets nested keys of a workspace through).
import { type SettingKey, type SettingName, settingsKeys } from "./settingsKeys.ts"

export type Settings = {
  readonly model: { readonly source: "none" | "demo" | "file" | "endpoint" }
  readonly local: {
    readonly modelPath: string
    /** Tokens. */
    readonly contextSize: number
    /** 0: chosen by the runtime. */
    readonly threads: number
    readonly gpu: boolean
  }
  readonly endpoint: {
    readonly url: string
    readonly model: string
    /** Tokens. */
    readonly contextWindow: number
  }
  readonly chat: {
    readonly effort: "low" | "medium" | "high"
    readonly maxToolCalls: number
    readonly showReasoning: boolean
  }
  readonly completion: {
    readonly enabled: boolean
    /** Whose model writes ghost text; "chat": the chat's. */
    readonly source: "chat" | "demo" | "file" | "endpoint"
    readonly trigger: "automatic" | "onRequest"
    readonly disabledLanguages: readonly string[]
    readonly hosted: "off" | "onPause"
  }
}

/** What of VS Code's WorkspaceConfiguration is used; keys are without the prefix. */
export type ConfigurationView = {
  get(key: string): unknown
  inspect(key: string): { readonly defaultValue?: unknown; readonly globalValue?: unknown } | undefined
}

/** A value of a wrong type or out of range counts as not set. */
export function readSettings(configuration: ConfigurationView): Settings {
  const string = (name: StringName) => value(configuration, name, isString)
  const number = (name: NumberName) => value(configuration, name, isNumber)
  const boolean = (name: BooleanName) => value(configuration, name, isBoolean)
  return {
    model: { source: value(configuration, "model.source", isSource) },
    local: {
      modelPath: string("local.modelPath"),
      contextSize: number("local.contextSize"),
      threads: number("local.threads"),
      gpu: boolean("local.gpu"),
    },
    endpoint: {
      url: string("endpoint.url"),
      model: string("endpoint.model"),
      contextWindow: number("endpoint.contextWindow"),
    },
    chat: {
      effort: value(configuration, "chat.effort", isEffort),
      maxToolCalls: number("chat.maxToolCalls"),
      showReasoning: boolean("chat.showReasoning"),
    },
    completion: {
      enabled: boolean("completion.enabled"),
      source: value(configuration, "completion.source", isCompletionSource),
      trigger: value(configuration, "completion.trigger", isTrigger),
      disabledLanguages: value(configuration, "completion.disabledLanguages", isStrings),
      hosted: value(configuration, "completion.hosted", isHosted),
    },
  }
}

type Row = (typeof settingsKeys)[number]
type StringName = Extract<Row, { type: "string" }>["key"]
type NumberName = Extract<Row, { type: "integer" }>["key"]
type BooleanName = Extract<Row, { type: "boolean" }>["key"]

/** The first of the candidates that is fit for the setting; the table's default is always one. */
function value<T>(configuration: ConfigurationView, name: SettingName, is: (raw: unknown) => raw is T): T {
  const setting = rowOf(name)
  const candidates = [...rawValues(configuration, setting), setting.default]
  const found = candidates.find((raw): raw is T => is(raw) && fits(raw, setting))
  if (found === undefined) throw new TypeError(`The default of ${name} doesn't fit its type.`)
  return found
}

function rawValues(
  configuration: ConfigurationView,
  { key, securityRelevant }: SettingKey,
): readonly unknown[] {
  if (!securityRelevant) return [configuration.get(key)]
  const layers = configuration.inspect(key)
  return [layers?.globalValue ?? layers?.defaultValue]
}

function rowOf(name: SettingName): SettingKey {
  const row = settingsKeys.find(({ key }) => key === name)
  if (row === undefined) throw new TypeError(`${name} is not a setting.`)
  return row
}

function fits(raw: unknown, setting: SettingKey): boolean {
  if (setting.type === "integer")
    return Number.isInteger(raw) && Number(raw) >= setting.minimum && Number(raw) <= setting.maximum
  return setting.type !== "enum" || setting.values.some(allowed => allowed === raw)
}

function isString(raw: unknown): raw is string {
  return typeof raw === "string"
}

function isNumber(raw: unknown): raw is number {
  return typeof raw === "number"
}

function isBoolean(raw: unknown): raw is boolean {
  return typeof raw === "boolean"
}

function isSource(raw: unknown): raw is Settings["model"]["source"] {
  return raw === "none" || raw === "demo" || raw === "file" || raw === "endpoint"
}

function isEffort(raw: unknown): raw is Settings["chat"]["effort"] {
  return raw === "low" || raw === "medium" || raw === "high"
}

function isCompletionSource(raw: unknown): raw is Settings["completion"]["source"] {
  return raw === "chat" || raw === "demo" || raw === "file" || raw === "endpoint"
}

function isTrigger(raw: unknown): raw is Settings["completion"]["trigger"] {
  return raw === "automatic" || raw === "onRequest"
}

function isHosted(raw: unknown): raw is Settings["completion"]["hosted"] {
  return raw === "off" || raw === "onPause"
}

function isStrings(raw: unknown): raw is readonly string[] {
  return Array.isArray(raw) && raw.every(isString)
}
