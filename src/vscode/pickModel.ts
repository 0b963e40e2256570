// The menu of models, from its opening to one choice: servers on this computer join it as they are found, a file or
// an endpoint is asked for on the way. Writes nothing.
import {
  type LocalServer,
  localServers,
  type ServerPlace,
  usualPlaces,
} from "../model/hosted/localServers.ts"
import { type ConnectParts, connectEndpoint } from "./connectEndpoint.ts"
import { type Answer, back, type Dialogue } from "./dialogue.ts"
import { type ModelRole, roleModels } from "./modelChoices.ts"
import type { ModelFigures } from "./modelFigures.ts"
import { type MenuChoice, modelMenu } from "./modelMenu.ts"
import { type ModelChoice, parseReference } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"
import type { RecentModels } from "./recentModels.ts"

export type PickParts = ConnectParts & {
  readonly settings: () => Settings
  readonly recent: RecentModels
  readonly figures: ModelFigures
  /** Where servers on this computer are looked for. */
  readonly places?: readonly ServerPlace[]
}

/** A model, the chat's one, or the wish to see to the models behind it. */
export type PickedModel = Extract<MenuChoice, { readonly type: "use" | "follow" | "fallbacks" }>

export type PickQuestionAbout = {
  readonly title: string
  readonly role: ModelRole
  /** For the list behind the role's model: without what is in it already. */
  readonly forFallback?: boolean
}

export async function pickModel(parts: PickParts, about: PickQuestionAbout): Promise<Answer<PickedModel>> {
  const { dialogue } = parts
  for (;;) {
    const answer = await ask(parts, about)
    if (typeof answer !== "object") return answer
    switch (answer.type) {
      case "use":
      case "follow":
      case "fallbacks":
        return answer
      case "look":
        break
      case "file": {
        const choice = await chooseFile(dialogue)
        if (choice !== undefined) return { type: "use", choice }
        break
      }
      case "connect": {
        const start = { canGoBack: true, ...(answer.url !== undefined && { url: answer.url }) }
        const choice = await connectEndpoint(parts, start)
        if (choice === undefined) return undefined
        if (choice !== back) return { type: "use", choice }
      }
    }
  }
}

/** Undefined: none was chosen, or one whose path can't stand in the settings, which was said. */
export async function chooseFile(dialogue: Dialogue): Promise<ModelChoice | undefined> {
  const path = await dialogue.chooseModelFile()
  if (path === undefined) return undefined
  const parsed = parseReference(path)
  if (parsed.ok) return parsed.choice
  dialogue.tell(`This file can’t be used. ${parsed.sentence}`)
  return undefined
}

function ask(parts: PickParts, about: PickQuestionAbout): Promise<Answer<MenuChoice>> {
  const { dialogue, recent, figures, places = usualPlaces } = parts
  const rows = (found: readonly LocalServer[], isLooking: boolean) =>
    modelMenu({ ...about, settings: parts.settings(), recent: recent.list(), found, isLooking, figures })
  const { fault } = roleModels(about.role.name, parts.settings())
  return dialogue.pick({
    title: about.title,
    ...(fault !== undefined && { placeholder: `The model in your settings can’t be used. ${fault}` }),
    rows: rows([], true),
    canGoBack: about.forFallback ?? false,
    async later(show) {
      const found = new Map<ServerPlace, readonly LocalServer[]>()
      const inOrder = () => places.flatMap(place => found.get(place) ?? [])
      await Promise.all(
        places.map(async place => {
          found.set(place, await localServers([place]))
          if (found.size < places.length) show(rows(inOrder(), true))
        }),
      )
      show(rows(inOrder(), false))
    },
  })
}
