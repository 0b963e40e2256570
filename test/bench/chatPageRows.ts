// The chat page's figures, measured in a real Chromium by test/webview/chatPageFigures.ts. That file speaks of the
// DOM and belongs to another TypeScript project, so it is loaded by its address.
import { localDemoModel } from "../support/localDemoModel.ts"
import { startRuntime } from "../support/runtimeTest.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median } from "./benchRows.ts"
import { benchSession } from "./benchSession.ts"
import type { ChatPageFigures, StreamFigures } from "./chatPageFigures.ts"
import { writeLongConversation } from "./longConversation.ts"

const messages = 10_000
const row = benchRows("chat")

/**
 * Goals: no task over 50 ms (of the page's own processor time: what other programs take isn't in it); 10,000 messages
 * open within 1.5 s and draw as many elements as 100 do.
 */
export async function chatPageRows(): Promise<BenchRow[]> {
  const module = new URL("../webview/chatPageFigures.ts", import.meta.url).href
  const { chatPageFigures }: { chatPageFigures(): Promise<ChatPageFigures> } = await import(module)
  const { streams, opened } = await chatPageFigures()
  const read = await readFromDisk()
  const drawn = median(opened.ms)
  return [
    ...streams.flatMap(streamRows),
    row("open 10,000 messages: read and drawn", read + drawn, "ms", 1_500),
    row("open 10,000 messages: the host reads its log", read, "ms"),
    row("open 10,000 messages: the page draws them", drawn, "ms"),
    row(
      "open 10,000 messages: elements ÷ those of 100 messages",
      opened.elements / opened.elementsOf100,
      "×",
      1,
    ),
    row("open 10,000 messages: elements", opened.elements, ""),
  ]
}

function streamRows(figures: StreamFigures): readonly BenchRow[] {
  const name = `page, 1,000 tokens/s, 200 messages, 64 KB: ${figures.answer}`
  return [
    row(`${name}: longest task, processor time`, figures.longestTaskCpu, "ms", 50),
    row(`${name}: longest task, by the clock`, figures.longestTask, "ms"),
    row(`${name}: tokens drawn`, figures.tokensPerSecond, "per second"),
    row(`${name}: main thread busy`, 100 * figures.busy, "%"),
  ]
}

/** Milliseconds until the session has the state that the page is sent. */
async function readFromDisk(): Promise<number> {
  const cleaning: (() => Promise<void>)[] = []
  // The model isn't asked; a session has one.
  const model = localDemoModel(startRuntime())
  try {
    const folder = await temporaryFolder({ after: work => cleaning.push(work) })
    await writeLongConversation(folder, messages / 2, { result: 400, answer: 600 })
    const times: number[] = []
    for (let repeat = 0; repeat < 3; repeat++) {
      const startedAt = performance.now()
      const session = await benchSession(folder, model)
      times.push(performance.now() - startedAt)
      if (session.state().turns.length !== messages / 2) throw new Error("the conversation wasn't read whole")
      await session.close()
    }
    return median(times)
  } finally {
    for (const clean of cleaning) await clean()
  }
}
