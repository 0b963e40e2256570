// The questions about models with all that is kept of the answers: settings, keys, the memory of what was used.
// The person who answers is scripted; servers are whatever the test started.
import type { ListedModel } from "../../src/model/hosted/listedModels.ts"
import type { ServerPlace } from "../../src/model/hosted/localServers.ts"
import { keyStore } from "../../src/vscode/keyStore.ts"
import { modelQuestions } from "../../src/vscode/modelQuestions.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"
import { recentModels } from "../../src/vscode/recentModels.ts"
import { type PersonAnswer, scriptedPerson } from "./scriptedPerson.ts"

export type AskingGiven = {
  /** The user's settings. */
  readonly values?: Readonly<Record<string, unknown>>
  readonly recent?: readonly string[]
  readonly keys?: Readonly<Record<string, string>>
  readonly places?: readonly ServerPlace[]
}

/** `values`, `secrets` and `recent()` are what is kept afterwards. */
export function askingForModels(answers: readonly PersonAnswer[], given: AskingGiven = {}) {
  const values: Record<string, unknown> = { ...given.values }
  const secrets = new Map(
    Object.entries(given.keys ?? {}).map(([origin, own]) => [`osprey.key:${origin}`, own]),
  )
  let lines: unknown = given.recent ?? []
  const learnt: ListedModel[] = []
  const dialogue = scriptedPerson(...answers)
  const questions = modelQuestions({
    dialogue,
    settings: () => readSettings({ get: () => undefined, inspect: name => ({ globalValue: values[name] }) }),
    async write(name, value) {
      values[name] = value
    },
    keys: keyStore({
      get: async name => secrets.get(name),
      store: async (name, own) => void secrets.set(name, own),
      delete: async name => void secrets.delete(name),
    }),
    recent: recentModels({
      get: () => lines,
      async update(_name, value) {
        lines = value
      },
    }),
    figures: { seen: () => undefined, facts: () => ({}) },
    learn: (_choice, model) => learnt.push(model),
    places: given.places ?? [],
  })
  return { ...questions, values, secrets, learnt, dialogue, recent: () => lines }
}
