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
import { fileLabel, type ModelRole } from "./modelChoices.ts"
import { type Machine, modelFit, thisMachine } from "./modelFit.ts"
import type { Settings } from "./readSettings.ts"

/** Who asks. Roles whose settings name the same model share it, and its process. */
export type Role = ModelRole["name"]

export type ActiveModel = {
  /** Throws ModelError("notConfigured") when the settings name none. */
  current(role: Role): LanguageModel
  /** What is shown of it; makes no model. */
  state(role: Role): ModelState
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

type Made = { readonly model: LanguageModel; dispose(): void }
type Source = Settings["model"]["source"]

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
  const made = new Map<string, Made>()

  function local(options: LocalOptions): Made {
    const mainPath = path.join(extensionPath, "dist", "runtime", "main.mjs")
    const onCrash = (ending: string) => log.warn(`The model process ended: ${ending}`)
    const runtime = runtimeProcess({ mainPath, onCrash })
    return { model: localModel({ runtime, ...options }), dispose: () => runtime.dispose() }
  }

  function make(source: Source, { local: own, endpoint }: Settings): Made {
    switch (source) {
      case "none":
        throw new ModelError("notConfigured")
      case "demo":
        return local({
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
        return local({ ...own, label: fileLabel(own.modelPath), temperature: 1 })
      case "endpoint":
        if (endpoint.url === "" || endpoint.model === "") throw new ModelError("notConfigured")
        return {
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

  /** A model that no role uses any more frees its memory. */
  function forgetOthers(now: Settings): void {
    const used = (["chat", "completion"] as const).map(role => keyOf(sourceOf(role, now), now))
    for (const [key, { dispose }] of made) {
      if (used.includes(key)) continue
      made.delete(key)
      dispose()
    }
  }

  return {
    current(role) {
      const now = settings()
      const source = sourceOf(role, now)
      const key = keyOf(source, now)
      const known = made.get(key)
      if (known !== undefined) return known.model
      forgetOthers(now)
      const fresh = make(source, now)
      made.set(key, fresh)
      return fresh.model
    },
    state(role) {
      const now = settings()
      const none = { label: "No model", place: "", kind: "none" } as const
      return stateOf(sourceOf(role, now), now) ?? { ...none, fit: modelFit(machine()) }
    },
    dispose() {
      for (const { dispose } of made.values()) dispose()
      made.clear()
    },
  }
}

function sourceOf(role: Role, { model, completion }: Settings): Source {
  return role === "chat" || completion.source === "chat" ? model.source : completion.source
}

function keyOf(source: Source, { local, endpoint }: Settings): string {
  const parts = { none: [], demo: [], file: local, endpoint } as const
  return JSON.stringify([source, parts[source]])
}

type LocalOptions = Omit<Parameters<typeof localModel>[0], "runtime">

/** Undefined: the settings name no model, or half of one. */
function stateOf(source: Source, { local, endpoint }: Settings): ModelState | undefined {
  const here = "on this computer"
  if (source === "demo") return { label: "Demo model", place: here, kind: "demo" }
  if (source === "file" && local.modelPath !== "")
    return { label: fileLabel(local.modelPath), place: here, kind: "local" }
  const checked = endpointUrl(endpoint.url)
  if (source === "endpoint" && checked.ok && endpoint.model !== "")
    return { label: endpoint.model, place: new URL(checked.origin).host, kind: "hosted" }
  return undefined
}
