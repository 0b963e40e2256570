// Node parses what comes over its channel to a child process, and what isn't JSON is an exception that nobody can catch:
// the listeners that are offered come later. So the reading itself is wrapped. Where Node is built otherwise, nothing
// is changed by this.
import type { ChildProcess } from "node:child_process"

/** Bytes without a whole message; the longest that is tolerated has 64 MB. */
const maxUnfinished = 100 * 2 ** 20

/** `onNonsense` is called for what is no message, however it comes. */
export function guardChannel(child: ChildProcess, onNonsense: () => void): void {
  const symbol = Object.getOwnPropertySymbols(child).find(each => each.description === "kChannelHandle")
  const channel: unknown = symbol === undefined ? undefined : Reflect.get(child, symbol)
  if (typeof channel !== "object" || channel === null) return
  const read: unknown = Reflect.get(channel, "onread")
  if (typeof read !== "function") return
  let unfinished = 0
  child.on("message", () => {
    unfinished = 0
  })
  Reflect.set(channel, "onread", function (this: unknown, ...values: readonly unknown[]): unknown {
    const [bytes] = values
    if (bytes instanceof ArrayBuffer) unfinished += bytes.byteLength
    if (unfinished > maxUnfinished) {
      onNonsense()
      return undefined
    }
    try {
      return Reflect.apply(read, this, values)
    } catch {
      onNonsense()
      return undefined
    }
  })
}
