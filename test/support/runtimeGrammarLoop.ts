// node-llama-cpp's own loop with and without a grammar, in a plain process: loads the file named by its arguments
// (path, threads), then generates once per message and answers with the milliseconds of each token.
import { getLlama, type LlamaGrammar, LlamaGrammarEvaluationState, LlamaLogLevel } from "node-llama-cpp"

export type GrammarLoopRequest = {
  /** May spell control tokens. */
  readonly text: string
  readonly maxTokens: number
  /** What may be written: by a grammar in GBNF, by a JSON schema of an object with these texts, or anything. */
  readonly allowed?: { readonly gbnf: string } | { readonly texts: readonly string[] }
}

export type GrammarLoopAnswer = {
  readonly tokenMs: readonly number[]
  readonly text: string
  /** To make the grammar and its first state. */
  readonly grammarMs: number
}

const [modelPath = "", threads = "1"] = process.argv.slice(2)
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 0 })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({
  contextSize: 2048,
  batchSize: 128,
  threads: Number(threads),
  sequences: 1,
  swaFullCache: true,
})
const sequence = context.getSequence()

process.on("message", async ({ text, maxTokens, allowed }: GrammarLoopRequest) => {
  const prompt = model.tokenize(text, true)
  const startedAt = performance.now()
  const grammar = allowed === undefined ? undefined : await grammarFor(allowed)
  const state =
    grammar === undefined
      ? {}
      : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }
  const grammarMs = performance.now() - startedAt
  await sequence.clearHistory()
  await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))
  const options = { temperature: 0, topK: 0, topP: 1, minP: 0, ...state }
  const written = []
  const tokenMs: number[] = []
  let last = performance.now()
  for await (const token of sequence.evaluate(prompt.slice(-1), options)) {
    const now = performance.now()
    tokenMs.push(now - last)
    last = now
    written.push(token)
    if (written.length === maxTokens) break
  }
  process.send?.({ tokenMs, text: model.detokenize(written), grammarMs } satisfies GrammarLoopAnswer)
})
process.on("disconnect", () => process.exit())
process.send?.("ready")

function grammarFor(allowed: NonNullable<GrammarLoopRequest["allowed"]>): Promise<LlamaGrammar> {
  if ("gbnf" in allowed) return llama.createGrammar({ grammar: allowed.gbnf })
  const properties = Object.fromEntries(allowed.texts.map(name => [name, { type: "string" } as const]))
  return llama.createGrammarForJsonSchema({ type: "object", properties })
}
