// What a grammar costs per token: one that the model's own choice fits costs a test of that one token, one that it
// doesn't fit a test of the whole vocabulary. In node-llama-cpp's own loop, since the product uses no grammar.
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { GrammarLoopAnswer, GrammarLoopRequest } from "../support/runtimeGrammarLoop.ts"
import { demoModelPath } from "../support/runtimeTest.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, percentile } from "./benchRows.ts"

const program = fileURLToPath(new URL("../support/runtimeGrammarLoop.ts", import.meta.url))
const row = benchRows("runtime")
const rounds = 4

/** What a tool call stands in, so that the demo model writes arguments. */
const call = [
  "<|start|>user<|message|>What is the first line of src/amounts.ts?<|end|>",
  "<|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>",
].join("")

export async function grammarCost(syntheticPath: string, threads: number): Promise<BenchRow[]> {
  return [...(await ofTrueSize(syntheticPath, threads)), ...(await ofDemoModel())]
}

/**
 * All that the synthetic model's vocabulary has, but for single bytes, is small letters and digits: a grammar of them
 * fits every choice, one of capitals none.
 */
async function ofTrueSize(modelPath: string, threads: number): Promise<BenchRow[]> {
  const request = { text: "let total = price", maxTokens: 24 }
  return inProcess(modelPath, threads, async generate => {
    const ms = { free: noTimes(), fitting: noTimes(), refused: noTimes(), json: noTimes() }
    for (let round = 0; round < rounds; round++) {
      ms.free.push(...(await tokenMs(generate, request)))
      ms.fitting.push(...(await tokenMs(generate, { ...request, allowed: { gbnf: "root ::= [a-z0-9]*" } })))
      ms.refused.push(...(await tokenMs(generate, { ...request, allowed: { gbnf: "root ::= [A-Z]*" } })))
      ms.json.push(...(await tokenMs(generate, { ...request, allowed: { texts: ["path"] } })))
    }
    return [
      row("grammar ÷ none, all choices fit, 201,088 tokens", typical(ms.fitting) / typical(ms.free), ""),
      row("grammar ÷ none, JSON schema, 201,088 tokens", typical(ms.json) / typical(ms.free), ""),
      row("a choice that doesn't fit, 201,088 tokens", typical(ms.refused) - typical(ms.free), "ms"),
    ]
  })
}

/** Arguments of a call, freely and by their schema: the same text, so no choice is refused. */
async function ofDemoModel(): Promise<BenchRow[]> {
  return inProcess(demoModelPath, 1, async generate => {
    const ms = { free: noTimes(), json: noTimes(), made: noTimes() }
    const schema = { text: call, maxTokens: 40, allowed: { texts: ["path"] } }
    for (let round = 0; round < rounds * 4; round++) {
      ms.free.push(...(await tokenMs(generate, { text: call, maxTokens: 40 })))
      ms.json.push(...(await tokenMs(generate, schema)))
      ms.made.push((await generate(schema)).grammarMs)
    }
    return [
      row("grammar ÷ none, JSON schema, demo model", typical(ms.json) / typical(ms.free), ""),
      row("to make a schema's grammar, demo model", typical(ms.made), "ms"),
    ]
  })
}

function noTimes(): number[] {
  return []
}

type Generate = (request: GrammarLoopRequest) => Promise<GrammarLoopAnswer>

/** Without the first token, whose time is mostly the prompt's end. */
async function tokenMs(generate: Generate, request: GrammarLoopRequest): Promise<readonly number[]> {
  return (await generate(request)).tokenMs.slice(1)
}

/** The lower quartile: another program on the same core only ever adds time. */
function typical(milliseconds: readonly number[]): number {
  return percentile(milliseconds, 25)
}

async function inProcess(
  modelPath: string,
  threads: number,
  measure: (generate: (request: GrammarLoopRequest) => Promise<GrammarLoopAnswer>) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  const child = fork(program, [modelPath, String(threads)], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  try {
    await once(child, "message")
    return await measure(request => generated(child, request))
  } finally {
    child.kill("SIGKILL")
  }
}

async function generated(child: ChildProcess, request: GrammarLoopRequest): Promise<GrammarLoopAnswer> {
  const answer = once(child, "message")
  child.send(request)
  const [message]: GrammarLoopAnswer[] = await answer
  if (message === undefined) throw new Error("no answer")
  return message
}
