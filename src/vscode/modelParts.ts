// Everything about models, put together for the extension: which one answers, what is asked about them, what was
// learnt and counted of endpoints. Asks nobody anything by itself.
import os from "node:os"
import path from "node:path"
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import type { HostToView } from "../protocol/chatProtocol.ts"
import { type ActiveModel, activeModel } from "./activeModel.ts"
import { downloadFolder } from "./downloadFolder.ts"
import { keptEndpointMemory } from "./endpointFactsStore.ts"
import { endpointLedger } from "./endpointLedger.ts"
import type { ShownEndpoint } from "./endpointPages.ts"
import { endpoints } from "./endpoints.ts"
import { keyStore } from "./keyStore.ts"
import { type LaterDownloads, laterDownloads } from "./laterDownloads.ts"
import { laterQuestions } from "./laterQuestions.ts"
import { localParts } from "./localParts.ts"
import { roleModels } from "./modelChoices.ts"
import { thisMachine } from "./modelFit.ts"
import type { ModelQuestions } from "./modelQuestions.ts"
import { formatReference } from "./modelReference.ts"
import type { OutputLog } from "./outputLog.ts"
import { type Memory, recentModels } from "./recentModels.ts"
import { settings, writeSetting } from "./settings.ts"
import { steadyMemory } from "./steadyMemory.ts"

export type ModelParts = {
  /** VS Code's memory for the extension, through which all parts write. */
  readonly memento: Memory
  readonly model: ActiveModel
  readonly questions: ModelQuestions
  readonly downloads: LaterDownloads
  /** The endpoint of the chat's model; undefined while that is no endpoint. */
  endpoint(): ShownEndpoint | undefined
  /** The user asks once more: what was given up is tried again. */
  tryAgain(): void
  dispose(): void
}

type ModelPartsOptions = {
  readonly context: vscode.ExtensionContext
  readonly log: OutputLog
  /** An answer more of an endpoint was counted. */
  readonly onCounted: () => void
  readonly post: (message: HostToView) => void
}

export function modelParts({ context, log, onCounted, post }: ModelPartsOptions): ModelParts {
  const { extensionPath, secrets, globalStorageUri } = context
  const memento = steadyMemory(context.globalState)
  const parts = disposables(error => log.error(`Closing a part failed: ${String(error)}`))
  const keys = keyStore(secrets)
  const memory = keptEndpointMemory(memento)
  const ledger = parts.add(endpointLedger({ memory: memento }))
  const hosted = endpoints({ settings, keys, memory, ledger, memento, onCounted })
  const local = localParts({
    ...{ extensionPath, memento, log, ask, tell },
    storage: globalStorageUri.fsPath,
    machine: () => thisMachine(os.homedir()),
  })
  const model = parts.add(activeModel({ settings, log, local: local.make, endpoint: hosted.make }))
  const asked = laterQuestions(() => ({
    ...{ settings, keys, write: writeSetting, recent: recentModels(memento) },
    figures: {
      seen: choice => ledger.seen(formatReference(choice)),
      facts: choice => (choice.type === "endpoint" ? memory.get(choice.url, choice.model) : {}),
    },
    learn: ({ url, model }, { contextWindow, price }) => memory.learn(url, model, { contextWindow, price }),
  }))
  const downloads = laterDownloads({
    folder: downloadFolder(memento, path.join(globalStorageUri.fsPath, "models")),
    mirror: () => settings().download.mirror,
    use: file => asked.useFile(file),
    onChange: download => post({ type: "download", download }),
    log,
  })
  void downloads.look()
  return {
    memento,
    model,
    questions: asked,
    downloads,
    endpoint() {
      const { chosen } = roleModels("chat", settings())
      return chosen?.type === "endpoint" ? hosted.shown(chosen) : undefined
    },
    tryAgain: () => local.tryAgain(),
    dispose: () => parts.dispose(),
  }
}

async function ask(question: string, goOn: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true }, goOn)) === goOn
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(sentence)
}
