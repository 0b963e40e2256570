// The bytes of a server-sent event stream on their way to the parser: watched for silence, bounded per event,
// and noted how they ended. Knows lines and blank lines, nothing of JSON or chat.

export type GuardLimits = {
  /** Milliseconds without any byte of the answer, from the request on. */
  readonly firstByteMs: number
  /** Milliseconds without a byte after the first one; comments count as life. */
  readonly idleMs: number
  /** Bytes of one server-sent event. */
  readonly maxEventBytes: number
}

export type BodyWatch = {
  readonly limits: GuardLimits
  /** The silence allowed at this moment, once the first byte was there. */
  readonly idleMs: () => number
  /** Called after too long a silence; aborts the request. */
  readonly expire: () => void
  readonly onEnd: (end: "ended" | "done") => void
  /** For a body that isn't a stream, whatever its type says: the events it stands for, or throws. */
  readonly onOther?: (text: string) => string
  /** Makes the error that the reader of the body gets. */
  readonly onFault: (kind: "streamCut" | "badResponse", said?: string) => Error
}

/** The same response with a body that is read only as fast as it is asked for. */
export function guardedBody(response: Response, watch: BodyWatch): Response {
  const reader = response.body?.getReader()
  if (reader === undefined) throw watch.onFault("badResponse")
  const events = eventSizes(watch.limits.maxEventBytes)
  let hasBegun = false
  const read = async () => {
    const timer = setTimeout(watch.expire, hasBegun ? watch.idleMs() : watch.limits.firstByteMs)
    try {
      return await reader.read()
    } finally {
      clearTimeout(timer)
    }
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await read()
          if (done) {
            watch.onEnd(events.sawDone() ? "done" : "ended")
            return controller.close()
          }
          if (!hasBegun && watch.onOther !== undefined && isOther(value)) {
            hasBegun = true
            controller.enqueue(new TextEncoder().encode(watch.onOther(await wholeText(value, read))))
            return controller.close()
          }
          hasBegun = true
          if (!events.fit(value)) throw watch.onFault("badResponse", "One event of the stream is too large.")
          if (events.sawDone()) watch.onEnd("done")
          controller.enqueue(value)
        } catch {
          // After an abort or an expired watch this fault comes second and is not the one reported.
          controller.error(watch.onFault("streamCut"))
          await reader.cancel().catch(() => {})
        }
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { status: response.status, headers: response.headers })
}

/** JSON or a page: no line of an event stream begins like that. */
function isOther(bytes: Uint8Array): boolean {
  return /^\s*[{[<]/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
}

/** Bytes of a body that isn't a stream. */
const maxBody = 4_194_304

async function wholeText(
  first: Uint8Array,
  read: () => Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>,
): Promise<string> {
  const decoder = new TextDecoder()
  let text = decoder.decode(first, { stream: true })
  while (text.length < maxBody) {
    const { done, value } = await read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  return text
}

const [lineFeed, carriageReturn] = [10, 13]

/** Counts bytes since the last blank line and looks for the `[DONE]` line at the stream's end. */
function eventSizes(maxBytes: number) {
  let bytes = 0
  let lineIsEmpty = true
  let lastByte = 0
  let tail = ""
  let done = false
  return {
    sawDone: () => done,
    /** False once an event is over the limit. */
    fit(chunk: Uint8Array): boolean {
      for (const byte of chunk) {
        if (byte === lineFeed || byte === carriageReturn) {
          const isSecondHalf = byte === lineFeed && lastByte === carriageReturn
          if (lineIsEmpty && !isSecondHalf) bytes = 0
          lineIsEmpty = true
        } else {
          lineIsEmpty = false
          if (++bytes > maxBytes) return false
        }
        lastByte = byte
      }
      tail = (tail + new TextDecoder("latin1").decode(chunk.subarray(-64))).slice(-64)
      done ||= /(?:^|[\r\n])data: ?\[DONE\]\s*$/.test(tail)
      return true
    },
  }
}
