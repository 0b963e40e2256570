// Everything about the models on this computer, put together: the process of each, what is asked before one is loaded,
// what was measured of it. The one place that joins settings with the local model.
import path from "node:path"
import type { Logger } from "../base/logger.ts"
import { loadWarning, type MeasuredSpeed, secondCopyWarning } from "../model/local/fit/fitAdvice.ts"
import type { ModelFile } from "../model/local/fit/modelNeeds.ts"
import { inspectModel } from "../model/local/inspectModel.ts"
import { type LocalModelOptions, localModel } from "../model/local/localModel.ts"
import { type ModelUsers, modelUsers } from "../model/local/modelUsers.ts"
import { type MachineFacts, probeMachine } from "../model/local/probeMachine.ts"
import { type RuntimeProcess, runtimeProcess } from "../model/local/runtimeProcess.ts"
import { ModelError } from "../model/modelError.ts"
import type { MadeModel } from "./activeModel.ts"
import { type Measurements, measurements } from "./localMeasurements.ts"
import { demoContextSize, labelOf } from "./modelChoices.ts"
import { contextsOf, type Machine } from "./modelFit.ts"
import type { EndpointChoice, ModelChoice } from "./modelReference.ts"
import type { Settings } from "./readSettings.ts"
import type { Memory } from "./recentModels.ts"

export type LocalChoice = Exclude<ModelChoice, EndpointChoice>

/** Makes a model on this computer; starts nothing yet. */
export type LocalMaker = (choice: LocalChoice, settings: Settings) => MadeModel

export type LocalParts = {
  readonly make: LocalMaker
  /** The user wants another try: a model's process died again and again, or a warning was answered with no. */
  tryAgain(): void
  /** Measured on this computer after the file was first loaded; undefined before. */
  measured(modelPath: string): MeasuredSpeed | undefined
}

type LocalPartsOptions = {
  readonly extensionPath: string
  /** Of all windows: `globalStorageUri`. */
  readonly storage: string
  readonly memento: Memory
  readonly log: Logger
  readonly machine: () => Machine
  /** Before a model is loaded that this computer will feel. False: it isn't loaded. */
  readonly ask: (question: string, goOn: string) => Promise<boolean>
  readonly tell: (sentence: string) => void
}

/** Tokens; its answers are short. */
const demoOutputLimit = 512

export function localParts({
  extensionPath,
  storage,
  memento,
  log,
  machine,
  ask,
  tell,
}: LocalPartsOptions): LocalParts {
  const mainPath = path.join(extensionPath, "dist", "runtime", "main.mjs")
  const users = modelUsers(path.join(storage, "models-in-use"))
  const measured = measurements(memento)
  const runtimes = new Set<RuntimeProcess>()
  const gpu = gpuQuestion(mainPath, log)
  /** What the user said in this window, by file. A no holds until another try is asked for: ghost text asks often. */
  const answers = new Map<string, { readonly warning: string; readonly goesOn: boolean }>()

  function made(
    modelPath: string,
    idleMinutes: number,
    rest: (runtime: RuntimeProcess) => RestOfModel,
  ): Made {
    const runtime = runtimeProcess({
      mainPath,
      idleMs: idleMinutes * 60_000,
      onStart: pid => users.enter(modelPath, pid),
      onGone: pid => users.leave(modelPath, pid),
      onCrash: ending => log.warn(`The model process ended: ${ending}`),
    })
    runtimes.add(runtime)
    const model = localModel({ runtime, modelPath, ...rest(runtime) })
    const dispose = () => {
      runtimes.delete(runtime)
      runtime.dispose()
    }
    return { model, dispose }
  }

  function demo(choice: LocalChoice): MadeModel {
    return made(path.join(extensionPath, "media", "demo-model.gguf"), 0, () => ({
      label: labelOf(choice),
      ...{ contextSize: demoContextSize, outputLimit: demoOutputLimit },
      ...{ threads: 1, gpu: false, temperature: 0 },
    }))
  }

  function file(choice: Extract<LocalChoice, { type: "file" }>, { local }: Settings): MadeModel {
    const { contextSize, threads, idleMinutes } = local
    const modelPath = choice.path
    const known = measured.get(modelPath)
    const own: Made = made(modelPath, idleMinutes, runtime => ({
      ...{ label: labelOf(choice), contextSize, gpu: local.gpu, temperature: 1 },
      threads: threads === 0 ? (known?.threads ?? 0) : threads,
      gpuWorks: gpu.works,
      async beforeLoad() {
        if (local.gpu !== "cpu") await gpu.works()
        await mayLoad(runtime, modelPath, contextSize)
      },
      onLoaded: () => void measureOnce(own, modelPath, measured, log),
      onGpuFailed(detail) {
        log.warn(`The graphics card failed: ${detail}`)
        tell("The graphics card can't run this model. Osprey uses the processor, which is slower.")
      },
    }))
    return own
  }

  /** Throws outOfMemory when the user thinks better of it. */
  async function mayLoad(runtime: RuntimeProcess, modelPath: string, contextSize: number): Promise<void> {
    const answer = answers.get(modelPath) ?? (await askFirst(runtime, modelPath, contextSize))
    if (answer === undefined || answer.goesOn) return
    throw new ModelError("outOfMemory", { subject: path.basename(modelPath), said: answer.warning })
  }

  async function askFirst(runtime: RuntimeProcess, modelPath: string, contextSize: number) {
    const model = await inspectModel(runtime, modelPath, new AbortController().signal)
    if (model === undefined) return undefined
    const computer = { ...machine(), ...gpu.graphics() }
    const warning = warningFor(model, contextSize, users.others(modelPath), computer)
    if (warning === undefined) return undefined
    const answer = { warning, goesOn: await ask(warning, "Load it") }
    answers.set(modelPath, answer)
    if (!answer.goesOn) await runtime.stop()
    return answer
  }

  return {
    make: (choice, settings) => (choice.type === "demo" ? demo(choice) : file(choice, settings)),
    tryAgain() {
      for (const [file, { goesOn }] of answers) if (!goesOn) answers.delete(file)
      for (const runtime of runtimes) runtime.allowStart()
    },
    measured: modelPath => measured.get(modelPath),
  }
}

type Made = { readonly model: ReturnType<typeof localModel>; dispose(): void }
type RestOfModel = Omit<LocalModelOptions, "runtime" | "modelPath">

function warningFor(
  model: ModelFile,
  contextSize: number,
  others: ReturnType<ModelUsers["others"]>,
  computer: Machine,
): string | undefined {
  const contexts = contextsOf(contextSize)
  const warnings = [
    ...(others > 0 ? [secondCopyWarning(model, contexts, others)] : []),
    loadWarning({ model, contexts, computer }) ?? [],
  ].flat()
  return warnings.length === 0 ? undefined : warnings.join(" ")
}

/** Asks a process of its own for the graphics card, once per window. */
function gpuQuestion(mainPath: string, log: Logger) {
  let facts: MachineFacts | undefined
  let asking: Promise<boolean> | undefined
  const probe = async () => {
    const found = await probeMachine(mainPath, new AbortController().signal)
    if (found === "crashed") log.warn("Looking for a graphics card ended its process; the processor is used.")
    else facts = found
    return facts !== undefined && facts.gpus.length > 0
  }
  return {
    works: () => {
      asking ??= probe()
      return asking
    },
    graphics(): Pick<Machine, "graphics"> {
      const best = facts?.gpus[0]
      return best === undefined
        ? {}
        : { graphics: { name: best.devices[0] ?? best.gpu, memory: best.memory } }
    },
  }
}

async function measureOnce(
  { model }: Made,
  modelPath: string,
  kept: Measurements,
  log: Logger,
): Promise<void> {
  if (kept.get(modelPath) !== undefined) return
  try {
    const found = await model.calibrate(new AbortController().signal)
    if (found !== undefined) kept.set(modelPath, found)
  } catch (error) {
    // The model was closed meanwhile: it is measured the next time.
    if (error instanceof ModelError && error.kind === "runtimeEnded") return
    log.warn(`The model's speed could not be measured: ${String(error)}`)
  }
}
