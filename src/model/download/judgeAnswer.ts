// What a server's answer to "go on from this byte" means for the bytes that are here: append, begin again, try later,
// or give up. Pure; a table of the ways in which servers get ranges wrong.
import type { DownloadFault } from "./downloadFault.ts"

/**
 * An ETag means something at the origin that gave it only, and redirects lead to changing ones: so tags are compared
 * here, and `If-Range`, which would have the server compare, isn't sent.
 */
export type KnownTag = { readonly tag: string; readonly origin: string }

export type AskedRange = {
  /** Bytes that are here. */
  readonly offset: number
  /** Of the whole file. */
  readonly bytes: number
  readonly known: KnownTag | undefined
  readonly host: string
}

export type Verdict =
  /** The body's first `skip` bytes are here already. `fresh`: what is here belongs to another file. */
  | {
      readonly kind: "take"
      readonly skip: number
      readonly fresh: boolean
      readonly tag: KnownTag | undefined
    }
  /** What is here is worth nothing; ask for all of it. */
  | { readonly kind: "restart" }
  /** The range was misunderstood; ask again, then without one. */
  | { readonly kind: "misplaced" }
  | { readonly kind: "later"; readonly afterMs: number | undefined; readonly fault: DownloadFault }
  | { readonly kind: "fail"; readonly fault: DownloadFault }

type Answer = { readonly status: number; readonly headers: Headers; readonly origin: string }

const laterStatuses = new Set([403, 408, 425, 429, 500, 502, 503, 504])

/** Milliseconds: the longest that is waited because a server says so. */
const maxWait = 60_000

export function judgeAnswer({ status, headers, origin }: Answer, asked: AskedRange): Verdict {
  const { offset, bytes, known, host } = asked
  const tag = tagOf(headers, origin)
  const isOther = known !== undefined && tag?.origin === known.origin && bare(tag.tag) !== bare(known.tag)
  const wrongSize: Verdict = { kind: "fail", fault: { kind: "wrongFile", host, what: "size" } }
  switch (status) {
    case 200: {
      const length = headers.get("content-encoding") === null ? headers.get("content-length") : null
      if (length !== null && Number(length) !== bytes) return wrongSize
      const fresh = isOther && offset > 0
      return { kind: "take", skip: fresh ? 0 : offset, fresh, tag }
    }
    case 206: {
      const range = contentRange(headers)
      if (range === undefined || range.from > offset) return { kind: "misplaced" }
      if (range.total !== undefined && range.total !== bytes) return wrongSize
      if (isOther) return { kind: "restart" }
      return { kind: "take", skip: offset - range.from, fresh: false, tag }
    }
    case 416:
      return offset > 0 ? { kind: "restart" } : wrongSize
    case 404:
    case 410:
      return { kind: "fail", fault: { kind: "noModel", host } }
  }
  const fault = { kind: "refused", host, status } as const
  if (laterStatuses.has(status)) return { kind: "later", afterMs: retryAfter(headers), fault }
  return { kind: "fail", fault }
}

function tagOf(headers: Headers, origin: string): KnownTag | undefined {
  const tag = headers.get("etag")
  return tag === null || tag.length > 512 ? undefined : { tag, origin }
}

function bare(tag: string): string {
  return tag.replace(/^W\//, "")
}

function contentRange(headers: Headers): { readonly from: number; readonly total?: number } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "")
  if (match === null) return undefined
  return { from: Number(match[1]), ...(match[2] !== "*" && { total: Number(match[2]) }) }
}

/** Milliseconds. */
function retryAfter(headers: Headers): number | undefined {
  const said = headers.get("retry-after")
  if (said === null) return undefined
  const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now()
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxWait)
}
