// What the user is asked about models: which one, which file, which endpoint, which key. Answers go to the user's own
// settings and to the key store.
import type { LocalServer } from "../model/hosted/localServers.ts"
import { connectEndpoint } from "./connectEndpoint.ts"
import { back } from "./dialogue.ts"
import { editFallbacks, sentTexts, type WriteSetting } from "./editFallbacks.ts"
import { enterKey, removeKey } from "./endpointKeys.ts"
import {
  followLine,
  labelOf,
  type ModelRole,
  modelRoles,
  placeOf,
  type RoleName,
  roleModels,
  staysHere,
} from "./modelChoices.ts"
import { endpointChoice, formatReference, type ModelChoice, parseReference } from "./modelReference.ts"
import { type FileAdvice, pickExistingModel } from "./pickExistingModel.ts"
import { type PickParts, pickModel } from "./pickModel.ts"
import type { Settings } from "./readSettings.ts"

/** Each resolves true when something was chosen. */
export type ModelQuestions = {
  /** For the role; without one, asks for which. */
  chooseModel(name?: RoleName): Promise<boolean>
  /** One that another program has, or any file. */
  chooseFile(): Promise<boolean>
  useFile(path: string): Promise<boolean>
  connectEndpoint(): Promise<boolean>
  useDemo(): Promise<boolean>
  /** Asks for the model where the server has several. */
  useServer(server: LocalServer): Promise<boolean>
  enterKey(): Promise<boolean>
  removeKey(): Promise<void>
}

/** `write`: into the user's own settings. */
export type QuestionParts = PickParts & {
  readonly write: WriteSetting
  /** What this computer makes of a file. */
  readonly advice?: FileAdvice
}

export function modelQuestions(parts: QuestionParts): ModelQuestions {
  const { dialogue, settings, recent, write } = parts

  async function chooseModel(name?: RoleName): Promise<boolean> {
    const role: ModelRole | undefined = name === undefined ? await chooseRole() : modelRoles[name]
    if (role === undefined) return false
    const picked = await pickModel(parts, { title: `Choose a model: ${role.label}`, role })
    if (typeof picked !== "object") return false
    if (picked.type === "use") return use(picked.choice, role)
    if (picked.type === "follow") return use("follow", role)
    await editFallbacks(parts, role)
    return false
  }

  async function chooseRole(): Promise<ModelRole | undefined> {
    const rows = Object.values(modelRoles).map((role: ModelRole) => {
      const { chosen, follows } = roleModels(role.name, settings())
      const label = chosen === undefined ? "no model" : labelOf(chosen)
      const description = follows ? `${role.follows ?? ""}: ${label}` : label
      return { label: role.label, description, detail: role.detail, value: role }
    })
    const answer = await dialogue.pick({ title: "Choose a model for…", rows })
    return answer === back ? undefined : answer
  }

  async function use(choice: ModelChoice | "follow", role: ModelRole = modelRoles.chat): Promise<boolean> {
    const next = choice === "follow" ? roleModels("chat", settings()).chosen : choice
    if (next !== undefined && !(await mayStandBefore(next, role))) return false
    // The model comes last: it switches, and by then everything is there.
    await write(role.setting, choice === "follow" ? followLine : formatReference(choice))
    if (choice !== "follow") await recent.used(choice)
    return true
  }

  /**
   * An endpoint that stood behind another was no word for one that stands behind a model on this computer: the user
   * says so, or the list loses it. False: cancelled.
   */
  async function mayStandBefore(next: ModelChoice, role: ModelRole): Promise<boolean> {
    if (!staysHere(next)) return true
    const roles = Object.values(modelRoles).filter(({ name }) => isAffected(name, role.name, settings()))
    const leaving = roles.filter(({ name }) => leavingModels(name, settings()).length > 0)
    if (leaving.length === 0) return true
    const strangers = leaving.flatMap(({ name }) => leavingModels(name, settings()))
    const hosts = [...new Set(strangers.map(placeOf))].join(" and ")
    const texts = leaving.map(({ name }) => sentTexts[name]).join(" and ")
    const [leave, keep] = ["Stay on This Computer", `Ask ${hosts} Too`]
    const answer = await dialogue.decide(
      `Send ${texts} to ${hosts} whenever ${labelOf(next)} on this computer can’t answer?`,
      "Your settings name it for when the model before can’t answer.",
      [leave, keep],
    )
    if (answer === leave)
      for (const { name, fallbacks } of leaving)
        await write(fallbacks, settings()[name].fallbacks.filter(isForHere))
    return answer !== undefined
  }

  async function connect(): Promise<boolean> {
    const choice = await connectEndpoint(parts)
    return typeof choice === "object" && use(choice)
  }

  async function useServer({ name, baseUrl, models }: LocalServer): Promise<boolean> {
    const rows = models.map(label => ({ label, value: label }))
    const model =
      rows.length === 1 ? models[0] : await dialogue.pick({ title: `Choose a model of ${name}`, rows })
    const choice = typeof model === "string" ? endpointChoice(baseUrl, model) : undefined
    return choice !== undefined && use(choice)
  }

  return {
    chooseModel,
    async chooseFile() {
      const path = await pickExistingModel(dialogue, undefined, parts.advice)
      return path !== undefined && use({ type: "file", path })
    },
    useFile: path => use({ type: "file", path }),
    connectEndpoint: connect,
    useDemo: () => use({ type: "demo" }),
    useServer,
    enterKey: () => enterKey(settings(), parts),
    removeKey: () => removeKey(settings(), parts),
  }
}

/** Whether a role gets another model when one is chosen for `chosenFor`. */
function isAffected(name: RoleName, chosenFor: RoleName, settings: Settings): boolean {
  return name === chosenFor || (chosenFor === "chat" && roleModels(name, settings).follows)
}

/** Those behind the role's model that nobody said yes to for a model on this computer. */
function leavingModels(name: RoleName, settings: Settings): readonly ModelChoice[] {
  const { chosen, fallbacks } = roleModels(name, settings)
  const isSettled = chosen !== undefined && staysHere(chosen)
  return isSettled ? [] : fallbacks.filter(each => !staysHere(each))
}

/** What names no model does no harm, and isn't ours to throw away. */
function isForHere(line: string): boolean {
  const parsed = parseReference(line)
  return !parsed.ok || staysHere(parsed.choice)
}
