// A round of the agent loop: the model is asked, calls a tool, the tool runs. Our own part of its time is what is left
// when the model's is taken away: bare HTTP at an endpoint, the runtime's requests on this computer.
import { rgPath } from "@vscode/ripgrep"
import { agentLoop } from "../../src/chat/agentLoop.ts"
import { userMessage } from "../../src/chat/chatPrompt.ts"
import type { Message } from "../../src/harmony/message.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { type Toolbox, toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import { never, startRuntime } from "../support/runtimeTest.ts"
import {
  delta,
  eventReply,
  finished,
  type Reply,
  type ScriptedRequest,
  startScriptedEndpoint,
} from "../support/scriptedEndpoint.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"
import { bareRequests, benchModel } from "./bareRequest.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, timed } from "./benchRows.ts"
import { codeText, opening, turnMessages } from "./longConversation.ts"
import { watchedRuntime } from "./promptReading.ts"

const rounds = 25
const row = benchRows("agent")

export async function endpointRoundRows(): Promise<readonly BenchRow[]> {
  const long = Array.from({ length: 100 }, (_, at) =>
    turnMessages(at, { result: 2_000, answer: 1_000 }),
  ).flat()
  return [
    ...(await endpointRounds("a new conversation", [], 7)),
    ...(await endpointRounds("a conversation of 200 messages, 90,000 tokens", long, 3)),
  ]
}

async function endpointRounds(
  name: string,
  history: readonly Message[],
  pairs: number,
): Promise<readonly BenchRow[]> {
  const cleaning: (() => Promise<void>)[] = []
  try {
    const box = await boxOver(cleaning)
    const before = history.filter(({ role }) => role === "tool").length
    const endpoint = await startScriptedEndpoint(request => answerTo(request, before))
    cleaning.push(() => endpoint.stop())
    const model = benchModel(endpoint)
    const own: number[] = []
    const ratios: number[] = []
    // The first pair only warms up.
    for (let pair = 0; pair <= pairs; pair++) {
      const first = endpoint.requests.length
      const ours = await timed(() =>
        answered(model, box, [...opening(), ...history, userMessage("Read all.")]),
      )
      const asked = endpoint.requests.slice(first)
      if (asked.length !== rounds + 1) throw new Error(`the loop made ${asked.length} requests`)
      const bare = await bareRequests(endpoint, asked)
      if (pair === 0) continue
      own.push((ours - bare) / rounds)
      ratios.push(ours / bare)
    }
    return [
      row(`endpoint, ${name}: own cost per tool-call round, median`, median(own), "ms"),
      row(`endpoint, ${name}: a round ÷ the same request alone, median`, median(ratios), "×"),
    ]
  } finally {
    for (const clean of cleaning.toReversed()) await clean()
  }
}

/** A thought of about 20 tokens and a call in five pieces, 25 times; then an answer. */
function answerTo({ body }: ScriptedRequest, before: number): Reply {
  const results = rolesOf(body).filter(role => role === "tool").length - before
  if (results >= rounds) return eventReply(delta({ content: "I have read all." }), finished())
  // Another one each time: the same thought again and again is a loop.
  const thought = (codeText(results * 11, 80).match(/[\s\S]{1,4}/g) ?? []).map(reasoning =>
    delta({ reasoning }),
  )
  const called = { id: `call_${results}`, type: "function" }
  const args = ['{"pa', 'th":"', "src/", `part${results}`, '.ts"}']
  const call = args.map((piece, at) =>
    delta({
      tool_calls: [
        {
          index: 0,
          ...(at === 0 ? called : {}),
          function: { ...(at === 0 ? { name: "read_file" } : {}), arguments: piece },
        },
      ],
    }),
  )
  return eventReply(...thought, ...call, finished("tool_calls"))
}

function rolesOf(body: unknown): readonly unknown[] {
  if (typeof body !== "object" || body === null || !("messages" in body)) return []
  const { messages } = body
  if (!Array.isArray(messages)) return []
  return messages.map((message: unknown) =>
    typeof message === "object" && message !== null && "role" in message ? message.role : undefined,
  )
}

/** Messages in the words that the demo model knows; each leads to one call. */
export async function demoRoundRows(): Promise<readonly BenchRow[]> {
  const cleaning: (() => Promise<void>)[] = []
  const runtime = watchedRuntime(startRuntime())
  cleaning.push(() => runtime.stop())
  try {
    const box = await boxOver(cleaning)
    const model = localDemoModel(runtime)
    const own: number[] = []
    const shares: number[] = []
    for (let at = 0; at <= 12; at++) {
      const [answers, before] = [runtime.readings.length, runtime.answering]
      const messages = [...opening(), userMessage(`What does src/part${at}.ts do?`)]
      const ms = await timed(() => answered(model, box, messages))
      const ours = ms - (runtime.answering - before)
      const calls = runtime.readings.length - answers - 1
      // The first one loads the model; one answer alone had no call.
      if (at === 0 || calls < 1) continue
      own.push(ours / calls)
      shares.push((100 * ours) / ms)
    }
    return [
      row("demo model: own cost per tool-call round, median", median(own), "ms"),
      row("demo model: of an answer with one call, our own part, median", median(shares), "%"),
    ]
  } finally {
    for (const clean of cleaning.toReversed()) await clean()
  }
}

async function answered(model: LanguageModel, box: Toolbox, messages: readonly Message[]): Promise<void> {
  const asked = { model, toolbox: box, messages, maxToolCalls: rounds + 1, sessionId: "bench" }
  for await (const event of agentLoop(asked, never))
    if (event.type === "ended" && event.outcome.reason === "failed") throw event.outcome.error
}

/** Real tools over files of about 400 characters. */
async function boxOver(cleaning: (() => Promise<void>)[]): Promise<Toolbox> {
  const files = Array.from({ length: rounds }, (_, at) => [`src/part${at}.ts`, codeText(at, 400)])
  const folder = await temporaryFolder({ after: work => cleaning.push(work) }, Object.fromEntries(files))
  const workspace = diskWorkspace({ roots: [{ name: "work", path: folder }], ripgrepPath: rgPath })
  return toolbox({ workspace, approve: async () => false })
}
