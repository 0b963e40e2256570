// Brings one file's missing bytes into its part file, over as many connections as it takes: goes on at the right byte
// after a cut, begins again when the server has another file, and gives up with a reason.
import { setTimeout as wait } from "node:timers/promises"
import { DownloadError, type DownloadFault, networkCode } from "./downloadFault.ts"
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

type Ending =
  | { readonly kind: "ended" }
  | { readonly kind: "again"; readonly afterMs: number | undefined; readonly fault: DownloadFault }

/** Throws DownloadError, the file system's error, or the signal's reason. */
export async function transferFile(transfer: Transfer): Promise<void> {
  const { file, part, limits, signal } = transfer
  const host = hostOf(file.url)
  let known = transfer.known
  let failures = 0
  let misplaced = 0
  let isHeadSeen = part.bytes >= 4

  while (part.bytes < file.bytes) {
    const before = part.bytes
    const ending = await attempt()
    if (part.bytes - before >= limits.progressBytes || part.bytes >= file.bytes) failures = 0
    else if (++failures >= limits.attempts)
      throw new DownloadError(ending.kind === "again" ? ending.fault : { kind: "offline", host })
    if (part.bytes >= file.bytes) return
    transfer.onWaiting(true)
    const pause = Math.min(limits.pauseMs * 2 ** Math.max(0, failures - 1), limits.maxPauseMs)
    await wait((ending.kind === "again" ? ending.afterMs : undefined) ?? pause, undefined, { signal })
  }

  async function attempt(): Promise<Ending> {
    const silence = new AbortController()
    const either = AbortSignal.any([signal, silence.signal])
    const offset = misplaced >= 2 ? 0 : part.bytes
    try {
      const headers = offset > 0 ? { range: `bytes=${offset}-` } : {}
      const opened = await openUrl(file.url, { headers, signal: either, firstByteMs: limits.firstByteMs })
      const { response, origin } = opened
      const asked = { offset: part.bytes, bytes: file.bytes, known, host }
      const verdict = judgeAnswer({ status: response.status, headers: response.headers, origin }, asked)
      if (verdict.kind !== "take") await response.body?.cancel()
      switch (verdict.kind) {
        case "fail":
          throw new DownloadError(verdict.fault)
        case "later":
          return { kind: "again", afterMs: verdict.afterMs, fault: verdict.fault }
        case "misplaced":
          misplaced++
          return { kind: "again", afterMs: 0, fault: { kind: "refused", host, status: response.status } }
        case "restart":
          await begin()
          return { kind: "again", afterMs: 0, fault: { kind: "refused", host, status: response.status } }
      }
      if (verdict.fresh) await begin()
      known = verdict.tag
      await transfer.onTag(known)
      transfer.onWaiting(false)
      await take(response, verdict.skip, silence)
      return { kind: "ended" }
    } catch (error) {
      signal.throwIfAborted()
      if (!isNetwork(error)) throw error
      return { kind: "again", afterMs: undefined, fault: { kind: "offline", host } }
    }
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
          if (head.byteLength < 4) continue
          if (head.toString("latin1", 0, 4) !== "GGUF") throw await wrong("format")
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

/** Whatever fetch throws, and nothing of the disk's. */
function isNetwork(error: unknown): boolean {
  if (error instanceof DownloadError) return false
  if (error instanceof TypeError || (error instanceof Error && error.name === "AbortError")) return true
  return /^(UND_ERR|ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|ENET|EHOST|ERR_STREAM|HPE_)/.test(networkCode(error))
}
