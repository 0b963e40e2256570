// The runtime without IPC, for comparison: its request queue runs in this process, and the time per token is taken
// here too. Loads the file named by its arguments (path, threads), then generates once per message and answers with the
// milliseconds per token, as runtimeRawLoop.ts does.

import type { RuntimeToHost } from "../../src/protocol/runtimeProtocol.ts"
import { requestAnswerer } from "../../src/runtime/requestAnswerer.ts"
import { requestQueue } from "../../src/runtime/requestQueue.ts"
import type { RawLoopRequest } from "./runtimeRawLoop.ts"

const [modelPath = "", threads = "1"] = process.argv.slice(2)
let heard: (message: RuntimeToHost) => void = () => {}
const send = (message: RuntimeToHost) => heard(message)
const receive = requestQueue(requestAnswerer(send), send)

const load = {
  type: "load",
  id: 1,
  modelPath,
  contextSize: 4096,
  threads: Number(threads),
  gpu: "cpu",
} as const
await answered(() => receive(load), "loaded")
let id = 1

process.on("message", async ({ tokens, maxTokens }: RawLoopRequest) => {
  const segments = [{ tokens: [...tokens] }]
  let firstAt = 0
  const generate = {
    type: "generate",
    id: ++id,
    segments,
    maxTokens,
    temperature: 0,
    seed: 1,
    stop: [],
  } as const
  await answered(
    () => receive({ ...generate, stop: [] }),
    "done",
    message => {
      if (message.type === "pieces" && firstAt === 0) firstAt = performance.now()
    },
  )
  process.send?.((performance.now() - firstAt) / (maxTokens - 1))
})
process.on("disconnect", () => process.exit())
process.send?.("ready")

function answered(
  ask: () => void,
  last: RuntimeToHost["type"],
  tell: (message: RuntimeToHost) => void = () => {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    heard = message => {
      tell(message)
      if (message.type === last) resolve()
      if (message.type === "failed") reject(new Error(message.detail))
    }
    ask()
  })
}
