// Whether a graphics card computes this model rightly: some driver and card pairs give NaN, noise, or never an answer.
// Every gpt-oss model begins an assistant's message with <|channel|>; a card that doesn't see that is not used.
import type { LoadedModel } from "./loadedModel.ts"
import { RuntimeFailure } from "./runtimeFailure.ts"

/** The first evaluation compiles the card's programs, which takes some drivers half a minute. */
const limitMs = 60_000

/** Two ways to the same scores may differ by rounding. */
const tolerance = 0.1

type Tested = Pick<LoadedModel, "controlIds" | "encode" | "chat">

/** Leaves the chat's sequence empty. Throws gpuFailed. */
export async function selfTest(model: Tested, withinMs = limitMs): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new RuntimeFailure("gpuFailed", `no answer within ${withinMs / 1000} s`)),
    withinMs,
  )
  try {
    await Promise.race([test(model), late])
  } finally {
    clearTimeout(timer)
  }
}

async function test({ controlIds, encode, chat }: Tested): Promise<void> {
  const prompt = [
    controlIds.start,
    ...encode("user"),
    controlIds.message,
    ...encode("Hello"),
    controlIds.end,
    controlIds.start,
    ...encode("assistant"),
  ]
  await chat.keepPrefix([])
  const atOnce = requireScores(await chat.scores(prompt))
  await chat.keepPrefix([])
  for (const token of prompt.slice(0, -1)) await chat.feed([token])
  const oneByOne = requireScores(await chat.scores(prompt.slice(-1)))
  await chat.keepPrefix([])

  const expected = [atOnce, oneByOne].map(scores => scores.get(controlIds.channel) ?? 0)
  const [first = 0, second = 0] = expected
  if (first < 0.5 || second < 0.5)
    throw new RuntimeFailure("gpuFailed", `an answer begins wrongly (${expected.map(percent).join(", ")})`)
  if (Math.abs(first - second) > tolerance)
    throw new RuntimeFailure("gpuFailed", `token by token it computes otherwise (${percent(first - second)})`)
}

function requireScores(scores: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  let sum = 0
  for (const score of scores.values()) sum += score
  // Not a number fails too.
  if (!(Math.abs(sum - 1) < 0.01)) throw new RuntimeFailure("gpuFailed", `its scores add up to ${sum}`)
  return scores
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`
}
