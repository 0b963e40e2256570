// The graphics cards of this computer, as llama.cpp finds them in a process of its own, once per window and again when
// CUDA support came or went; and what is said when the settings ask for CUDA and it can't be had.
import type { Logger } from "../base/logger.ts"
import type { CudaPlace } from "../model/local/childEnvironment.ts"
import { type CudaLibraries, cudaLibraries } from "../model/local/cudaLibraries.ts"
import { cudaFolder, cudaState } from "../model/local/cudaPrograms.ts"
import type { ProbedCard } from "../model/local/fit/foundGraphics.ts"
import { type MachineFacts, probeMachine } from "../model/local/probeMachine.ts"
import type { Gpu, GpuChoice } from "../protocol/runtimeProtocol.ts"
import { cudaFails, cudaMissing, cudaNeverHere, cudaOutdated, type FoundCard } from "./cudaWords.ts"
import { gpuNotHere, gpuProbeCrashed } from "./gpuWords.ts"

export type GraphicsCards = {
  /** What they do of what the settings ask for, the best first; says why not where that is nothing. */
  usable(wanted: GpuChoice): Promise<readonly Gpu[]>
  /** Another number: what failed before may work by now. */
  round(): number
  /** Asks once in this window, and says nothing. */
  settled(): Promise<void>
  /** Of those known by now, the one that computes where the settings want this. */
  best(wanted: GpuChoice): ProbedCard | undefined
  /** For a child that is started now. */
  cuda(): CudaPlace | undefined
  /** Asks again. */
  look(): Promise<readonly FoundCard[]>
}

export type GraphicsCardsOptions = {
  readonly mainPath: string
  /** Of the extension, for all windows. */
  readonly storage: string
  readonly log: Logger
  readonly tell: (sentence: string) => void
  /** Tells, and offers to add CUDA support. */
  readonly offerCuda: (sentence: string) => void
  /** VS Code's name. Default: this computer's. */
  readonly platform?: string
  /** Default: looks on this computer. */
  readonly libraries?: () => CudaLibraries
}

export function graphicsCards(options: GraphicsCardsOptions): GraphicsCards {
  const { mainPath, storage, log, tell, offerCuda, libraries = () => cudaLibraries() } = options
  const { platform = `${process.platform}-${process.arch}` } = options
  const folder = cudaFolder(storage)
  let asking: Promise<MachineFacts | undefined> | undefined
  let facts: MachineFacts | undefined
  let askedWith: string | undefined
  /** Without a runtime the load says so. */
  let fault: "crashed" | "noRuntime" | undefined
  let round = 0
  /** Told in this window: models are loaded often. */
  const told = new Set<string>()

  const programs = () => {
    const state = cudaState(folder, platform)
    return state.kind === "here" ? state.programs : undefined
  }
  const place = (): CudaPlace | undefined => {
    const here = programs()
    return here === undefined ? undefined : { programs: here, libraries: libraries().folders }
  }

  async function probe(): Promise<MachineFacts | undefined> {
    const found = await probeMachine(mainPath, new AbortController().signal, place())
    fault = typeof found === "string" ? found : undefined
    if (fault === "crashed") log.warn("Looking for a graphics card ended its process; the processor is used.")
    return typeof found === "string" ? undefined : found
  }

  async function ask(isAgain = false): Promise<MachineFacts | undefined> {
    if (asking === undefined || isAgain || askedWith !== programs()) {
      askedWith = programs()
      round++
      asking = probe()
    }
    facts = await asking
    return facts
  }

  function once(say: (sentence: string) => void, sentence: string): void {
    if (!told.has(sentence)) say(sentence)
    told.add(sentence)
  }

  function sayWhyNot(wanted: GpuChoice, found: readonly Gpu[]): void {
    if (fault === "noRuntime") return
    if (fault === "crashed") {
      once(tell, gpuProbeCrashed)
      return
    }
    if (!found.includes("cuda")) sayWhyNoCuda(wanted)
    if ((wanted === "vulkan" || wanted === "metal") && !found.includes(wanted)) once(tell, gpuNotHere(wanted))
  }

  function sayWhyNoCuda(wanted: GpuChoice): void {
    const { kind } = cudaState(folder, platform)
    if (kind === "outdated" && (wanted === "auto" || wanted === "cuda")) once(offerCuda, cudaOutdated)
    else if (wanted !== "cuda") return
    else if (kind === "none") once(offerCuda, cudaMissing)
    else once(tell, kind === "here" ? cudaFails(libraries()) : cudaNeverHere)
  }

  return {
    async usable(wanted) {
      const found = ((await ask())?.gpus ?? []).map(({ gpu }) => gpu)
      sayWhyNot(wanted, found)
      return found.filter(gpu => wanted === "auto" || wanted === gpu)
    },
    round: () => round,
    async settled() {
      await ask()
    },
    best: wanted => facts?.gpus.find(({ gpu }) => wanted === "auto" || wanted === gpu),
    cuda: place,
    async look() {
      return (await ask(true))?.gpus ?? []
    },
  }
}
