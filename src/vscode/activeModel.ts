// Settings → the model that answers, with those behind it that answer when it can't. A model is made when it is
// first needed and kept until a setting that concerns it changes; making one starts nothing, and one that is
// replaced frees its memory.
import type { Logger } from "../base/logger.ts"
import { failoverModel } from "../model/failoverModel.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { ModelError } from "../model/modelError.ts"
import type { ModelState } from "../protocol/chatState.ts"
import type { ModelFit } from "../protocol/modelOffer.ts"
import type { LocalMaker } from "./localParts.ts"
import { labelOf, modelRoles, placeOf, type RoleName, roleModels } from "./modelChoices.ts"
import { type EndpointChoice, formatReference, type ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"

/** Who asks. Roles whose settings name the same model share it, and its process. */
export type Role = RoleName

export type ActiveModel = {
  /** Throws ModelError("notConfigured") when the settings name none. */
  current(role: Role): LanguageModel
  /** What is shown of it; makes no model. */
  state(role: Role): ModelState
  dispose(): void
}

export type MadeModel = { readonly model: LanguageModel; dispose(): void }

/** Makes the model at an endpoint; asks nothing of it yet. */
export type EndpointMaker = (choice: EndpointChoice, settings: Settings) => MadeModel

type ActiveModelOptions = {
  readonly settings: () => Settings
  readonly local: LocalMaker
  readonly endpoint: EndpointMaker
  readonly log: Logger
  /** What the chat's page says of the model that it offers while none is set. */
  readonly advice: () => ModelFit | undefined
}

export function activeModel({ settings, local, endpoint, log, advice }: ActiveModelOptions): ActiveModel {
  const made = new Map<string, MadeModel>()
  /** What answers, one model or several in a row, by the keys of them all. */
  const joined = new Map<string, LanguageModel>()
  let seen: Settings | undefined

  function make(choice: ModelChoice, now: Settings): MadeModel {
    return choice.type === "endpoint" ? endpoint(choice, now) : local(choice, now)
  }

  function modelOf(choice: ModelChoice, now: Settings): LanguageModel {
    const key = keyOf(choice, now)
    const known = made.get(key) ?? make(choice, now)
    made.set(key, known)
    return known.model
  }

  /** A model that no role names any more frees its memory. */
  function forgetOthers(now: Settings): void {
    const lists = Object.values(modelRoles).map(({ name }) => keysOf(name, now))
    for (const [key, { dispose }] of made) {
      if (lists.some(keys => keys.includes(key))) continue
      made.delete(key)
      dispose()
    }
    for (const list of joined.keys()) if (!lists.some(keys => listKey(keys) === list)) joined.delete(list)
  }

  return {
    current(role) {
      const now = settings()
      if (now !== seen) forgetOthers(now)
      seen = now
      const { chosen, fallbacks, fault } = roleModels(role, now)
      if (chosen === undefined)
        throw new ModelError("notConfigured", fault === undefined ? {} : { said: fault })
      const list = listKey(keysOf(role, now))
      const known = joined.get(list)
      if (known !== undefined) return known
      warnOfBadFallbacks(role, now, log)
      const first = modelOf(chosen, now)
      const others = fallbacks.map(choice => modelOf(choice, now))
      // A list of the user's own is the user's word, also for an endpoint behind a local model.
      const fresh = failoverModel([first, ...others], { allowHosted: true })
      joined.set(list, fresh)
      return fresh
    },
    state(role) {
      const { chosen } = roleModels(role, settings())
      if (chosen === undefined) return { ...noModel, ...(role === "chat" && fitOf(advice())) }
      return { label: labelOf(chosen), place: placeOf(chosen), kind: kinds[chosen.type] }
    },
    dispose() {
      for (const { dispose } of made.values()) dispose()
      made.clear()
      joined.clear()
    },
  }
}

const noModel = { label: "No model", place: "", kind: "none" } as const

function fitOf(fit: ModelFit | undefined): Pick<ModelState, "fit"> {
  return fit === undefined ? {} : { fit }
}

const kinds = { demo: "demo", file: "local", endpoint: "hosted" } as const

function keysOf(role: Role, now: Settings): readonly string[] {
  const { chosen, fallbacks } = roleModels(role, now)
  return chosen === undefined ? [] : [chosen, ...fallbacks].map(choice => keyOf(choice, now))
}

function listKey(keys: readonly string[]): string {
  return keys.join("\n")
}

/** Changes with every setting that the made model depends on; what it does on battery is asked each time. */
function keyOf(choice: ModelChoice, { local, endpoint, openRouter, freeLlmRouter }: Settings): string {
  const { onBattery: _onBattery, ...file } = local
  const concerning = { demo: [], file, endpoint: { endpoint, openRouter, freeLlmRouter } } as const
  return JSON.stringify([formatReference(choice), concerning[choice.type]])
}

/** By number only: what stands there may be anything. */
function warnOfBadFallbacks(role: Role, now: Settings, log: Logger): void {
  for (const number of roleModels(role, now).badFallbacks)
    log.warn(`Entry ${number} of osprey.${modelRoles[role].fallbacks} names no model and is left out.`)
}
