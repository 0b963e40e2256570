// Every setting as data: key, type, default, and whether a workspace may say something about it. The manifest
// repeats this table for VS Code; a test holds the two against each other.

export type SettingType =
  | { readonly type: "boolean" }
  | { readonly type: "string" }
  | { readonly type: "enum"; readonly values: readonly string[] }
  | { readonly type: "strings" }
  /** Whole numbers from `minimum` to `maximum`. */
  | { readonly type: "integer"; readonly minimum: number; readonly maximum: number }
  | { readonly type: "number"; readonly minimum: number; readonly maximum: number }

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

/** US dollars per million tokens; a bound against a slip of the finger. */
const maxPrice = 1000

export const settingsKeys = [
  { key: "chat.model", type: "string", default: "", securityRelevant: true, scope: "application" },
  { key: "chat.fallbacks", type: "strings", default: [], securityRelevant: true, scope: "application" },
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
  {
    key: "local.idleMinutes",
    type: "integer",
    minimum: 0,
    maximum: 1440,
    default: 30,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "local.gpu",
    type: "enum",
    values: ["auto", "cpu", "metal", "vulkan", "cuda"],
    default: "auto",
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "local.gpuLayers",
    type: "integer",
    minimum: -1,
    maximum: 1000,
    default: -1,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "local.onBattery",
    type: "enum",
    values: ["save", "manual", "full"],
    default: "save",
    securityRelevant: true,
    scope: "application",
  },
  { key: "download.mirror", type: "string", default: "", securityRelevant: true, scope: "application" },
  {
    key: "endpoint.contextWindow",
    type: "integer",
    minimum: 0,
    maximum: 1_048_576,
    default: 0,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "endpoint.rawChat",
    type: "boolean",
    default: false,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "openRouter.routing",
    type: "enum",
    values: ["balanced", "nitro", "exacto", "floor"],
    default: "balanced",
    securityRelevant: true,
    scope: "application",
  },
  { key: "openRouter.order", type: "strings", default: [], securityRelevant: true, scope: "application" },
  { key: "openRouter.only", type: "strings", default: [], securityRelevant: true, scope: "application" },
  { key: "openRouter.ignore", type: "strings", default: [], securityRelevant: true, scope: "application" },
  {
    key: "openRouter.allowFallbacks",
    type: "boolean",
    default: true,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "openRouter.maxInputPrice",
    type: "number",
    minimum: 0,
    maximum: maxPrice,
    default: 0,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "openRouter.maxOutputPrice",
    type: "number",
    minimum: 0,
    maximum: maxPrice,
    default: 0,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "openRouter.dataCollection",
    type: "enum",
    values: ["allow", "deny"],
    default: "allow",
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "openRouter.zeroRetention",
    type: "boolean",
    default: false,
    securityRelevant: true,
    scope: "application",
  },
  {
    key: "freeLlmRouter.report",
    type: "boolean",
    default: false,
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
  { key: "completion.model", type: "string", default: "chat", securityRelevant: true, scope: "application" },
  { key: "completion.fallbacks", type: "strings", default: [], securityRelevant: true, scope: "application" },
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
