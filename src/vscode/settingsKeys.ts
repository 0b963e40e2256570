// Every setting as data: key, type, default, and whether a workspace may say something about it. The manifest
// repeats this table for VS Code; a test holds the two against each other.

export type SettingType =
  | { readonly type: "boolean" }
  | { readonly type: "string" }
  | { readonly type: "enum"; readonly values: readonly string[] }
  | { readonly type: "strings" }
  /** Whole numbers from `minimum` to `maximum`. */
  | { readonly type: "integer"; readonly minimum: number; readonly maximum: number }

export type SettingKey = SettingType & {
  /** Without the prefix "osprey.". */
  readonly key: string
  readonly default: boolean | string | number | readonly string[]
  /**
   * Decides where data goes, what runs or what is approved: scope "application" in the manifest, listed in
   * restrictedConfigurations, and read from the user's own settings only.
   */
  readonly securityRelevant: boolean
  readonly scope: "application" | "window"
}

export const settingsSection = "osprey"

export const settingsKeys = [
  {
    key: "model.source",
    type: "enum",
    values: ["none", "demo", "file", "endpoint"],
    default: "none",
    securityRelevant: true,
    scope: "application",
  },
  { key: "local.modelPath", type: "string", default: "", securityRelevant: true, scope: "application" },
  {
    key: "local.contextSize",
    type: "integer",
    minimum: 2048,
    maximum: 131_072,
    default: 16_384,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "local.threads",
    type: "integer",
    minimum: 0,
    maximum: 256,
    default: 0,
    securityRelevant: true,
    scope: "application",
  },
  { key: "local.gpu", type: "boolean", default: true, securityRelevant: true, scope: "application" },
  { key: "endpoint.url", type: "string", default: "", securityRelevant: true, scope: "application" },
  { key: "endpoint.model", type: "string", default: "", securityRelevant: true, scope: "application" },
  {
    key: "endpoint.contextWindow",
    type: "integer",
    minimum: 2048,
    maximum: 1_048_576,
    default: 131_072,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "chat.effort",
    type: "enum",
    values: ["low", "medium", "high"],
    default: "medium",
    securityRelevant: false,
    scope: "window",
  },
  {
    key: "chat.maxToolCalls",
    type: "integer",
    minimum: 1,
    maximum: 200,
    default: 25,
    securityRelevant: true,
    scope: "application",
  },
  { key: "chat.showReasoning", type: "boolean", default: false, securityRelevant: false, scope: "window" },
  { key: "completion.enabled", type: "boolean", default: true, securityRelevant: false, scope: "window" },
  {
    key: "completion.source",
    type: "enum",
    values: ["chat", "demo", "file", "endpoint"],
    default: "chat",
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "completion.trigger",
    type: "enum",
    values: ["automatic", "onRequest"],
    default: "automatic",
    securityRelevant: false,
    scope: "window",
  },
  {
    key: "completion.disabledLanguages",
    type: "strings",
    default: [],
    securityRelevant: false,
    scope: "window",
  },
  {
    key: "completion.hosted",
    type: "enum",
    values: ["off", "onPause"],
    default: "off",
    securityRelevant: true,
    scope: "application",
  },
] as const satisfies readonly SettingKey[]

export type SettingName = (typeof settingsKeys)[number]["key"]
