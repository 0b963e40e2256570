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

/** The system's code of a failed fetch, which hides it in its cause. */
export function networkCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const inner = cause instanceof Error && "code" in cause ? cause : error
  return inner instanceof Error && "code" in inner ? String(inner.code) : ""
}

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
