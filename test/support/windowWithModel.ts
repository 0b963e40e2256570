// A program in place of a window: with the folder that its argument names as the storage of all windows, it says "up",
// waits for a line, asks the demo model as a file of the user's own, and says as JSON what it was asked and whether an
// answer came. It says no to every question. Ends with its input.
import { once } from "node:events"
import path from "node:path"
import { powerPolicy } from "../../src/model/local/power/powerPolicy.ts"
import { localParts } from "../../src/vscode/localParts.ts"
import { readSettings } from "../../src/vscode/readSettings.ts"
import { settingsKeys } from "../../src/vscode/settingsKeys.ts"
import { chat, user } from "./demoConversation.ts"
import { demoModelPath, never } from "./runtimeTest.ts"

const settings = readSettings({
  get: () => undefined,
  inspect: key =>
    key === "local.gpu"
      ? { globalValue: "cpu" }
      : { defaultValue: settingsKeys.find(known => known.key === key)?.default },
})
const asked: string[] = []
// On battery, so that nothing but the question is answered.
const policy = () => powerPolicy("save", true)
const parts = localParts({
  extensionPath: path.resolve(import.meta.dirname, "../.."),
  storage: process.argv[2] ?? "",
  memento: { get: () => undefined, update: async () => {} },
  log: { info() {}, warn() {}, error() {} },
  machine: () => ({ memory: 2 ** 36, freeMemory: 2 ** 36, cores: 2 }),
  power: { policy, settled: async () => policy() },
  ask: async question => asked.push(question) === 0,
  tell() {},
  offerCuda() {},
})
const { model } = parts.make({ type: "file", path: demoModelPath }, settings)
process.stdin.on("end", () => process.exit())
console.log("up")
await once(process.stdin, "data")
let answered = false
try {
  const conversation = { messages: [...chat, user("Hello")] }
  for await (const event of model.stream({ conversation, maxTokens: 300 }, never))
    answered ||= event.type === "finish"
} catch {
  // Said no.
}
console.log(JSON.stringify({ asked, answered }))
