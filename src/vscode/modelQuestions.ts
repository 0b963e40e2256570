// The short dialogues about models: which one, which file, which endpoint, which key. Answers go to the user's
// own settings and to SecretStorage; nothing is asked of a model or a server here.
import * as vscode from "vscode"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import type { LocalServer } from "../model/hosted/localServers.ts"
import type { KeyStore } from "./keyStore.ts"
import { type ChoiceRow, choiceRows, type ModelChoice, type ModelRole, modelRoles } from "./modelChoices.ts"
import type { RecentModels } from "./recentModels.ts"
import type { Settings } from "./settings.ts"
import { writeSetting } from "./settings.ts"

/** Each resolves true when something was chosen. */
export type ModelQuestions = {
  /** For the role; without one, asks for which. */
  chooseModel(name?: ModelRole["name"]): Promise<boolean>
  chooseFile(): Promise<boolean>
  connectEndpoint(): Promise<boolean>
  useDemo(): Promise<boolean>
  /** Asks for the model where the server has several. */
  useServer(server: LocalServer): Promise<boolean>
  enterKey(): Promise<boolean>
  removeKey(): Promise<void>
}

type Row = vscode.QuickPickItem & { readonly choose?: () => Promise<boolean> }

/** Without `recent` the menu offers what the settings name. */
export function modelQuestions(
  settings: () => Settings,
  keys: KeyStore,
  recent: RecentModels,
): ModelQuestions {
  async function chooseModel(name?: ModelRole["name"]): Promise<boolean> {
    const role = modelRoles.find(each => each.name === name) ?? (await chooseRole(settings()))
    if (role === undefined) return false
    const rows: Row[] = choiceRows(settings(), recent.list(), role).map(row => ({
      ...shownRow(row),
      choose: () => use(row.choice, role),
    }))
    rows.push(
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      {
        label: "$(folder-opened) Choose a model file…",
        description: "gpt-oss as GGUF, on this computer",
        choose: () => chooseFile(role),
      },
      {
        label: "$(plug) Connect an endpoint…",
        description: "any OpenAI-compatible address",
        choose: () => connectEndpoint(role),
      },
    )
    const title = `Choose a model: ${role.label}`
    const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true })
    return (await chosen?.choose?.()) ?? false
  }

  async function use(choice: ModelChoice | "follow", role = modelRoles[0]): Promise<boolean> {
    if (role === undefined) return false
    if (choice === "follow") {
      await writeSetting(role.setting, role.follows?.value ?? "")
      return true
    }
    // The source comes last: it switches, and by then everything is there.
    if (choice.type === "file") await writeSetting("local.modelPath", choice.path)
    if (choice.type === "endpoint") {
      await writeSetting("endpoint.url", choice.url)
      await writeSetting("endpoint.model", choice.model)
    }
    await writeSetting(role.setting, choice.type)
    await recent.used(choice)
    return true
  }

  async function chooseFile(role?: ModelRole): Promise<boolean> {
    const files = await vscode.window.showOpenDialog({
      title: "Choose a gpt-oss model file",
      openLabel: "Use this model",
      canSelectMany: false,
      filters: { "GGUF model": ["gguf"] },
    })
    const file = files?.[0]
    return file === undefined ? false : use({ type: "file", path: file.fsPath }, role)
  }

  async function connectEndpoint(role?: ModelRole): Promise<boolean> {
    const url = await vscode.window.showInputBox({
      title: "Connect an endpoint: base URL",
      value: settings().endpoint.url,
      placeHolder: "https://openrouter.ai/api/v1 or http://localhost:11434/v1",
      ignoreFocusOut: true,
      validateInput: text => {
        const checked = endpointUrl(text)
        return checked.ok ? undefined : checked.sentence
      },
    })
    const checked = endpointUrl(url ?? "")
    if (url === undefined || !checked.ok) return false
    const model = await vscode.window.showInputBox({
      title: "Connect an endpoint: model name",
      value: settings().endpoint.model,
      placeHolder: "openai/gpt-oss-120b",
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === "" ? "Enter the model's name at this endpoint." : undefined),
    })
    if (model === undefined) return false
    if (!checked.isLoopback && (await keys.get(checked.origin)) === undefined) {
      const key = await askKey(checked.origin, "Leave it empty if the endpoint takes none. ")
      if (key === undefined) return false
      if (key !== "") await keys.set(checked.origin, key)
    }
    return use({ type: "endpoint", url: url.trim(), model: model.trim() }, role)
  }

  async function useServer({ name, baseUrl, models }: LocalServer): Promise<boolean> {
    const model =
      models.length === 1
        ? models[0]
        : await vscode.window.showQuickPick(models, { title: `Choose a model of ${name}` })
    return model === undefined ? false : use({ type: "endpoint", url: baseUrl, model })
  }

  async function enterKey(): Promise<boolean> {
    const checked = endpointUrl(settings().endpoint.url)
    if (!checked.ok) {
      void vscode.window.showWarningMessage(`Enter the endpoint's address first. ${checked.sentence}`)
      return false
    }
    const key = await askKey(checked.origin)
    if (key === undefined || key === "") return false
    await keys.set(checked.origin, key)
    return true
  }

  async function removeKey(): Promise<void> {
    const checked = endpointUrl(settings().endpoint.url)
    if (checked.ok) await keys.delete(checked.origin)
  }

  return {
    chooseModel,
    chooseFile: () => chooseFile(),
    connectEndpoint: () => connectEndpoint(),
    useDemo: () => use({ type: "demo" }),
    useServer,
    enterKey,
    removeKey,
  }
}

async function chooseRole(settings: Settings): Promise<ModelRole | undefined> {
  const rows = modelRoles.map(role => ({
    label: role.label,
    description: choiceRows(settings, [], role).find(({ current }) => current)?.label ?? "no model",
    detail: role.detail,
    role,
  }))
  return (await vscode.window.showQuickPick(rows, { title: "Choose a model for…" }))?.role
}

function shownRow({ label, description, detail, current }: ChoiceRow): vscode.QuickPickItem {
  const parts = [description, current ? "current" : ""].filter(part => part !== "")
  return { label: `$(${current ? "check" : "blank"}) ${label}`, description: parts.join(" · "), detail }
}

async function askKey(origin: string, hint = ""): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title: `API key for ${new URL(origin).host}`,
    prompt: `${hint}Kept in VS Code's secret storage and sent to ${origin} only.`,
    password: true,
    ignoreFocusOut: true,
  })
  return key?.trim()
}
