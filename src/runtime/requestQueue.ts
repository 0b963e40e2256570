// The order of requests: lanes for ghost text, for what nobody waits for, and for everything else, each one at a time
// and first come first served; a few may wait, more are refused as "busy". A cancel is heard at once.
import type { HostToRuntime, RuntimeToHost } from "../protocol/runtimeProtocol.ts"
import { priorityOf, type RequestAnswerer, type RuntimeRequest } from "./requestAnswerer.ts"
import { toRuntimeFailure } from "./runtimeFailure.ts"

const maxWaiting = 16

/** Returns what takes in messages. Every request is answered by exactly one last message. */
export function requestQueue(
  answer: RequestAnswerer,
  send: (message: RuntimeToHost) => void,
): (message: HostToRuntime) => void {
  const running = new Map<number, AbortController>()
  const lanes = { main: lane(), completion: lane(), background: lane() }

  const run = async (request: RuntimeRequest) => {
    const { id } = request
    const cancel = new AbortController()
    running.set(id, cancel)
    try {
      await answer(request, cancel.signal)
    } catch (error) {
      const { kind, message, counts } = toRuntimeFailure(error)
      send(cancel.signal.aborted ? cancelled(id) : { type: "failed", id, kind, detail: message, ...counts })
    } finally {
      running.delete(id)
    }
  }
  const runWaiting = async (own: Lane) => {
    for (let next = own.waiting.shift(); next !== undefined; next = own.waiting.shift()) {
      own.current = next
      await run(next)
    }
    own.current = undefined
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
  /** What a newer request makes useless. */
  const replace = (own: Lane, isOld: (request: RuntimeRequest) => boolean) => {
    const old = [...own.waiting, ...(own.current === undefined ? [] : [own.current])].filter(isOld)
    for (const { id } of old) cancel(id)
  }
  const enqueue = (own: Lane, request: RuntimeRequest) => {
    const { id } = request
    if (own.waiting.length >= maxWaiting)
      return send({ type: "failed", id, kind: "busy", detail: `${own.waiting.length} requests wait` })
    own.waiting.push(request)
    if (own.current === undefined) void runWaiting(own)
    else if (own !== lanes.completion)
      send({ type: "waiting", id, for: own.current.type === "load" ? "load" : "answer" })
  }

  return message => {
    switch (message.type) {
      case "cancel":
        return cancel(message.id)
      case "ping":
        return send({ type: "pong", id: message.id })
      case "count":
      case "inspect":
        return void run(message)
      case "calibrate":
        return enqueue(lanes.background, message)
      case "generate": {
        const isAhead = message.maxTokens === 0
        if (message.context === "completion") {
          replace(lanes.completion, request => !isAhead || isReadAhead(request))
          return enqueue(lanes.completion, message)
        }
        replace(lanes.background, isReadAhead)
        const isBackground = priorityOf(message) !== "chat"
        return enqueue(isBackground ? lanes.background : lanes.main, message)
      }
      default:
        return enqueue(lanes.main, message)
    }
  }
}

type Lane = { readonly waiting: RuntimeRequest[]; current: RuntimeRequest | undefined }

function lane(): Lane {
  return { waiting: [], current: undefined }
}

function isReadAhead(request: RuntimeRequest): boolean {
  return request.type === "generate" && request.maxTokens === 0
}

/** For what was cancelled before it had anything to show. */
function cancelled(id: number): RuntimeToHost {
  const nothing = { promptTokens: 0, reusedTokens: 0, generatedTokens: 0, promptMs: 0, generationMs: 0 }
  return { type: "done", id, reason: "cancelled", ...nothing }
}
