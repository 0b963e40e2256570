// Does a model run on this computer? A sentence for the welcome page, and a warning before a file is loaded. Asks the
// operating system for the figures; what they mean is in model/local/fit.
import { statfsSync } from "node:fs"
import os from "node:os"
import { type ComputerFacts, fitAdvice, type MeasuredSpeed } from "../model/local/fit/fitAdvice.ts"
import { type Contexts, completionTokens, gptOss20b, type ModelFile } from "../model/local/fit/modelNeeds.ts"
import type { ModelFit } from "../protocol/modelOffer.ts"

/** Sizes in bytes. */
export type Machine = ComputerFacts

export type FitSubject = {
  /** Default: gpt-oss-20b. */
  readonly model?: ModelFile
  /** Bytes still to be downloaded. Default: all of the model's. */
  readonly download?: number
  /** Of the chat's context. Default: what the settings begin with. */
  readonly contextSize?: number
  readonly measured?: MeasuredSpeed | undefined
}

export function modelFit(machine: Machine, subject: FitSubject = {}): ModelFit {
  const { model = gptOss20b, download = model.fileSize, contextSize, measured } = subject
  return fitAdvice({ model, contexts: contextsOf(contextSize), computer: machine, download, measured })
}

/** `chat`: in tokens. */
export function contextsOf(chat = 16_384): Contexts {
  return { chat, completion: completionTokens }
}

/** `folder` is on the disk that counts. */
export function thisMachine(folder: string): Machine {
  const freeDisk = freeDiskAt(folder)
  return {
    memory: Math.min(os.totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    ...(process.platform !== "darwin" && { freeMemory: process.availableMemory() }),
    ...(freeDisk !== undefined && { freeDisk }),
    cores: os.availableParallelism(),
  }
}

function freeDiskAt(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
