// How the built chat page copes with much: a stream of 1,000 tokens a second into a long conversation, and a
// conversation of 10,000 messages that is opened. Measures in a real Chromium; has no goals.
import type { Page } from "playwright-core"
import type { ChatPageFigures, OpenedFigures, StreamFigures } from "../bench/chatPageFigures.ts"
import { type ChatPage, chatPageBrowser } from "./chatPageBrowser.ts"
import { answer, hostedModel, stateOf, textStep, thought, toolStep, turn } from "./chatPageStates.ts"

const answerLength = 64 * 1024
const tokensPerSecond = 1_000
/** Characters; gpt-oss's tokens are about as long in code and English. */
const tokenLength = 4
const timesOpened = 5

export async function chatPageFigures(): Promise<ChatPageFigures> {
  const browser = await chatPageBrowser()
  try {
    const chat = await browser.open({ width: 420, height: 800 })
    await chat.page.waitForFunction(() => window.ospreyHighlight !== undefined)
    const streams: StreamFigures[] = []
    for (const [name, text, shown] of answers) streams.push(await streamed(chat, name, text, shown))
    const opened = await openedOften(chat)
    const faults = await chat.faults()
    if (faults.length > 0) throw new Error(`the page had faults: ${faults.join("; ")}`)
    return { streams, opened }
  } finally {
    await browser.close()
  }
}

const mixed = grown(at => `## Part ${at}\n\n${answer}\n\n- one\n- two, with \`code\` in it\n\n`)
const code = `\`\`\`ts\n${grown(at => `export const value${at} = compute(${at}, "text ${at}")\n`)}\`\`\`\n`
const table = `| Name | Value | Meaning |\n|---|--:|---|\n${grown(at => `| value${at} | ${at} | what *it* means |\n`)}`

/** `shown`: how much of it stands there when the measuring begins; its last part costs the most. */
const answers: readonly (readonly [name: string, text: string, shown: number])[] = [
  ["prose, code and tables, second half", mixed, answerLength / 2],
  ["one code block, last quarter", code, (answerLength * 3) / 4],
  ["one table, last quarter", table, (answerLength * 3) / 4],
]

function grown(part: (at: number) => string): string {
  let text = ""
  for (let at = 0; text.length < answerLength; at++) text += part(at)
  return text
}

async function streamed(
  { page, send }: ChatPage,
  name: string,
  text: string,
  shown: number,
): Promise<StreamFigures> {
  const earlier = Array.from({ length: 99 }, (_, at) =>
    turn({ id: `t${at}`, text: `Question ${at}?`, steps: [textStep(mixed, `x${at}`)] }),
  )
  const running = turn({ id: "last", status: "running", steps: [textStep(text.slice(0, shown), "live")] })
  await send(stateOf([...earlier, running], hostedModel, name))
  await untilQuiet(page)
  const pieces = text.slice(shown).match(new RegExp(`[\\s\\S]{1,${tokenLength}}`, "g")) ?? []
  const trace = await tracing(page)
  const ms = await page.evaluate(feed, { pieces, perSecond: tokensPerSecond })
  const tasks = await trace()
  return {
    answer: name,
    longestTask: Math.max(...tasks.map(task => task.ms)),
    longestTaskCpu: Math.max(...tasks.map(task => task.cpuMs)),
    tokensPerSecond: (pieces.length * 1_000) / ms,
    busy: tasks.reduce((sum, task) => sum + task.ms, 0) / ms,
  }
}

/** In the page: one message of the host's for each token, at its time. Milliseconds until the answer is drawn whole. */
async function feed({
  pieces,
  perSecond,
}: {
  readonly pieces: readonly string[]
  readonly perSecond: number
}): Promise<number> {
  const frame = () => new Promise(requestAnimationFrame)
  const post = (change: object) => window.postMessage({ type: "change", change }, "*")
  const startedAt = performance.now()
  for (let sent = 0; sent < pieces.length; ) {
    const due = Math.min(pieces.length, 1 + Math.floor(((performance.now() - startedAt) * perSecond) / 1_000))
    for (; sent < due; sent++)
      post({ type: "stepAppended", turnId: "last", stepId: "live", text: pieces[sent], tokens: 1 })
    await new Promise(done => setTimeout(done))
  }
  post({ type: "turnChanged", turnId: "last", status: "done" })
  while (document.querySelector(".running") !== null) await frame()
  await frame()
  return performance.now() - startedAt
}

type Task = { readonly ms: number; readonly cpuMs: number }

type TraceEvent = {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Chromium's own record of the page's tasks, as its developer tools have it. Call the result to end it. */
async function tracing(page: Page): Promise<() => Promise<readonly Task[]>> {
  const browser = page.context().browser()
  if (browser === null) throw new Error("the page has no browser")
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] })
  return async () => {
    const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(
      (await browser.stopTracing()).toString("utf8"),
    )
    const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
    const mains = new Set(
      traceEvents
        .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
        .map(threadOf),
    )
    const tasks = traceEvents
      .filter(event => event.name === "RunTask" && mains.has(threadOf(event)))
      .map(({ dur = 0, tdur = 0 }) => ({ ms: dur / 1_000, cpuMs: tdur / 1_000 }))
    if (tasks.length === 0) throw new Error("the browser's trace holds no tasks")
    return tasks
  }
}

/** Drawing what was sent, and laying it out, is over. */
async function untilQuiet(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let quiet = 0; quiet < 5; ) {
      const startedAt = performance.now()
      await new Promise(requestAnimationFrame)
      await new Promise(done => setTimeout(done))
      quiet = performance.now() - startedAt < 40 ? quiet + 1 : 0
    }
  })
}

async function openedOften(chat: ChatPage): Promise<OpenedFigures> {
  const elementsOf100 = (await opened(chat, 50)).elements
  const times: number[] = []
  let elements = 0
  for (let time = 0; time < timesOpened; time++) {
    const { ms, elements: found } = await opened(chat, 5_000)
    times.push(ms)
    elements = found
  }
  return { ms: times, elements, elementsOf100 }
}

/** Ten kinds of turns again and again, so that each end of a conversation looks like the other one's. */
async function opened(
  chat: ChatPage,
  turns: number,
): Promise<{ readonly ms: number; readonly elements: number }> {
  await chat.reload()
  await chat.waitForSent("ready")
  await chat.page.waitForFunction(() => window.ospreyHighlight !== undefined)
  const samples = Array.from({ length: 10 }, (_, at) =>
    turn({
      meta: { model: "gpt-oss-120b", tokens: 300, tokensPerSecond: 50 },
      steps: at % 3 === 0 ? [thought, toolStep({}), textStep(answer)] : [textStep(answer)],
    }),
  )
  const host = stateOf(samples)
  return await chat.page.evaluate(
    async ({ host, turns }) => {
      if (host.type !== "state") throw new Error("no state")
      const { turns: kinds } = host.state
      const copies = Array.from({ length: turns }, (_, at) => ({
        ...kinds[at % kinds.length],
        id: `n${at}`,
        text: `Question ${at % 10}: why is the total sometimes one cent too high?`,
        // What was parsed is remembered by the step's id.
        steps: kinds[at % kinds.length]?.steps.map(step => ({ ...step, id: `${step.id}${at}` })),
      }))
      const message = { ...host, state: { conversationId: `of ${turns}`, turns: copies } }
      const startedAt = performance.now()
      window.postMessage(message, "*")
      while (document.querySelector(".turn") === null) await new Promise(requestAnimationFrame)
      await new Promise(requestAnimationFrame)
      await new Promise(done => setTimeout(done))
      return { ms: performance.now() - startedAt, elements: document.getElementsByTagName("*").length }
    },
    { host, turns },
  )
}
