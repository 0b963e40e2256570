// Settings → the model that answers. A model is made when it is first needed and kept until a setting that
// concerns it changes; making one starts nothing, and one that is replaced frees its memory.
import os from "node:os"
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import { countO200kTokens } from "../harmony/countO200kTokens.ts"
import { endpointUrl } from "../model/hosted/endpointUrl.ts"
import { hostedModel } from "../model/hosted/hostedModel.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import { localModel } from "../model/local/localModel.ts"
import { runtimeProcess } from "../model/local/runtimeProcess.ts"
import { ModelError } from "../model/modelError.ts"
import type { ModelState } from "../protocol/chatState.ts"
import type { KeyStore } from "./keyStore.ts"
import { fileLabel } from "./modelChoices.ts"
import { type Machine, modelFit, thisMachine } from "./modelFit.ts"
import type { Settings } from "./readSettings.ts"

export type ActiveModel = {
  /** Throws ModelError("notConfigured") when the settings name none. */
  current(): LanguageModel
  /** For the page's header; makes no model. */
  state(): ModelState
  dispose(): void
}

type ActiveModelOptions = {
  readonly extensionPath: string
  readonly settings: () => Settings
  readonly keys: KeyStore
  readonly log: Logger
  /** For the welcome page's advice; asked only while no model is set. */
  readonly machine?: () => Machine
}

type Made = { readonly key: string; readonly model: LanguageModel; dispose(): void }

/** The demo model was trained on prompts of up to some 3,000 tokens; beyond that its answers fall apart. */
const demoContextSize = 4096
const demoOutputLimit = 512

/** In tokens; enough for a long answer and a bound for one that never ends. */
const hostedOutputLimit = 16_384

export function activeModel({
  extensionPath,
  settings,
  keys,
  log,
  machine = () => thisMachine(os.homedir()),
}: ActiveModelOptions): ActiveModel {
  let made: Made | undefined

  function local(key: string, options: LocalOptions): Made {
    const mainPath = path.join(extensionPath, "dist", "runtime", "main.mjs")
    const onCrash = (ending: string) => log.warn(`The model process ended: ${ending}`)
    const runtime = runtimeProcess({ mainPath, onCrash })
    return { key, model: localModel({ runtime, ...options }), dispose: () => runtime.dispose() }
  }

  function make(key: string, { model, local: own, endpoint }: Settings): Made {
    switch (model.source) {
      case "none":
        throw new ModelError("notConfigured")
      case "demo":
        return local(key, {
          modelPath: path.join(extensionPath, "media", "demo-model.gguf"),
          label: "Demo model",
          contextSize: demoContextSize,
          outputLimit: demoOutputLimit,
          threads: 1,
          gpu: false,
          temperature: 0,
        })
      case "file":
        if (own.modelPath === "") throw new ModelError("notConfigured")
        return local(key, { ...own, label: fileLabel(own.modelPath), temperature: 1 })
      case "endpoint":
        if (endpoint.url === "" || endpoint.model === "") throw new ModelError("notConfigured")
        return {
          key,
          model: hostedModel({
            baseUrl: endpoint.url,
            model: endpoint.model,
            label: endpoint.model,
            apiKey: origin => keys.get(origin),
            contextWindow: endpoint.contextWindow,
            outputLimit: Math.min(hostedOutputLimit, Math.floor(endpoint.contextWindow / 4)),
            countTokens: countO200kTokens,
          }),
          dispose: () => {},
        }
    }
  }

  return {
    current() {
      const now = settings()
      const key = JSON.stringify([now.model, now.local, now.endpoint])
      if (made?.key !== key) {
        made?.dispose()
        made = undefined
        made = make(key, now)
      }
      return made.model
    },
    state: () =>
      stateOf(settings()) ?? { label: "No model", place: "", kind: "none", fit: modelFit(machine()) },
    dispose() {
      made?.dispose()
      made = undefined
    },
  }
}

type LocalOptions = Omit<Parameters<typeof localModel>[0], "runtime">

/** Undefined: the settings name no model, or half of one. */
function stateOf({ model, local, endpoint }: Settings): ModelState | undefined {
  const here = "on this computer"
  if (model.source === "demo") return { label: "Demo model", place: here, kind: "demo" }
  if (model.source === "file" && local.modelPath !== "")
    return { label: fileLabel(local.modelPath), place: here, kind: "local" }
  const checked = endpointUrl(endpoint.url)
  if (model.source === "endpoint" && checked.ok && endpoint.model !== "")
    return { label: endpoint.model, place: new URL(checked.origin).host, kind: "hosted" }
  return undefined
}
