// The menu of models for one role, as rows of data: the current one, what was used before, what is on this computer,
// and the ways to another one. Pure: it neither looks for servers nor writes a choice.
import type { LocalServer } from "../model/hosted/localServers.ts"
import { presetOf } from "../model/hosted/presets.ts"
import type { Row } from "./dialogue.ts"
import { textUrl } from "./endpointPlaces.ts"
import { labelOf, type ModelRole, placeOf, roleModels, staysHere } from "./modelChoices.ts"
import { figureWords, type ModelFigures } from "./modelFigures.ts"
import { endpointChoice, formatReference, type ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"

/** What choosing a row means. */
export type MenuChoice =
  | { readonly type: "use"; readonly choice: ModelChoice }
  /** The chat's model. */
  | { readonly type: "follow" }
  | { readonly type: "file" }
  /** `url`: of a server that was found and needs a word more. */
  | { readonly type: "connect"; readonly url?: string }
  | { readonly type: "look" }
  | { readonly type: "fallbacks" }

export type MenuParts = {
  readonly role: ModelRole
  /** For the list behind the role's model: without that model, those in the list, and the list itself. */
  readonly forFallback?: boolean
  readonly settings: Settings
  /** Latest first. */
  readonly recent: readonly ModelChoice[]
  /** Servers on this computer that have answered so far. */
  readonly found: readonly LocalServer[]
  readonly isLooking: boolean
  readonly figures: ModelFigures
}

/** Each model once, in the first section that it belongs to. */
export function modelMenu(parts: MenuParts): readonly Row<MenuChoice>[] {
  return [...followRow(parts), ...knownRows(parts), ...lockedRows(parts), ...wayRows(parts)]
}

/** One model as a row; without `section`. */
export function modelRow(
  choice: ModelChoice,
  { figures, settings }: Pick<MenuParts, "figures" | "settings">,
) {
  const about = {
    demo: "Finds and quotes text in your files; can’t explain or write code.",
    file: choice.type === "file" ? choice.path : "",
    endpoint: choice.type === "endpoint" ? choice.url : "",
  }
  return {
    label: labelOf(choice),
    description: whereWords(choice),
    detail: `${figureWords(choice, figures, settings)} · ${about[choice.type]}`,
  }
}

/** How many of the recent ones stand above the sections by place. */
const maxRecent = 3

type Section = { readonly name: string; readonly choices: readonly ModelChoice[] }

function knownRows(parts: MenuParts): readonly Row<MenuChoice>[] {
  const { role, settings, recent, found, forFallback = false } = parts
  const { chosen, fallbacks, follows } = roleModels(role.name, settings)
  const servers = found.flatMap(({ baseUrl, models }) =>
    models.map(model => endpointChoice(baseUrl, model)).filter(choice => choice !== undefined),
  )
  const known = [...recent, ...servers, { type: "demo" } as const, ...fallbacks]
  const current = forFallback || follows || chosen === undefined ? [] : [chosen]
  const sections: readonly Section[] = [
    { name: "Current", choices: current },
    { name: "Recent", choices: recent.slice(0, maxRecent) },
    { name: "This computer", choices: known.filter(staysHere) },
    { name: "Endpoints", choices: known.filter(choice => !staysHere(choice)) },
  ]
  const left = forFallback ? [...(chosen === undefined ? [] : [chosen]), ...fallbacks] : []
  const shown = new Set(left.map(formatReference))
  return sections.flatMap(({ name, choices }) =>
    choices.flatMap(choice => {
      const line = formatReference(choice)
      if (shown.has(line)) return []
      shown.add(line)
      const row = { ...modelRow(choice, parts), section: name, value: { type: "use", choice } as const }
      return [name === "Current" ? marked(row) : { ...row, icon: "blank" }]
    }),
  )
}

function followRow({ role, settings, forFallback }: MenuParts): readonly Row<MenuChoice>[] {
  if (role.follows === undefined || forFallback) return []
  const { chosen } = roleModels("chat", settings)
  const description = chosen === undefined ? "no model yet" : `${labelOf(chosen)}, ${placeOf(chosen)}`
  const row = { label: role.follows, description, icon: "blank", value: { type: "follow" } as const }
  return [roleModels(role.name, settings).follows ? marked(row) : row]
}

/** Servers that run but have nothing to choose: a key is missing, or a gpt-oss model. */
function lockedRows({ found }: MenuParts): readonly Row<MenuChoice>[] {
  return found
    .filter(({ models }) => models.length === 0)
    .map(({ name, place, reason = "", baseUrl }) => ({
      label: name,
      description: place,
      detail: reason,
      icon: "blank",
      section: "Servers without a model to choose",
      value: { type: "connect", url: baseUrl },
    }))
}

function wayRows({ role, settings, found, isLooking, forFallback }: MenuParts): readonly Row<MenuChoice>[] {
  const { chosen, fallbacks } = roleModels(role.name, settings)
  const looked = found.length === 0 ? "none answered at the usual ports" : `${found.length} found`
  const ways: readonly Row<MenuChoice>[] = [
    {
      label: "Choose a model file…",
      description: "gpt-oss as GGUF, on this computer",
      icon: "folder-opened",
      value: { type: "file" },
    },
    {
      label: "Connect an endpoint…",
      description: "OpenRouter, Groq, your own server or any other",
      icon: "plug",
      value: { type: "connect" },
    },
    {
      label: "Look for servers on this computer",
      description: isLooking ? "looking…" : looked,
      icon: "search",
      value: { type: "look" },
    },
  ]
  const names = fallbacks.length === 1 ? "1 model" : `${fallbacks.length} models`
  const others: Row<MenuChoice> = {
    label: "Other models if this one can’t answer…",
    description: fallbacks.length === 0 ? "none" : names,
    icon: "list-ordered",
    value: { type: "fallbacks" },
  }
  const rows = chosen === undefined || forFallback ? ways : [...ways, others]
  return rows.map(row => ({ ...row, section: "" }))
}

/** "openrouter.ai · OpenRouter", "127.0.0.1:11434 · Ollama"; the host is never left out. */
function whereWords(choice: ModelChoice): string {
  const place = placeOf(choice)
  if (choice.type !== "endpoint") return place
  const { id, name } = presetOf(textUrl(choice))
  return id === "custom" ? place : `${place} · ${name}`
}

function marked<R extends Row<MenuChoice>>(row: R): R {
  return { ...row, icon: "check", description: `${row.description ?? ""} · current` }
}
