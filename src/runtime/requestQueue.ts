// The order of requests: two lanes, ghost text's and everything else, each one at a time and first come first served;
// a few may wait, more are refused as "busy". Counting needs no turn, and a cancel is heard at once.
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import type { RequestAnswerer, RuntimeRequest } from "./requestAnswerer.ts"
import { toRuntimeFailure } from "./runtimeFailure.ts"

const maxWaiting = 16

/** Returns what takes in messages. Every request is answered by exactly one last message. */
export function requestQueue(
  answer: RequestAnswerer,
  send: (message: RuntimeToHost) => void,
): (message: HostToRuntime) => void {
  const running = new Map<number, AbortController>()
  const lanes = { main: lane(), completion: lane() }

  const run = async (request: RuntimeRequest) => {
    const { id } = request
    const cancel = new AbortController()
    running.set(id, cancel)
    try {
      await answer(request, cancel.signal)
    } catch (error) {
      const { kind, message } = toRuntimeFailure(error)
      send(cancel.signal.aborted ? cancelled(id) : { type: "failed", id, kind, detail: message })
    } finally {
      running.delete(id)
    }
  }
  const runWaiting = async (own: Lane) => {
    own.taken = true
    for (let next = own.waiting.shift(); next !== undefined; next = own.waiting.shift()) await run(next)
    own.taken = false
  }
  const cancel = (id: number) => {
    running.get(id)?.abort()
    for (const { waiting } of Object.values(lanes)) {
      const at = waiting.findIndex(request => request.id === id)
      if (at < 0) continue
      waiting.splice(at, 1)
      send(cancelled(id))
    }
  }

  return message => {
    const { id } = message
    if (message.type === "cancel") return cancel(id)
    if (message.type === "count") return void run(message)
    const own =
      message.type === "generate" && message.context === "completion" ? lanes.completion : lanes.main
    if (own.waiting.length >= maxWaiting)
      return send({ type: "failed", id, kind: "busy", detail: `${own.waiting.length} requests wait` })
    own.waiting.push(message)
    if (!own.taken) void runWaiting(own)
  }
}

type Lane = { readonly waiting: RuntimeRequest[]; taken: boolean }

function lane(): Lane {
  return { waiting: [], taken: false }
}

/** For what was cancelled before it had anything to show. */
function cancelled(id: number): RuntimeToHost {
  const nothing = { promptTokens: 0, reusedTokens: 0, generatedTokens: 0, promptMs: 0, generationMs: 0 }
  return { type: "done", id, reason: "cancelled", ...nothing }
}
