// Settings → which models each role asks, in order, and how a model is named to people. Pure: knows neither VS Code
// nor how a model is made.
import path from "node:path"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { freeLlmRouterWish, textUrl } from "./endpointPlaces.ts"
import { formatReference, type ModelChoice, parseReference } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"
import type { SettingName } from "./settingsKeys.ts"

/** What a model is chosen for. A role more is an entry more. */
export type ModelRole = {
  readonly name: "chat" | "completion"
  readonly label: string
  readonly detail: string
  readonly setting: Extract<SettingName, `${string}.model`>
  readonly fallbacks: Extract<SettingName, `${string}.fallbacks`>
  /** Said where the role can take the chat's model by the line "chat". */
  readonly follows?: string
}

export type RoleName = ModelRole["name"]

export const modelRoles = {
  chat: {
    name: "chat",
    label: "Chat",
    detail: "Answers, edits and code actions",
    setting: "chat.model",
    fallbacks: "chat.fallbacks",
  },
  completion: {
    name: "completion",
    label: "Suggestions",
    detail: "Ghost text as you type",
    setting: "completion.model",
    fallbacks: "completion.fallbacks",
    follows: "Same as the chat",
  },
} as const satisfies Readonly<Record<RoleName, ModelRole>>

export type RoleModels = {
  /** Undefined: none is named, or the line names none. */
  readonly chosen: ModelChoice | undefined
  /** Without doubles; another role's are never taken over, so that each list is the user's word for this role. */
  readonly fallbacks: readonly ModelChoice[]
  /** The role takes the chat's model. */
  readonly follows: boolean
  /** Why the chosen line can't be used, as a sentence. */
  readonly fault?: string
  /** Entries of the fallback list that name no model, counted from 1. */
  readonly badFallbacks: readonly number[]
}

/** Tokens. The demo model was trained on prompts of up to some 3,000; beyond that its answers fall apart. */
export const demoContextSize = 4096

/** The value of a role's setting that takes the chat's model. */
export const followLine = "chat"

export function roleModels(name: RoleName, settings: Settings): RoleModels {
  const { model, fallbacks } = settings[name]
  const follows = name !== "chat" && model.trim() === followLine
  const line = follows ? settings.chat.model : model
  const parsed = line.trim() === "" ? undefined : parseReference(line)
  const chosen = parsed?.ok === true ? parsed.choice : undefined
  const others = fallbacks.map(entry => parseReference(entry))
  return {
    chosen,
    fallbacks: withoutDoubles(
      chosen,
      others.flatMap(each => (each.ok ? [each.choice] : [])),
    ),
    follows,
    ...(parsed?.ok === false && { fault: parsed.sentence }),
    badFallbacks: others.flatMap((each, at) => (each.ok ? [] : [at + 1])),
  }
}

/** "Demo model", "gpt-oss-20b-mxfp4" or the endpoint's own name of the model. */
export function labelOf(choice: ModelChoice): string {
  switch (choice.type) {
    case "demo":
      return "Demo model"
    case "file":
      return path.basename(choice.path, ".gguf")
    case "endpoint":
      return freeNames[freeLlmRouterWish(choice) ?? "none"] ?? choice.model
  }
}

/** Where text goes: "on this computer", or a host. */
export function placeOf(choice: ModelChoice): string {
  if (choice.type !== "endpoint") return "on this computer"
  const checked = endpointUrl(textUrl(choice))
  return checked.ok ? new URL(checked.origin).host : "an address that can’t be used"
}

/** Nothing that the model is sent leaves this computer; a server on a loopback address counts as here. */
export function staysHere(choice: ModelChoice): boolean {
  if (choice.type !== "endpoint") return true
  const checked = endpointUrl(textUrl(choice))
  return checked.ok && checked.isLoopback
}

const freeNames: Readonly<Record<string, string>> = {
  gptOss: "gpt-oss by Free LLM Router",
  any: "Free LLM Router’s picks",
}

function withoutDoubles(
  chosen: ModelChoice | undefined,
  fallbacks: readonly ModelChoice[],
): readonly ModelChoice[] {
  const known = new Map(fallbacks.map(choice => [formatReference(choice), choice]))
  if (chosen !== undefined) known.delete(formatReference(chosen))
  return [...known.values()]
}
