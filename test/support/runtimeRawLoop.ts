// node-llama-cpp's own raw loop in a plain process, for comparison: loads the file named by its arguments
// (path, threads), then generates once per message and answers with the milliseconds per token.
import { getLlama, LlamaLogLevel, type Token } from "node-llama-cpp"

export type RawLoopRequest = { readonly tokens: readonly number[]; readonly maxTokens: number }

const [modelPath = "", threads = "1"] = process.argv.slice(2)
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 0 })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({
  contextSize: 4096,
  batchSize: 128,
  threads: Number(threads),
  sequences: 1,
  swaFullCache: true,
})
const sequence = context.getSequence()

process.on("message", async ({ tokens, maxTokens }: RawLoopRequest) => {
  const prompt = tokens as Token[]
  await sequence.clearHistory()
  await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))
  const options = { temperature: 0, topK: 0, topP: 1, minP: 0, yieldEogToken: true }
  let generated = 0
  let firstAt = 0
  for await (const _token of sequence.evaluate(prompt.slice(-1), options)) {
    if (generated++ === 0) firstAt = performance.now()
    if (generated === maxTokens) break
  }
  process.send?.((performance.now() - firstAt) / (generated - 1))
})
process.on("disconnect", () => process.exit())
process.send?.("ready")
