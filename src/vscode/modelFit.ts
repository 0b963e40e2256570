// Does a model run on this computer? The page's and the menus' question to the formulae of fit, with the defaults of the
// settings.
import { fitAdvice, type MeasuredSpeed } from "../model/local/fit/fitAdvice.ts"
import { foundGraphics, type ProbedCard } from "../model/local/fit/foundGraphics.ts"
import { type Contexts, completionTokens, gptOss20b, type ModelFile } from "../model/local/fit/modelNeeds.ts"
import type { ModelFit } from "../protocol/modelOffer.ts"
import type { Machine } from "./thisMachine.ts"

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

/** With the card that computes for the model, if any does. */
export function withCard(machine: Machine, card: ProbedCard | undefined): Machine {
  return card === undefined ? machine : { ...machine, graphics: foundGraphics(card) }
}

/** `chat`: in tokens. */
export function contextsOf(chat = 16_384): Contexts {
  return { chat, completion: completionTokens }
}
