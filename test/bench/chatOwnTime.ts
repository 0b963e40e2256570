// What happens in the extension's own process between a message and the request for its answer: history, context
// fitting, counting, the log, the request's body. In a conversation of 200 messages; no model writes anything.
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { startRuntime } from "../support/runtimeTest.ts"
import { delta, eventReply, finished, startScriptedEndpoint } from "../support/scriptedEndpoint.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { benchModel } from "./bareRequest.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, percentile } from "./benchRows.ts"
import { benchSession } from "./benchSession.ts"
import { type TurnSize, writeLongConversation } from "./longConversation.ts"
import { watchedRuntime } from "./promptReading.ts"

const turns = 100
const repeats = 15

/** About 15,000 tokens, 90,000 and 180,000. */
const small: TurnSize = { result: 0, answer: 500 }
const large: TurnSize = { result: 2_000, answer: 1_000 }
const huge: TurnSize = { result: 4_000, answer: 2_000 }

const row = benchRows("chat")

/** Milliseconds have no goal here: the design's 10 ms are ghost text's. */
export async function chatOwnTimeRows(): Promise<BenchRow[]> {
  const times = [
    ["endpoint of 131,072 tokens, short messages", await toEndpoint(small)],
    ["endpoint of 131,072 tokens, 90,000 of them in use", await toEndpoint(large)],
    ["endpoint of 131,072 tokens, the conversation is longer", await toEndpoint(huge)],
    ["demo model, the conversation is longer than it can read", await toDemoModel(large)],
  ] as const
  return times.map(([where, ms]) =>
    row(`200 messages: message to request, p95: ${where}`, percentile(ms, 95), "ms"),
  )
}

type Asked = {
  readonly model: LanguageModel
  /** Resolves with the next request. */
  readonly request: () => Promise<unknown>
  readonly stops: boolean
}

/** Until the request has arrived at the server. */
async function toEndpoint(size: TurnSize): Promise<readonly number[]> {
  const endpoint = await startScriptedEndpoint(() => eventReply(delta({ content: "Yes." }), finished()))
  try {
    const request = () => endpoint.arrived(endpoint.requests.length)
    return await messageToRequest(size, { model: benchModel(endpoint), request, stops: false })
  } finally {
    await endpoint.stop()
  }
}

/** Until it goes to the runtime; the answer is stopped there. */
async function toDemoModel(size: TurnSize): Promise<readonly number[]> {
  const runtime = watchedRuntime(startRuntime())
  try {
    const model = localDemoModel(runtime, { outputLimit: 512 })
    const request = () => {
      const asked = Promise.withResolvers<void>()
      runtime.onAsked = asked.resolve
      return asked.promise
    }
    return await messageToRequest(size, { model, request, stops: true })
  } finally {
    await runtime.stop()
  }
}

/** The first one is left out: it loads what is loaded once. */
async function messageToRequest(
  size: TurnSize,
  { model, request, stops }: Asked,
): Promise<readonly number[]> {
  const cleaning: (() => Promise<void>)[] = []
  try {
    const folder = await temporaryFolder({ after: work => cleaning.push(work) }, { "work/a.ts": "" })
    await writeLongConversation(folder, turns, size)
    const session = await benchSession(folder, model)
    const times: number[] = []
    for (let repeat = 0; repeat <= repeats; repeat++) {
      // The runtime may still be at the last answer, which was stopped.
      await model.countTokens({ messages: [] })
      const last = session.state().turns[turns]
      const arrived = request()
      const startedAt = performance.now()
      const answered = last === undefined ? session.send("And what else?") : session.retry(last.id)
      await arrived
      times.push(performance.now() - startedAt)
      if (stops) session.stop()
      await answered
    }
    await session.close()
    return times.slice(1)
  } finally {
    for (const clean of cleaning) await clean()
  }
}
