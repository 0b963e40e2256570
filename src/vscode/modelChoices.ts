// Which models can be chosen, for which role, as rows of a menu. Pure: knows the settings' meaning, but neither
// VS Code nor how a choice is kept.
import path from "node:path"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import type { Settings } from "./readSettings.ts"
import type { SettingName } from "./settingsKeys.ts"

/** A model as the settings name it. */
export type ModelChoice =
  | { readonly type: "demo" }
  | { readonly type: "file"; readonly path: string }
  | { readonly type: "endpoint"; readonly url: string; readonly model: string }

/** What a model is chosen for. A role more is an entry more; the menu then asks for the role first. */
export type ModelRole = {
  readonly name: "chat" | "completion"
  readonly label: string
  readonly detail: string
  /** The setting that says where the role's model comes from. */
  readonly setting: SettingName
  readonly source: (settings: Settings) => string
  /** The value that takes whatever another role has, where there is one. */
  readonly follows?: { readonly value: string; readonly label: string }
}

export const modelRoles: readonly ModelRole[] = [
  {
    name: "chat",
    label: "Chat",
    detail: "Answers, edits and code actions",
    setting: "model.source",
    source: settings => settings.model.source,
  },
  {
    name: "completion",
    label: "Suggestions",
    detail: "Ghost text as you type",
    setting: "completion.source",
    source: settings => settings.completion.source,
    follows: { value: "chat", label: "Same as the chat" },
  },
]

export type ChoiceRow = {
  readonly label: string
  readonly description: string
  readonly detail: string
  readonly current: boolean
  readonly choice: ModelChoice | "follow"
}

/** The current one first, then what was used before (latest first), the demo model in any case; nothing twice. */
export function choiceRows(
  settings: Settings,
  recent: readonly ModelChoice[],
  role: ModelRole,
): readonly ChoiceRow[] {
  const source = role.source(settings)
  const set = configured(settings)
  const current = set.find(choice => choice.type === source)
  const known = [current, ...recent, ...set].filter(choice => choice !== undefined)
  const choices = new Map(known.map(choice => [keyOf(choice), choice]))
  const currentKey = current === undefined ? "" : keyOf(current)
  const rows = [...choices].map(([key, choice]) => ({
    ...rowOf(choice),
    current: key === currentKey,
    choice,
  }))
  if (role.follows === undefined) return rows
  const { value, label } = role.follows
  const follow = { label, description: "", detail: "", current: source === value, choice: "follow" } as const
  return [follow, ...rows]
}

/** Two choices of the same model have the same key. */
export function keyOf(choice: ModelChoice): string {
  switch (choice.type) {
    case "demo":
      return "demo"
    case "file":
      return `file ${choice.path}`
    case "endpoint":
      return `endpoint ${choice.url} ${choice.model}`
  }
}

/** "/models/gpt-oss-20b-mxfp4.gguf" → "gpt-oss-20b-mxfp4" */
export function fileLabel(modelPath: string): string {
  return path.basename(modelPath, ".gguf")
}

/** Files and endpoints stay in the settings while another source is used. */
function configured({ local, endpoint }: Settings): readonly ModelChoice[] {
  return [
    ...(local.modelPath === "" ? [] : [{ type: "file", path: local.modelPath } as const]),
    ...(endpoint.url === "" || endpoint.model === ""
      ? []
      : [{ type: "endpoint", url: endpoint.url, model: endpoint.model } as const]),
    { type: "demo" },
  ]
}

function rowOf(choice: ModelChoice): Pick<ChoiceRow, "label" | "description" | "detail"> {
  switch (choice.type) {
    case "demo":
      return {
        label: "Demo model",
        description: "on this computer",
        detail: "Finds and quotes text in your files; can’t explain or write code.",
      }
    case "file":
      return { label: fileLabel(choice.path), description: "on this computer", detail: choice.path }
    case "endpoint": {
      const checked = endpointUrl(choice.url)
      const place = checked.ok ? new URL(checked.origin).host : "an address that can’t be used"
      return { label: choice.model, description: place, detail: choice.url }
    }
  }
}
