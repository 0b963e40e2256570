// Everything about the models on this computer, put together: the process of each, what is asked before one is loaded,
// what was measured of it. The one place that joins settings with the local model.
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import type { LanguageModel } from "../model/languageModel.ts"
import type { ProbedCard } from "../model/local/fit/foundGraphics.ts"
import type { ModelFile } from "../model/local/fit/modelNeeds.ts"
import { inspectModel } from "../model/local/inspectModel.ts"
import { type LocalModelOptions, localModel } from "../model/local/localModel.ts"
import { modelUsers } from "../model/local/modelUsers.ts"
import { idleTime } from "../model/local/power/powerPolicy.ts"
import type { PowerWatch } from "../model/local/power/powerWatch.ts"
import { type RuntimeProcess, runtimeProcess } from "../model/local/runtimeProcess.ts"
import { ModelError } from "../model/modelError.ts"
import type { MadeModel } from "./activeModel.ts"
import type { FoundCard } from "./cudaWords.ts"
import { gpuGivenUp } from "./gpuWords.ts"
import { graphicsCards } from "./graphicsCards.ts"
import { type LocalFigures, localFigures } from "./localFigures.ts"
import { demoContextSize, labelOf } from "./modelChoices.ts"
import type { EndpointChoice, ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"
import type { Memory } from "./recentModels.ts"
import type { Machine } from "./thisMachine.ts"

export type LocalChoice = Exclude<ModelChoice, EndpointChoice>

/** Makes a model on this computer; starts nothing yet. */
export type LocalMaker = (choice: LocalChoice, settings: Settings) => MadeModel

type Wanted = Settings["local"]

export type LocalParts = {
  readonly make: LocalMaker
  /** The user wants another try: a model's process died again and again, or a warning was answered with no. */
  tryAgain(): void
  /** What computes for each, and what was measured of it. */
  readonly figures: Pick<LocalFigures, "measured" | "computing">
  /** The card that computes where the settings want this, as far as it is known by now. */
  graphics(wanted: Pick<Wanted, "gpu" | "gpuLayers">): ProbedCard | undefined
  /** Has the cards asked, once in this window. */
  lookForGraphics(): Promise<void>
  /**
   * What computes has changed: models are loaded anew, once their answers are written. The graphics cards that are
   * found now.
   */
  renew(): Promise<readonly FoundCard[]>
  /** Takes all models out of memory; answers that are being written end. */
  release(): Promise<void>
}

type LocalPartsOptions = {
  readonly extensionPath: string
  /** Of all windows: `globalStorageUri`. */
  readonly storage: string
  readonly memento: Memory
  readonly log: Logger
  readonly machine: () => Machine
  /** Of no concern to the demo model, which computes next to nothing. */
  readonly power: Pick<PowerWatch, "policy" | "settled">
  /** Before a model is loaded that this computer will feel. False: it isn't loaded. */
  readonly ask: (question: string, goOn: string) => Promise<boolean>
  readonly tell: (sentence: string) => void
  /** Tells, and offers to add CUDA support. */
  readonly offerCuda: (sentence: string) => void
  /** A model was loaded or measured. */
  readonly onFigures?: () => void
}

/** Tokens; its answers are short. */
const demoOutputLimit = 512

export function localParts({
  extensionPath,
  storage,
  memento,
  log,
  machine,
  power,
  ask,
  tell,
  offerCuda,
  onFigures = () => {},
}: LocalPartsOptions): LocalParts {
  const mainPath = path.join(extensionPath, "dist", "runtime", "main.mjs")
  const users = modelUsers(path.join(storage, "models-in-use"))
  const figures = localFigures({ memento, power, log, onChange: onFigures })
  const runtimes = new Set<RuntimeProcess>()
  const cards = graphicsCards({ mainPath, storage, log, tell, offerCuda })
  /** What the user said in this window, by the question. A no holds until another try is asked for: ghost text asks often. */
  const answers = new Map<string, boolean>()
  /** Of files that a no holds for, so that no process is started to ask again. */
  const refused = new Map<string, ModelFile>()
  /** Processes that end. They hold their memory until they are gone. */
  const leaving = new Set<Promise<void>>()

  function made(
    modelPath: string,
    idleMs: () => number,
    rest: (runtime: RuntimeProcess) => RestOfModel,
  ): Made {
    const runtime = runtimeProcess({
      ...{ mainPath, idleMs, cuda: cards.cuda },
      onGone: pid => users.leave(modelPath, pid),
      onCrash: ending => log.warn(`The model process ended: ${ending}`),
    })
    runtimes.add(runtime)
    const model = localModel({ runtime, modelPath, ...rest(runtime) })
    const dispose = () => {
      runtimes.delete(runtime)
      const gone = runtime.dispose("settings changed, so it was ended")
      leaving.add(gone)
      void gone.then(() => leaving.delete(gone))
    }
    return { model, dispose }
  }

  function demo(choice: LocalChoice): MadeModel {
    return made(path.join(extensionPath, "media", "demo-model.gguf"), never, () => ({
      label: labelOf(choice),
      ...{ contextSize: demoContextSize, outputLimit: demoOutputLimit },
      ...{ threads: 1, gpu: false, temperature: 0 },
    }))
  }

  function file(choice: Extract<LocalChoice, { type: "file" }>, { local }: Settings): MadeModel {
    const { contextSize, threads, idleMinutes } = local
    const modelPath = choice.path
    const idleMs = () => idleTime(idleMinutes, power.policy())
    const own: Made = made(modelPath, idleMs, runtime => ({
      ...{ label: labelOf(choice), contextSize, gpu: local.gpu, temperature: 1 },
      gpuLayers: local.gpuLayers < 0 ? undefined : local.gpuLayers,
      ...{ threads, tuned: figures.tuned(modelPath, threads) },
      gpus: () => cards.usable(local.gpu),
      gpuRound: cards.round,
      beforeLoad: gpu => mayLoad(runtime, modelPath, { ...local, ...(typeof gpu === "string" && { gpu }) }),
      afterLoad(pid) {
        if (pid !== undefined) users.enter(modelPath, pid)
        users.leave(modelPath, process.pid)
      },
      onLoaded: facts => figures.loaded({ modelPath, model: own.model, facts, threads }),
      onGpuFailed(detail, next) {
        log.warn(`The graphics card failed, and ${next} is next: ${detail}`)
        if (next === "cpu") tell(gpuGivenUp)
      },
    }))
    return { ...own, model: readingAhead(own.model, power) }
  }

  function graphics({ gpu, gpuLayers }: Pick<Wanted, "gpu" | "gpuLayers">): ProbedCard | undefined {
    return gpuLayers === 0 ? undefined : cards.best(gpu)
  }

  /** Enters this window among the model's users. Throws outOfMemory when the user thinks better of it. */
  async function mayLoad(runtime: RuntimeProcess, modelPath: string, wanted: Wanted): Promise<void> {
    await Promise.all(leaving)
    const model =
      refused.get(modelPath) ?? (await inspectModel(runtime, modelPath, new AbortController().signal))
    if (model === undefined) return
    const { fitParts } = await import("./fitParts.ts")
    const { contextSize } = wanted
    for (;;) {
      // Before it looks: of two windows that do so at the same time, one at least sees the other.
      users.enter(modelPath, process.pid)
      const others = users.others(modelPath)
      const computer = { machine: machine(), card: graphics(wanted) }
      const warning = fitParts.loadingWarning({ model, ...computer, contextSize, others })
      if (warning === undefined) return
      // Free memory is never twice the same; what follows from it is.
      const question = JSON.stringify([modelPath, contextSize, warning.replace(/[\d.,]+/g, "#")])
      const goesOn = answers.get(question)
      if (goesOn === true) return
      // While it waits, nothing is in memory.
      users.leave(modelPath, process.pid)
      if (goesOn === undefined) answers.set(question, await ask(warning, "Load it"))
      else {
        refused.set(modelPath, model)
        await runtime.stop()
        throw new ModelError("outOfMemory", { subject: path.basename(modelPath), said: warning })
      }
    }
  }

  return {
    make: (choice, settings) => (choice.type === "demo" ? demo(choice) : file(choice, settings)),
    tryAgain() {
      for (const [question, goesOn] of answers) if (!goesOn) answers.delete(question)
      refused.clear()
      for (const runtime of runtimes) runtime.allowStart()
    },
    figures,
    graphics,
    lookForGraphics: cards.settled,
    renew() {
      for (const runtime of runtimes) runtime.renew()
      return cards.look()
    },
    async release() {
      await Promise.all([...runtimes].map(runtime => runtime.stop("all models were taken out of memory")))
    },
  }
}

/** Idle time of what may stay loaded. */
const never = () => 0

/** On battery it is read when somebody waits for the answer. */
function readingAhead(model: LanguageModel, power: Pick<PowerWatch, "settled">): LanguageModel {
  return {
    ...model,
    async prepare(conversation, signal) {
      if ((await power.settled()).worksAhead) await model.prepare?.(conversation, signal)
    },
  }
}

type Made = { readonly model: ReturnType<typeof localModel>; dispose(): void }
type RestOfModel = Omit<LocalModelOptions, "runtime" | "modelPath">
