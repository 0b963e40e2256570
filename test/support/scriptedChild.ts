// A stand-in for the runtime's program that misbehaves to order: a real process with a real IPC channel that runs a
// few given lines. For faults that the true runtime can't be brought to.
import path from "node:path"
import { type Cleaner, temporaryFolder } from "./temporaryFolder.ts"

/** Before the given lines: `reply` sends, `onRequest` is called with each message that isn't a sign of life. */
const opening = `
const reply = message => process.send(message)
let onRequest = () => {}
process.on("disconnect", () => process.exit())
process.on("message", message => {
  if (message.type === "ping") reply({ type: "pong", id: message.id })
  else onRequest(message)
})
const loaded = id => ({
  type: "loaded", id, name: "scripted", contextSize: 4096, trainedContextSize: 4096, vocabularySize: 512,
  threads: 1, gpu: "none", gpuLayers: 0, layers: 1,
})
const done = id => ({
  type: "done", id, reason: "stop", promptTokens: 1, reusedTokens: 0, generatedTokens: 1, promptMs: 1, generationMs: 1,
})
`

/** The path of its main module. `script`: lines of JavaScript; it says "ready" by itself, before them. */
export async function scriptedChild(cleaner: Cleaner, script: string): Promise<string> {
  const text = `${opening}reply({ type: "ready" })\n${script}\n`
  return path.join(await temporaryFolder(cleaner, { "child.mjs": text }), "child.mjs")
}
