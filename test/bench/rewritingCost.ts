// What guessing tokens from the prompt gains where an answer rewrites it, on the demo model, and what several tokens at
// once cost on a model of true shape, whose answers are noise: the two make the rule of src/runtime/measureDrafts.ts.
import { actionPrompt } from "../../src/actions/actionPrompt.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { draftLengths } from "../../src/runtime/drafter.ts"
import type { TokenSequence } from "../../src/runtime/loadedModel.ts"
import { loadModel } from "../../src/runtime/loadModel.ts"
import { longestDraft } from "../../src/runtime/measureDrafts.ts"
import { ask, generateRequest, loadRequest, never, startRuntime } from "../support/runtimeTest.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median } from "./benchRows.ts"

const row = benchRows("runtime")
const pairs = 12
const rounds = 12

export async function rewritingCost(syntheticPath: string, threads: number): Promise<BenchRow[]> {
  return [...(await rewritten()), ...(await severalAtOnce(syntheticPath, threads))]
}

type Done = Extract<RuntimeReply, { type: "done" }>

/** The same rewriting with and without, by turns; the first pair only warms up. */
async function rewritten(): Promise<BenchRow[]> {
  const runtime = startRuntime()
  try {
    await ask(runtime, loadRequest({ draftTokens: 15 }))
    const results: { readonly plain: Done; readonly guessed: Done }[] = []
    for (let pair = 0; pair <= pairs; pair++) {
      const first = pair % 2 === 0 ? await rewriting(runtime, false) : undefined
      const guessed = await rewriting(runtime, true)
      results.push({ plain: first ?? (await rewriting(runtime, false)), guessed })
    }
    const ratios = results.slice(1).map(({ plain, guessed }) => plain.generationMs / guessed.generationMs)
    const { draftedTokens = 0, acceptedTokens = 0, generatedTokens = 0 } = results.at(-1)?.guessed ?? {}
    return [
      row("rewriting with guesses ÷ without, demo model: tokens/s", median(ratios), ""),
      row(`guessed rightly, of ${generatedTokens} written`, acceptedTokens, "tokens"),
      row("right guesses ÷ all", acceptedTokens / draftedTokens, ""),
    ]
  } finally {
    await runtime.stop()
  }
}

async function rewriting(runtime: RuntimeProcess, rewrites: boolean): Promise<Done> {
  const code = [
    "export function addAmounts(price: number, shipping: number): number {",
    "  return price + shipping;",
    "}",
  ].join("\n")
  const prompt = actionPrompt({
    task: { action: "refactor", instruction: "Rename `price` to `cost`." },
    ...{ path: "src/amounts.ts", languageId: "typescript", code, before: "", after: "" },
  })
  const request = { ...generateRequest(renderConversation(prompt), { maxTokens: 600 }), rewrites }
  const { last } = await ask(runtime, request)
  if (last?.type !== "done") throw new Error("the demo model didn't answer")
  return last
}

/** In this process: what is compared is llama.cpp's cost, with that of choosing a token after each. */
async function severalAtOnce(modelPath: string, threads: number): Promise<BenchRow[]> {
  const model = await loadModel({ modelPath, contextSize: 512, threads, gpu: "cpu" }, () => {}, never)
  try {
    const { chat } = model
    const text = Array.from({ length: 96 }, (_, index) => 300 + ((index * 7919) % 2000))
    await chat.feed(text.slice(0, 64))
    const at = (count: number) =>
      medianMs(chat, count, () => chat.sampleEach(text.slice(64, 64 + count), { temperature: 1, seed: 1 }))
    const one = await at(1)
    const costs: number[] = []
    for (const length of draftLengths) costs.push((await at(length + 1)) / one)
    return [
      ...costs.map((cost, index) =>
        row(`tokens at once: ${2 ** (index + 2)} ÷ 1, synthetic model`, cost, ""),
      ),
      row("guessed at once by these costs, at most", longestDraft(costs), "tokens"),
    ]
  } finally {
    await model.unload()
  }
}

async function medianMs(
  sequence: TokenSequence,
  count: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
    await sequence.dropLast(count)
  }
  return median(times.slice(1))
}
