// The question which files there are, asked again while the network or the server only stumbles. Not for long: whoever
// just pressed a button is there to read that it doesn't work, and a mistyped address never will.
import { setTimeout as wait } from "node:timers/promises"
import { DownloadError, isNetworkError } from "./downloadFault.ts"
import type { DownloadLimits } from "./downloadLimits.ts"
import type { DownloadSource } from "./downloadRecord.ts"
import type { RemoteFile } from "./hubListing.ts"
import { hostOf } from "./openUrl.ts"

type Question = {
  readonly source: DownloadSource
  readonly place?: string
  readonly list: (signal: AbortSignal) => Promise<readonly RemoteFile[]>
  readonly limits: DownloadLimits
}

const maxAttempts = 3

/** Throws DownloadError, the signal's reason, or what is nobody's fault but ours. */
export async function listPatiently(question: Question, signal: AbortSignal): Promise<readonly RemoteFile[]> {
  const { list, limits } = question
  for (let attempt = 1; ; attempt++) {
    try {
      return await list(signal)
    } catch (error) {
      signal.throwIfAborted()
      const isLast = attempt >= Math.min(maxAttempts, limits.attempts)
      if (error instanceof DownloadError) {
        const { fault } = error
        if (isLast || fault.kind !== "refused" || fault.status < 429) throw error
      } else if (!isNetworkError(error)) throw error
      else if (isLast) throw new DownloadError({ kind: "offline", host: hostAsked(question) })
    }
    await wait(limits.pauseMs * 2 ** (attempt - 1), undefined, { signal })
  }
}

function hostAsked({ source, place }: Question): string {
  return source.kind === "url" ? hostOf(source.url) : place === undefined ? "" : hostOf(place)
}
