// Measures how fast the loaded model reads a prompt and writes, with each number of threads that is worth a try, on a
// small sequence of its own, and whether several tokens at once are worth a try; the best is taken into use. Works in
// steps, behind everybody else.
import type { EngineSequence } from "./llamaEngine.ts"
import type { LoadedModel } from "./loadedModel.ts"
import { measureDrafts } from "./measureDrafts.ts"
import { promptPace } from "./promptPace.ts"
import { stopwatch } from "./stopwatch.ts"
import type { Step } from "./turns.ts"

export type Calibration = {
  readonly threads: number
  readonly promptTokensPerSecond: number
  readonly generationTokensPerSecond: number
  /** So many tokens are worth a try at once where an answer rewrites its prompt; 0: none. */
  readonly draftTokens: number
}

type Speed = Omit<Calibration, "draftTokens">

/** For all numbers of threads together; half for reading, half for writing. A step may go beyond it; drafts come to it. */
const budgetMs = 5000
const mostPromptTokens = 384
const mostGenerated = 64
const fedBeforeDrafts = 8

const sample = "export function total(items: readonly Item[]): number {\n  return items.reduce(sum, 0)\n}\n"

export async function calibrate(model: LoadedModel, step: Step, signal: AbortSignal): Promise<Calibration> {
  const text = model.encode(sample.repeat(40))
  const results: Speed[] = []
  for (const threads of model.threadChoices) {
    const ms = budgetMs / model.threadChoices.length / 2
    const speed = await inScratch(model, threads, step, sequence =>
      measure(model, sequence, text, ms, step, signal),
    )
    results.push({ threads, ...speed })
  }
  const [best] = results.toSorted((a, b) => secondsPerToken(a) - secondsPerToken(b))
  if (best === undefined) throw new Error("no number of threads to try")
  const draftTokens = await inScratch(model, best.threads, step, async sequence => {
    await step(() => sequence.feed(text.slice(0, fedBeforeDrafts)))
    return measureDrafts(sequence, text.slice(fedBeforeDrafts), step, signal)
  })
  await step(() => model.useThreads(best.threads))
  model.useDraftTokens(draftTokens)
  return { ...best, draftTokens }
}

async function inScratch<T>(
  model: LoadedModel,
  threads: number,
  step: Step,
  work: (sequence: EngineSequence) => Promise<T>,
): Promise<T> {
  const sequence = await step(() => model.scratch(threads))
  try {
    return await work(sequence)
  } finally {
    await sequence.dispose()
  }
}

async function measure(
  model: LoadedModel,
  sequence: EngineSequence,
  text: readonly number[],
  ms: number,
  step: Step,
  signal: AbortSignal,
): Promise<Omit<Speed, "threads">> {
  const pace = promptPace({
    batchSize: sequence.batchSize,
    fast: model.tiny || model.gpu !== "none",
    isTyping: () => false,
  })
  // The first tokens bring the model from the disk, or compile a graphics card's programs.
  await step(() => sequence.feed(text.slice(0, 8)))
  const reading = stopwatch(ms)
  let at = 8
  while (at < mostPromptTokens && !reading.isOver()) {
    signal.throwIfAborted()
    const chunk = text.slice(at, Math.min(at + pace.chunk(), mostPromptTokens))
    pace.measured(chunk.length, await step(() => reading.time(() => sequence.feed(chunk))))
    at += chunk.length
  }
  const tokens = sequence.sample(text.slice(at, at + 1), { temperature: 0, seed: 1 })
  await step(() => tokens.next())
  const writing = stopwatch(ms)
  let written = 0
  while (written < mostGenerated && !writing.isOver()) {
    signal.throwIfAborted()
    await step(() => writing.time(() => tokens.next()))
    written++
  }
  await tokens.return()
  return {
    promptTokensPerSecond: ((at - 8) * 1000) / reading.ms(),
    generationTokensPerSecond: (written * 1000) / writing.ms(),
  }
}

/** Reading and writing a token each. */
function secondsPerToken({ promptTokensPerSecond, generationTokensPerSecond }: Speed): number {
  return 1 / promptTokensPerSecond + 1 / generationTokensPerSecond
}
