// The short dialogues about models: which one, which file, which endpoint, which key. Answers go to the user's
// own settings and to SecretStorage; nothing is asked of a model or a server here.
import * as vscode from "vscode"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import type { KeyStore } from "./keyStore.ts"
import type { Settings } from "./settings.ts"
import { writeSetting } from "./settings.ts"

export type ModelQuestions = {
  /** Resolves true when something was chosen. */
  chooseModel(): Promise<boolean>
  chooseFile(): Promise<boolean>
  enterKey(): Promise<boolean>
  removeKey(): Promise<void>
}

export function modelQuestions(settings: () => Settings, keys: KeyStore): ModelQuestions {
  async function chooseModel(): Promise<boolean> {
    const demo = {
      label: "Demo model",
      description: "ships with Osprey",
      detail: "Small and quick; shows how Osprey works but can't really code.",
    }
    const file = {
      label: "gpt-oss on this computer…",
      description: "a GGUF file",
      detail: "Runs in a process of its own. Nothing leaves this computer.",
    }
    const endpoint = {
      label: "Endpoint…",
      description: "OpenAI-compatible",
      detail: "OpenRouter, Ollama, LM Studio, llama-server, vLLM and others.",
    }
    const chosen = await vscode.window.showQuickPick([demo, file, endpoint], { title: "Choose a model" })
    if (chosen === undefined) return false
    if (chosen === file) return chooseFile()
    if (chosen === endpoint) return chooseEndpoint()
    await writeSetting("model.source", "demo")
    return true
  }

  async function chooseFile(): Promise<boolean> {
    const files = await vscode.window.showOpenDialog({
      title: "Choose a gpt-oss model file",
      openLabel: "Use this model",
      canSelectMany: false,
      filters: { "GGUF model": ["gguf"] },
    })
    const file = files?.[0]
    if (file === undefined) return false
    await writeSetting("local.modelPath", file.fsPath)
    await writeSetting("model.source", "file")
    return true
  }

  async function chooseEndpoint(): Promise<boolean> {
    const url = await vscode.window.showInputBox({
      title: "Endpoint (1 of 2): base URL",
      value: settings().endpoint.url,
      placeHolder: "https://openrouter.ai/api/v1 or http://localhost:11434/v1",
      ignoreFocusOut: true,
      validateInput: text => {
        const checked = endpointUrl(text)
        return checked.ok ? undefined : checked.sentence
      },
    })
    if (url === undefined) return false
    const model = await vscode.window.showInputBox({
      title: "Endpoint (2 of 2): model name",
      value: settings().endpoint.model,
      placeHolder: "openai/gpt-oss-120b",
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === "" ? "Enter the model's name at this endpoint." : undefined),
    })
    if (model === undefined) return false
    await writeSetting("endpoint.url", url.trim())
    await writeSetting("endpoint.model", model.trim())
    await writeSetting("model.source", "endpoint")
    return true
  }

  async function enterKey(): Promise<boolean> {
    const checked = endpointUrl(settings().endpoint.url)
    if (!checked.ok) {
      void vscode.window.showWarningMessage(`Enter the endpoint's address first. ${checked.sentence}`)
      return false
    }
    const key = await vscode.window.showInputBox({
      title: `API key for ${new URL(checked.origin).host}`,
      prompt: `Kept in VS Code's secret storage and sent to ${checked.origin} only.`,
      password: true,
      ignoreFocusOut: true,
    })
    if (key === undefined || key.trim() === "") return false
    await keys.set(checked.origin, key.trim())
    return true
  }

  async function removeKey(): Promise<void> {
    const checked = endpointUrl(settings().endpoint.url)
    if (checked.ok) await keys.delete(checked.origin)
  }

  return { chooseModel, chooseFile, enterKey, removeKey }
}
