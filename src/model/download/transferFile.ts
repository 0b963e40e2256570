// Brings one file's missing bytes into its part file, over as many connections as it takes: goes on at the right byte
// after a cut, waits for a connection as long as there is none, begins again when the server has another file, and gives
// up with a reason when the answer is final.
import { setTimeout as wait } from "node:timers/promises"
import { DownloadError, type DownloadFault, isNetworkError, isSilence } from "./downloadFault.ts"
import type { DownloadLimits } from "./downloadLimits.ts"
import type { RemoteFile } from "./hubListing.ts"
import { judgeAnswer, type KnownTag } from "./judgeAnswer.ts"
import { hostOf, openUrl } from "./openUrl.ts"
import type { PartFile } from "./partFile.ts"

type Transfer = {
  readonly file: RemoteFile
  readonly part: PartFile
  /** Of the bytes that are here. */
  readonly known: KnownTag | undefined
  readonly limits: DownloadLimits
  /** Once the server said what it has; before its bytes are taken. */
  readonly onTag: (tag: KnownTag | undefined) => Promise<void>
  readonly onBytes: (bytes: number) => void
  /** No connection for now; `false` when bytes come again. */
  readonly onWaiting: (waiting: boolean) => void
  readonly signal: AbortSignal
}

/** Of an attempt that didn't bring everything. */
type Ending = {
  readonly fault: DownloadFault
  /** "silent": nobody answered. "busy": not now, or not to its end. "refused": perhaps a mistake. */
  readonly kind: "silent" | "busy" | "refused"
  readonly afterMs?: number
}

/** Throws DownloadError, the file system's error, or the signal's reason. */
export async function transferFile(transfer: Transfer): Promise<void> {
  const { file, part, limits, signal } = transfer
  const host = hostOf(file.url)
  const expectedHead = headOf(file.name)
  let known = transfer.known
  let misplaced = 0
  let isHeadSeen = part.bytes >= expectedHead.length
  /** Attempts in a row that brought nothing to speak of. */
  const none = { silent: 0, busy: 0, refused: 0 }
  let idle = none
  const most = { silent: Number.POSITIVE_INFINITY, busy: limits.busyAttempts, refused: limits.attempts }

  while (part.bytes < file.bytes) {
    const before = part.bytes
    const { kind, fault, afterMs } = await attempt()
    if (part.bytes >= file.bytes) return
    idle = part.bytes - before >= limits.progressBytes ? none : { ...idle, [kind]: idle[kind] + 1 }
    if (idle[kind] >= most[kind]) throw new DownloadError(fault)
    transfer.onWaiting(true)
    const tries = idle.silent + idle.busy + idle.refused
    const pause = Math.min(limits.pauseMs * 2 ** Math.max(0, tries - 1), limits.maxPauseMs)
    await wait(afterMs ?? pause, undefined, { signal })
  }

  async function attempt(): Promise<Ending> {
    const silence = new AbortController()
    const either = AbortSignal.any([signal, silence.signal])
    const offset = misplaced >= 2 ? 0 : part.bytes
    let isAnswered = false
    try {
      const headers = offset > 0 ? { range: `bytes=${offset}-` } : {}
      const opened = await openUrl(file.url, { headers, signal: either, firstByteMs: limits.firstByteMs })
      isAnswered = true
      const { response, origin } = opened
      const asked = { offset: part.bytes, bytes: file.bytes, known, host }
      const verdict = judgeAnswer({ status: response.status, headers: response.headers, origin }, asked)
      if (verdict.kind !== "take") await response.body?.cancel()
      const again = {
        kind: "refused",
        afterMs: 0,
        fault: { kind: "refused", host, status: response.status },
      } as const
      switch (verdict.kind) {
        case "fail":
          throw new DownloadError(verdict.fault)
        case "later":
          return {
            kind: response.status === 403 ? "refused" : "busy",
            fault: verdict.fault,
            ...(verdict.afterMs !== undefined && { afterMs: verdict.afterMs }),
          }
        case "misplaced":
          misplaced++
          return again
        case "restart":
          await begin()
          return again
      }
      if (verdict.fresh) await begin()
      known = verdict.tag
      await transfer.onTag(known)
      transfer.onWaiting(false)
      await take(response, verdict.skip, silence)
    } catch (error) {
      signal.throwIfAborted()
      if (!isNetworkError(error)) throw error
      if (!isAnswered && isSilence(error)) return { kind: "silent", fault: { kind: "offline", host } }
    }
    return { kind: "busy", fault: { kind: "offline", host } }
  }

  async function begin(): Promise<void> {
    await part.reset()
    isHeadSeen = false
    known = undefined
    transfer.onBytes(0)
  }

  async function take(response: Response, toSkip: number, silence: AbortController): Promise<void> {
    let skip = toSkip
    let since = 0
    const watch = setInterval(() => {
      if (since < limits.stallBytes) silence.abort()
      since = 0
    }, limits.stallMs)
    let head = Buffer.alloc(0)
    try {
      for await (const received of response.body ?? []) {
        signal.throwIfAborted()
        since += received.byteLength
        let chunk: Uint8Array = received.subarray(Math.min(skip, received.byteLength))
        skip -= received.byteLength - chunk.byteLength
        if (!isHeadSeen && chunk.byteLength > 0) {
          head = Buffer.concat([head, chunk])
          if (head.byteLength < expectedHead.length) continue
          if (head.toString("latin1", 0, expectedHead.length) !== expectedHead) throw await wrong("format")
          isHeadSeen = true
          chunk = head
        }
        if (chunk.byteLength === 0) continue
        if (part.bytes + chunk.byteLength > file.bytes) throw await wrong("size")
        await part.append(chunk)
        transfer.onBytes(part.bytes)
      }
    } finally {
      clearInterval(watch)
    }
  }

  /** The bytes themselves show it: none of them is worth keeping. */
  async function wrong(what: "format" | "size"): Promise<DownloadError> {
    await begin()
    return new DownloadError({ kind: "wrongFile", host, what })
  }
}

/** What a file of this kind begins with, as Latin-1 text: GGUF's magic number, or gzip's (RFC 1952, with "deflate"). */
function headOf(name: string): string {
  return /\.tgz$/i.test(name) ? "\x1f\x8b\x08" : "GGUF"
}
