// What can go wrong with a download, as data. Sentences for people are made elsewhere.

export type DownloadFault =
  /** Bytes. */
  | { readonly kind: "noSpace"; readonly free: number; readonly needed: number }
  | { readonly kind: "offline"; readonly host: string }
  | { readonly kind: "refused"; readonly host: string; readonly status: number }
  /** The listing or the file isn't there, or isn't what a hub answers. */
  | { readonly kind: "noModel"; readonly host: string }
  /** A mirror's or the hub's file isn't the one that is pinned. */
  | { readonly kind: "otherFile"; readonly host: string }
  /** What came was not what was announced; it is gone from the disk. */
  | { readonly kind: "wrongFile"; readonly host: string; readonly what: "hash" | "size" | "format" }
  /** A "%" in it stands for nothing. */
  | { readonly kind: "badAddress"; readonly host: string }
  /** Not https, too many redirects, or a certificate that doesn't hold. */
  | { readonly kind: "insecure"; readonly host: string }
  /** The file system said no; `code` is its. */
  | { readonly kind: "folder"; readonly code: string }
  /** A file of that name is there and is another one. */
  | { readonly kind: "inTheWay"; readonly name: string }
  | { readonly kind: "internal"; readonly code: string }

export class DownloadError extends Error {
  readonly fault: DownloadFault

  constructor(fault: DownloadFault) {
    super(fault.kind)
    this.name = "DownloadError"
    this.fault = fault
  }
}

/** Of anything thrown while a file was read or written. */
export function faultOf(error: unknown): DownloadFault {
  if (error instanceof DownloadError) return error.fault
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (folderCodes.has(code)) return { kind: "folder", code }
  return { kind: "internal", code: code || (error instanceof Error ? error.name : "unknown") }
}

/** The code of a failed fetch: Node's hides it in its cause, Electron's, which VS Code may use, in its message. */
export function networkCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const inner = cause instanceof Error && "code" in cause ? cause : error
  if (!(inner instanceof Error)) return ""
  return "code" in inner ? String(inner.code) : (/^net::(ERR_\w+)/.exec(inner.message)?.[1] ?? "")
}

/** Whatever fetch throws, and nothing of the disk's. */
export function isNetworkError(error: unknown): boolean {
  if (error instanceof DownloadError) return false
  return error instanceof TypeError || isSilence(error) || brokenCodes.test(networkCode(error))
}

/** Nobody answered: no network, no way to the server, or nothing but silence. */
export function isSilence(error: unknown): boolean {
  return (error instanceof Error && error.name === "AbortError") || silentCodes.test(networkCode(error))
}

const silentCodes = new RegExp(
  [
    "^(ENOTFOUND|EAI_|ENET|EHOST|ETIMEDOUT|ECONNREFUSED|UND_ERR_(CONNECT|HEADERS)_TIMEOUT",
    "ERR_(INTERNET|NETWORK|NAME|ADDRESS|TIMED|PROXY)_|ERR_CONNECTION_(REFUSED|TIMED))",
  ].join("|"),
)
const brokenCodes = /^(UND_ERR|ECONN|EPIPE|ERR_(CONNECTION|STREAM|FAILED|INCOMPLETE|EMPTY|HTTP2)|HPE_)/

const folderCodes = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "EBUSY",
  "EIO",
  "ENAMETOOLONG",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "EEXIST",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
  "EMFILE",
])
