// The runtime child process: messages in, messages out, over Node IPC and nothing else. Runs a model for the
// extension host; has no idea of conversations, files of a workspace, or VS Code.
import { parseHostToRuntime, type RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { leave, watchParent } from "./parentWatch.ts"
import { requestAnswerer } from "./requestAnswerer.ts"
import { requestQueue } from "./requestQueue.ts"

// node-llama-cpp warns at each start that it can't test a binary in a process of its own. We do (`probe`); what stands
// on stderr is shown when this process dies, and should be what it died of.
console.warn = () => {}

watchParent()
const receive = requestQueue(requestAnswerer(send), send)
process.on("message", value => {
  const message = parseHostToRuntime(value)
  if (message !== undefined) receive(message)
})
send({ type: "ready" })

function send(message: RuntimeToHost): void {
  process.send?.(message, undefined, undefined, () => {
    // The callback keeps a channel that closes just now from becoming an uncaught error. Who probed is full of drivers.
    if (message.type === "probed") leave()
  })
}
