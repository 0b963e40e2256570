// The runtime child process: messages in, messages out, over Node IPC and nothing else. Runs a model for the
// extension host; has no idea of conversations, files of a workspace, or VS Code.
import { parseHostToRuntime, type RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { watchParent } from "./parentWatch.ts"
import { requestAnswerer } from "./requestAnswerer.ts"
import { requestQueue } from "./requestQueue.ts"

watchParent()
const receive = requestQueue(requestAnswerer(send), send)
process.on("message", value => {
  const message = parseHostToRuntime(value)
  if (message !== undefined) receive(message)
})
send({ type: "ready" })

function send(message: RuntimeToHost): void {
  // The callback keeps a channel that closes just now from becoming an uncaught error.
  process.send?.(message, undefined, undefined, () => {})
}
