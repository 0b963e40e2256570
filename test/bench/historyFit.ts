// The chat's history against what the model can read: the cost of fitting it, and what fitting costs the model. Each
// time the prompt's beginning moves, everything after it has to be read again.
import { contextFit } from "../../src/chat/contextFit.ts"
import { countO200kTokens } from "../../src/harmony/countO200kTokens.ts"
import type { Message } from "../../src/harmony/message.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, percentile, total } from "./benchRows.ts"
import { opening, type TurnSize, turnMessages } from "./longConversation.ts"

const row = benchRows("context")

export async function historyRows(): Promise<readonly BenchRow[]> {
  const local = await chat({
    contextWindow: 16_384,
    outputLimit: 4_096,
    turns: 80,
    size: { result: 2_000, answer: 600 },
  })
  const hosted = await chat({
    contextWindow: 131_072,
    outputLimit: 4_096,
    turns: 100,
    size: { result: 2_000, answer: 1_000 },
  })
  return [...local, ...hosted]
}

type Chat = {
  readonly contextWindow: number
  readonly outputLimit: number
  readonly turns: number
  readonly size: TurnSize
}

type Fit = {
  readonly ms: number
  readonly counts: number
  readonly leftOut: number
  readonly tokens: number
  /** Of them, after the last prompt's common beginning. */
  readonly changed: number
  readonly appended: number
}

/** A conversation that grows by whole turns, fitted before each message as the agent loop does it. */
async function chat({ contextWindow, outputLimit, turns, size }: Chat): Promise<readonly BenchRow[]> {
  let counts = 0
  const counted: Pick<LanguageModel, "description" | "countTokens"> = {
    description: {
      ...{ id: "m", label: "m", where: "local", contextWindow, outputLimit },
      abilities: { tools: true, continueText: false },
    },
    countTokens: conversation => {
      counts++
      return countO200kTokens(conversation)
    },
  }
  await countO200kTokens({ messages: opening() })
  let history = opening()
  let before: readonly Message[] = []
  const fits: Fit[] = []
  for (let at = 0; at < turns; at++) {
    const added = turnMessages(at, size)
    const asked = [...history, ...added.slice(0, 1)]
    counts = 0
    const startedAt = performance.now()
    const fitted = await contextFit(counted).fit(asked)
    const ms = performance.now() - startedAt
    if (fitted instanceof ModelError) throw fitted
    const tokens = await countO200kTokens(fitted)
    const same = fitted.messages.findIndex((message, index) => message.content !== before[index]?.content)
    const kept = await countO200kTokens({ messages: fitted.messages.slice(0, same < 0 ? undefined : same) })
    const appended = await countO200kTokens({
      messages: [...turnMessages(at - 1, size).slice(1), ...added.slice(0, 1)],
    })
    fits.push({ ms, counts, leftOut: fitted.leftOut, tokens, changed: tokens - kept, appended })
    before = fitted.messages
    history = [...history, ...added]
  }
  return chatRows(contextWindow, contextWindow - outputLimit, fits)
}

function chatRows(window: number, room: number, fits: readonly Fit[]): readonly BenchRow[] {
  const name = `chat of ${fits.length} turns in ${window.toLocaleString("en-US")} tokens`
  const whole = fits.filter(({ leftOut }) => leftOut === 0)
  const beyond = fits.filter(({ leftOut }) => leftOut > 0)
  const moved = beyond.filter(({ changed, appended }) => changed > 2 * appended)
  const ms = (some: readonly Fit[]) =>
    percentile(
      some.map(fit => fit.ms),
      95,
    )
  return [
    row(`${name}: turns that fit whole`, whole.length, ""),
    row(`${name}: fitting, p95 while it fits`, ms(whole), "ms"),
    ...(beyond.length === 0
      ? []
      : [
          row(`${name}: fitting, p95 when it is longer`, ms(beyond), "ms"),
          row(
            `${name}: the prompt is counted, when it is longer`,
            median(beyond.map(fit => fit.counts)),
            "times",
          ),
          row(
            `${name}: prompt ÷ room, median when it is longer`,
            median(beyond.map(fit => fit.tokens / room)),
            "×",
          ),
          row(
            `${name}: messages that move the prompt's beginning`,
            (100 * moved.length) / beyond.length,
            "%",
          ),
          row(
            `${name}: to read ÷ appended, when it is longer`,
            total(beyond.map(fit => fit.changed)) / total(beyond.map(fit => fit.appended)),
            "×",
          ),
        ]),
  ]
}
