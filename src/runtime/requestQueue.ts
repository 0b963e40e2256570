// The order of requests: one at a time, first come first served; a few may wait, more are refused as "busy".
// Counting needs no turn, and a cancel is heard at once.
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
  const waiting: RuntimeRequest[] = []
  let taken = false

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
  const runWaiting = async () => {
    taken = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next)
    taken = false
  }
  const cancel = (id: number) => {
    running.get(id)?.abort()
    const at = waiting.findIndex(request => request.id === id)
    if (at < 0) return
    waiting.splice(at, 1)
    send(cancelled(id))
  }

  return message => {
    const { id } = message
    if (message.type === "cancel") cancel(id)
    else if (message.type === "count") void run(message)
    else if (waiting.length >= maxWaiting)
      send({ type: "failed", id, kind: "busy", detail: `${waiting.length} requests wait` })
    else {
      waiting.push(message)
      if (!taken) void runWaiting()
    }
  }
}

/** For what was cancelled before it had anything to show. */
function cancelled(id: number): RuntimeToHost {
  const nothing = { promptTokens: 0, reusedTokens: 0, generatedTokens: 0, promptMs: 0, generationMs: 0 }
  return { type: "done", id, reason: "cancelled", ...nothing }
}
