// Raw settings → one checked value. A workspace can't change a setting that matters for security, in any spelling:
// those are read layer by layer, never merged (VS Code up to 1.136.1 lets nested keys of a workspace through).
import type { OpenRouterOptions } from "../model/hosted/openRouter/openRouterExtra.ts"
import { type SettingKey, type SettingName, settingsKeys } from "./settingsKeys.ts"

export type Settings = {
  readonly local: {
    /** Tokens. */
    readonly contextSize: number
    /** 0: chosen by the runtime. */
    readonly threads: number
    /** Without a request, until the model gives its memory back; 0: never. */
    readonly idleMinutes: number
    /** What computes; "auto": the best that works. */
    readonly gpu: "auto" | "cpu" | "metal" | "vulkan" | "cuda"
    /** Of the model, on the graphics card; -1: as many as fit. */
    readonly gpuLayers: number
    /** What it does on battery: nothing that nobody waits for, ghost text only on request too, or all as usual. */
    readonly onBattery: "save" | "manual" | "full"
  }
  readonly download: {
    /** Address of a mirror of the model hub; "" for the hub itself. */
    readonly mirror: string
  }
  readonly endpoint: {
    /** Tokens; 0: what the endpoint says. */
    readonly contextWindow: number
    /** Chat in the raw Harmony format where the endpoint can. */
    readonly rawChat: boolean
  }
  readonly openRouter: OpenRouterOptions
  readonly freeLlmRouter: {
    /** Tell Free LLM Router which of its models worked. */
    readonly report: boolean
  }
  readonly chat: {
    /** A line of modelReference.ts; "" for none. */
    readonly model: string
    /** Lines of modelReference.ts, asked in this order when the model can't answer. */
    readonly fallbacks: readonly string[]
    readonly effort: "low" | "medium" | "high"
    readonly maxToolCalls: number
    readonly showReasoning: boolean
  }
  readonly completion: {
    readonly enabled: boolean
    /** As chat.model; "chat": the chat's. */
    readonly model: string
    readonly fallbacks: readonly string[]
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
  const strings = (name: StringsName) => value(configuration, name, isStrings)
  return {
    local: {
      contextSize: number("local.contextSize"),
      threads: number("local.threads"),
      idleMinutes: number("local.idleMinutes"),
      gpu: value(configuration, "local.gpu", isGpu),
      gpuLayers: number("local.gpuLayers"),
      onBattery: value(configuration, "local.onBattery", isOnBattery),
    },
    download: { mirror: string("download.mirror") },
    endpoint: { contextWindow: number("endpoint.contextWindow"), rawChat: boolean("endpoint.rawChat") },
    openRouter: {
      routing: value(configuration, "openRouter.routing", isRouting),
      order: strings("openRouter.order"),
      only: strings("openRouter.only"),
      ignore: strings("openRouter.ignore"),
      allowFallbacks: boolean("openRouter.allowFallbacks"),
      maxInputPrice: number("openRouter.maxInputPrice"),
      maxOutputPrice: number("openRouter.maxOutputPrice"),
      dataCollection: value(configuration, "openRouter.dataCollection", isDataCollection),
      zeroRetention: boolean("openRouter.zeroRetention"),
    },
    freeLlmRouter: { report: boolean("freeLlmRouter.report") },
    chat: {
      model: string("chat.model"),
      fallbacks: strings("chat.fallbacks"),
      effort: value(configuration, "chat.effort", isEffort),
      maxToolCalls: number("chat.maxToolCalls"),
      showReasoning: boolean("chat.showReasoning"),
    },
    completion: {
      enabled: boolean("completion.enabled"),
      model: string("completion.model"),
      fallbacks: strings("completion.fallbacks"),
      trigger: value(configuration, "completion.trigger", isTrigger),
      disabledLanguages: strings("completion.disabledLanguages"),
      hosted: value(configuration, "completion.hosted", isHosted),
    },
  }
}

type Row = (typeof settingsKeys)[number]
type StringName = Extract<Row, { type: "string" }>["key"]
type NumberName = Extract<Row, { type: "integer" | "number" }>["key"]
type StringsName = Extract<Row, { type: "strings" }>["key"]
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
  if (setting.type === "integer" || setting.type === "number") {
    const isWhole = setting.type === "number" || Number.isInteger(raw)
    return isWhole && Number(raw) >= setting.minimum && Number(raw) <= setting.maximum
  }
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

function isGpu(raw: unknown): raw is Settings["local"]["gpu"] {
  return raw === "auto" || raw === "cpu" || raw === "metal" || raw === "vulkan" || raw === "cuda"
}

function isOnBattery(raw: unknown): raw is Settings["local"]["onBattery"] {
  return raw === "save" || raw === "manual" || raw === "full"
}

function isEffort(raw: unknown): raw is Settings["chat"]["effort"] {
  return raw === "low" || raw === "medium" || raw === "high"
}

function isRouting(raw: unknown): raw is OpenRouterOptions["routing"] {
  return raw === "balanced" || raw === "nitro" || raw === "exacto" || raw === "floor"
}

function isDataCollection(raw: unknown): raw is OpenRouterOptions["dataCollection"] {
  return raw === "allow" || raw === "deny"
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
