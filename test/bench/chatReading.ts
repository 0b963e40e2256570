// Ten messages to the demo model through the real session, tools and runtime: what is evaluated for each, against what
// is new in its prompt, and how much sooner the first token comes than without reuse.
import path from "node:path"
import type { ChatSession } from "../../src/chat/chatSession.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { generateRequest, loadRequest, ask as request, startRuntime } from "../support/runtimeTest.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, total } from "./benchRows.ts"
import { benchSession } from "./benchSession.ts"
import { type Reading, textCounter, tokensFromFirstChange, watchedRuntime } from "./promptReading.ts"

/** In the words that the demo model knows; small files, so that all of it stays within its 4,096 tokens. */
const files = {
  "work/src/cart.ts":
    "export function orderTotal(prices: number[]): number {\n  return prices.reduce((sum, price) => sum + price, 0)\n}\n",
  "work/src/report.ts":
    'import { orderTotal } from "./cart"\n\nexport function formatReport(prices: number[]): string {\n  return String(orderTotal(prices))\n}\n',
  "work/lib/user.py": "def load_user(name):\n    return {'name': name}\n",
} as const

const messages = [
  "What does src/cart.ts do?",
  "Where is orderTotal used?",
  "List the files in src",
  "What does src/report.ts do?",
  "What is recursion?",
  "Search for load_user",
  "What does lib/user.py do?",
  "List the files in lib",
  "Explain src/cart.ts",
  "What is JSON?",
] as const

const row = benchRows("chat")

/** Rows whose goal is the design's "tokens from the first changed one on; the stable part never again". */
export async function chatReadingRows(): Promise<BenchRow[]> {
  const cleaning: (() => Promise<void>)[] = []
  const runtime = watchedRuntime(startRuntime())
  cleaning.push(() => runtime.stop())
  try {
    const folder = await temporaryFolder({ after: work => cleaning.push(work) }, files)
    const model = localDemoModel(runtime, { outputLimit: 512 })
    let firstAt = 0
    const session = await benchSession(path.join(folder), model, ({ type }) => {
      if (type === "stepAdded" && firstAt === 0) firstAt = performance.now()
    })
    await session.prepare()
    const firstOf: number[] = []
    const waits: number[] = []
    for (const message of messages) {
      firstOf.push(runtime.readings.length)
      firstAt = 0
      const sentAt = performance.now()
      await session.send(message)
      waits.push(firstAt - sentAt)
    }
    const calls = callsOf(session)
    await session.close()
    const firsts = firstOf.flatMap(at => runtime.readings[at] ?? [])
    const cold = await coldTimes(firsts)
    return [
      ...(await readingRows(runtime.readings, firsts, textCounter(runtime))),
      row(
        "demo model: first token of a message ÷ the same prompt read anew, median",
        median(firsts.map(({ firstTokenMs }, at) => firstTokenMs / (cold[at] ?? Number.NaN))),
        "×",
      ),
      row("demo model: message to first text or row on the page, median", median(waits), "ms"),
      row("demo model: messages, with so many tool calls among them", calls, `calls in ${messages.length}`),
    ]
  } finally {
    for (const clean of cleaning) await clean()
  }
}

function callsOf(session: ChatSession): number {
  const { turns } = session.state()
  return total(turns.map(turn => turn.steps.filter(({ type }) => type === "tool").length))
}

async function readingRows(
  readings: readonly Reading[],
  firsts: readonly Reading[],
  count: ReturnType<typeof textCounter>,
): Promise<readonly BenchRow[]> {
  const answers = readings.slice(1)
  const isNew = await Promise.all(
    answers.map((reading, at) => tokensFromFirstChange(readings.slice(0, at + 1), reading, count)),
  )
  // What was read ahead is the part that stands before every message, and the `<|start|>` of the first one.
  const stable = (readings[0]?.promptTokens ?? 0) - 1
  const stableAgain = answers.map(({ promptTokens, evaluated }) =>
    Math.max(0, stable - (promptTokens - evaluated)),
  )
  const evaluated = total(answers.map(reading => reading.evaluated))
  const prompts = total(answers.map(reading => reading.promptTokens))
  const worst = Math.max(...answers.map((reading, at) => reading.evaluated / (isNew[at] ?? Number.NaN)))
  return [
    row(
      "demo model: evaluated ÷ tokens from the first changed one on, all turns",
      evaluated / total(isNew),
      "×",
      1,
    ),
    row("demo model: the same, worst turn", worst, "×", 1),
    row(
      "demo model: instructions and tools evaluated again after they were read ahead",
      total(stableAgain),
      "tokens",
      0,
    ),
    row("demo model: instructions and tools", stable, "tokens"),
    row("demo model: evaluated ÷ prompt, all turns", (100 * evaluated) / prompts, "%"),
    row(
      "demo model: evaluated for a message, median",
      median(firsts.map(reading => reading.evaluated)),
      "tokens",
    ),
    row("demo model: evaluated after a tool call, median", median(afterCalls(answers, firsts)), "tokens"),
  ]
}

function afterCalls(answers: readonly Reading[], firsts: readonly Reading[]): readonly number[] {
  return answers.filter(reading => !firsts.includes(reading)).map(({ evaluated }) => evaluated)
}

/** Milliseconds to the first token of each prompt in a process that has just read something else. */
async function coldTimes(readings: readonly Reading[]): Promise<readonly number[]> {
  const runtime = startRuntime()
  try {
    await request(runtime, loadRequest())
    const times: number[] = []
    for (const { segments } of readings) {
      await request(runtime, generateRequest([{ text: "else" }], { maxTokens: 1 }))
      const startedAt = performance.now()
      await request(runtime, generateRequest(segments, { maxTokens: 1 }))
      times.push(performance.now() - startedAt)
    }
    return times
  } finally {
    await runtime.stop()
  }
}
