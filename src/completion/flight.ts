// The one request that is under way. A newer keystroke that types what the answer begins with waits for it instead
// of asking again; any other ends it. Left alone by everybody it ends too, a moment later.
import { type Place, typedSince } from "./answerMemory.ts"

export type Flight = {
  isBusy(): boolean
  /** Whether the answer under way may, as far as it is written, go on as the user did. */
  fits(place: Place): boolean
  /** Ends the one before. `write` yields the answer's text so far, and is over when it is whole and kept. */
  start(place: Place, write: (signal: AbortSignal) => AsyncIterable<string>): void
  /** Until it is over or no longer fits. Throws what `write` threw. Ends at once after an abort. */
  wait(place: Place, signal: AbortSignal): Promise<"over" | "diverged" | "aborted">
  end(): void
}

type UnderWay = {
  readonly place: Place
  readonly abort: AbortController
  /** Resolves at each change, and is replaced then. */
  changed: PromiseWithResolvers<void>
  text: string
  state: "writing" | "over" | { readonly error: unknown }
  waiting: number
  linger: NodeJS.Timeout | undefined
}

/** `lingerMs`: how long an answer that nobody waits for goes on; editors ask anew a moment after they cancelled. */
export function flight(lingerMs = 300): Flight {
  let current: UnderWay | undefined

  const end = () => {
    if (current === undefined) return
    clearTimeout(current.linger)
    current.abort.abort()
    current.changed.resolve()
    current = undefined
  }

  const run = async (one: UnderWay, write: (signal: AbortSignal) => AsyncIterable<string>) => {
    try {
      for await (const text of write(one.abort.signal)) {
        one.text = text
        changed(one)
      }
      one.state = "over"
    } catch (error) {
      one.state = { error }
    }
    clearTimeout(one.linger)
    if (current === one) current = undefined
    changed(one)
  }

  return {
    isBusy: () => current !== undefined,
    fits: place => current !== undefined && fits(current, place),
    start(place, write) {
      end()
      const one: UnderWay = {
        place,
        abort: new AbortController(),
        changed: Promise.withResolvers(),
        text: "",
        state: "writing",
        waiting: 0,
        linger: undefined,
      }
      current = one
      void run(one, write)
    },
    async wait(place, signal) {
      const one = current
      if (one === undefined) return "over"
      const aborted = Promise.withResolvers<void>()
      const onAbort = () => aborted.resolve()
      signal.addEventListener("abort", onAbort, { once: true })
      clearTimeout(one.linger)
      one.waiting++
      try {
        for (;;) {
          if (signal.aborted) return "aborted"
          if (one.state === "over") return "over"
          if (one.state !== "writing") throw one.state.error
          if (one !== current || !fits(one, place)) return "diverged"
          await Promise.race([one.changed.promise, aborted.promise])
        }
      } finally {
        signal.removeEventListener("abort", onAbort)
        one.waiting--
        if (one.waiting === 0 && one === current)
          one.linger = setTimeout(() => {
            if (one === current) end()
          }, lingerMs)
      }
    },
    end,
  }
}

function changed(one: UnderWay): void {
  const { resolve } = one.changed
  one.changed = Promise.withResolvers()
  resolve()
}

function fits({ place: asked, text }: UnderWay, place: Place): boolean {
  const typed = typedSince(asked, place)
  return typed !== undefined && (text.startsWith(typed) || typed.startsWith(text))
}
