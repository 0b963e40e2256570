// Everything about models, put together for the extension: which one answers, what is asked about them, what was
// learnt and counted of endpoints. Asks nobody anything by itself.
import path from "node:path"
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import { cudaLibraries } from "../model/local/cudaLibraries.ts"
import { cudaFolder } from "../model/local/cudaPrograms.ts"
import { type PowerWatch, powerWatch } from "../model/local/power/powerWatch.ts"
import type { HostToView } from "../protocol/chatProtocol.ts"
import { offeredModel } from "../protocol/modelDownload.ts"
import { type ActiveModel, activeModel } from "./activeModel.ts"
import { downloadFolder } from "./downloadFolder.ts"
import { keptEndpointMemory } from "./endpointFactsStore.ts"
import { endpointLedger } from "./endpointLedger.ts"
import type { ShownEndpoint } from "./endpointPages.ts"
import { endpoints } from "./endpoints.ts"
import { keyStore } from "./keyStore.ts"
import { laterAdvice } from "./laterAdvice.ts"
import { type LaterDownloads, laterDownloads } from "./laterDownloads.ts"
import { laterQuestions } from "./laterQuestions.ts"
import { localParts } from "./localParts.ts"
import { localWords } from "./localWords.ts"
import { roleModels } from "./modelChoices.ts"
import type { ModelQuestions } from "./modelQuestions.ts"
import { formatReference } from "./modelReference.ts"
import type { OutputLog } from "./outputLog.ts"
import { pageAdvice } from "./pageAdvice.ts"
import { type Memory, recentModels } from "./recentModels.ts"
import { onSettingsChange, settings, writeSetting } from "./settings.ts"
import { steadyMemory } from "./steadyMemory.ts"
import { thisMachine } from "./thisMachine.ts"

export type ModelParts = {
  /** VS Code's memory for the extension, through which all parts write. */
  readonly memento: Memory
  readonly model: ActiveModel
  readonly questions: ModelQuestions
  readonly downloads: LaterDownloads
  /** What models of this computer may do on the power it has. */
  readonly power: PowerWatch
  /** The endpoint of the chat's model; undefined while that is no endpoint. */
  endpoint(): ShownEndpoint | undefined
  /** The user asks once more: what was given up is tried again. */
  tryAgain(): void
  /** What computes for ghost text, and how fast; undefined while that isn't known. */
  computing(): string | undefined
  /** The chat's page is there: what it says of this computer may be looked into. */
  pageShown(): Promise<void>
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
  const power = parts.add(powerWatch({ setting: () => settings().local.onBattery }))
  const folder = downloadFolder(memento, path.join(globalStorageUri.fsPath, "models"))
  const machine = () => thisMachine(folder.get())
  const local = localParts({
    ...{ extensionPath, memento, log, power, ask, tell, machine },
    offerCuda: sentence => void offerCuda(sentence),
    storage: globalStorageUri.fsPath,
    onFigures: () => {
      const download = downloads.state()
      if (download?.phase.kind === "ready") post({ type: "download", download })
    },
  })
  const advice = laterAdvice({ machine, local, settings, log })
  const model = parts.add(
    activeModel({
      ...{ settings, log, local: local.make, endpoint: hosted.make },
      advice: () => advice.beforeDownload(offeredModel.label),
    }),
  )
  const page = pageAdvice({
    state: () => model.state("chat"),
    ...{ ready: advice.ready, settled: advice.settled },
    show: state => post({ type: "settings", model: state, showReasoning: settings().chat.showReasoning }),
  })
  parts.add(onSettingsChange(() => void page.changed()))
  const words = localWords({ local, settings })
  const asked = laterQuestions(() => ({
    ...{ settings, keys, advice, write: writeSetting, recent: recentModels(memento) },
    figures: {
      seen: choice =>
        choice.type === "file" ? words.seen(choice.path) : ledger.seen(formatReference(choice)),
      facts: choice => (choice.type === "endpoint" ? memory.get(choice.url, choice.model) : {}),
    },
    learn: ({ url, model }, { contextWindow, price }) => memory.learn(url, model, { contextWindow, price }),
  }))
  const downloads = laterDownloads({
    ...{ folder, advice, log },
    figures: () => words.measuredIn(folder.get()),
    mirror: () => settings().download.mirror,
    use: file => asked.useFile(file),
    onChange: download => post({ type: "download", download }),
    cuda: {
      folder: cudaFolder(globalStorageUri.fsPath),
      platform: `${process.platform}-${process.arch}`,
      libraries: () => cudaLibraries(),
      setting: () => settings().local.gpu,
      ...{ renew: local.renew, release: local.release, log },
    },
  })
  void downloads.look()
  parts.add(vscode.window.onDidChangeWindowState(({ focused }) => void (focused && downloads.lookAgain())))
  return {
    memento,
    model,
    questions: asked,
    downloads,
    power,
    endpoint() {
      const { chosen } = roleModels("chat", settings())
      return chosen?.type === "endpoint" ? hosted.shown(chosen) : undefined
    },
    tryAgain: () => local.tryAgain(),
    computing: words.computing,
    pageShown() {
      downloads.watch()
      return page.shown()
    },
    dispose: () => parts.dispose(),
  }
}

async function ask(question: string, goOn: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true }, goOn)) === goOn
}

async function offerCuda(sentence: string): Promise<void> {
  const add = "Add CUDA Support…"
  if ((await vscode.window.showInformationMessage(sentence, add)) === add)
    await vscode.commands.executeCommand("osprey.addCuda")
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(sentence)
}
