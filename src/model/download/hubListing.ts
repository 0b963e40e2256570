// Which files a model consists of, asked of the hub (or a mirror, or a server of the user's) when a download starts:
// names, bytes and SHA-256 of its own listing, held against what is pinned. Downloads no weights.

import * as v from "valibot"
import { boundedText } from "../../base/boundedText.ts"
import { type CatalogueEntry, fileUrl, hub, hubFileParts, listingUrl, type PinnedFile } from "./catalogue.ts"
import { decodedPath } from "./decodedPath.ts"
import { DownloadError } from "./downloadFault.ts"
import { hostOf, openUrl } from "./openUrl.ts"

export type RemoteFile = {
  /** A plain file name. */
  readonly name: string
  readonly url: string
  readonly bytes: number
  /** Missing only for an address of the user's own where no hub stands behind it. */
  readonly sha256?: string
  /** Then that of a known file of this name and size: what comes is probably that one. */
  readonly expected?: string
}

export type Asking = { readonly signal: AbortSignal; readonly firstByteMs: number }

/** Where a model of the catalogue is asked for. */
export type ModelPlace = {
  /** Without a slash at its end. */
  readonly base: string
  /** It must have the very files that are pinned. The hub itself may have gone on to newer ones. */
  readonly isMirror: boolean
}

/** https://huggingface.co/docs/hub/api: `lfs.oid` is the SHA-256; `oid` and `xetHash` are other things. */
const listing = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    size: v.optional(v.number()),
    lfs: v.optional(v.object({ oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), size: v.number() })),
  }),
)
type Listed = v.InferOutput<typeof listing>[number]

/** Bytes of JSON. */
const maxListing = 4_194_304

/** A model of the catalogue, first to last part. Throws DownloadError or fetch's error. */
export async function modelFiles(
  entry: CatalogueEntry,
  { base, isMirror }: ModelPlace,
  asking: Asking,
): Promise<readonly RemoteFile[]> {
  const { repository, revision, stem, pinned } = entry
  const pinnedList = await readListing(listingUrl(base, repository, revision), asking)
  const usedRevision = pinnedList === undefined ? hub.branch : revision
  const list = pinnedList ?? (await readListing(listingUrl(base, repository, hub.branch), asking))
  const host = hostOf(base)
  const listed = list === undefined ? [] : partsOf(list, stem)
  if (listed.length === 0) throw new DownloadError({ kind: "noModel", host })
  const files = listed.map(each => {
    const pin = pinned.find(({ name }) => name.toLowerCase() === each.path.toLowerCase())
    return remoteFile(each, fileUrl(base, repository, usedRevision, each.path), pin, host)
  })
  const mayDiffer = usedRevision === hub.branch && !isMirror
  if (!mayDiffer && !files.every(({ sha256 }) => pinned.some(pin => pin.sha256 === sha256)))
    throw new DownloadError({ kind: "otherFile", host })
  return files
}

/** What stands behind an address of a GGUF file, all parts of it. Throws DownloadError or fetch's error. */
export async function filesAt(url: string, asking: Asking): Promise<readonly RemoteFile[]> {
  const host = hostOf(url)
  if (URL.canParse(url) && decodedPath(new URL(url).pathname) === undefined)
    throw new DownloadError({ kind: "badAddress", host })
  const hubParts = hubFileParts(url)
  if (hubParts !== undefined) {
    const { base, repository, revision, file } = hubParts
    const list = await readListing(listingUrl(base, repository, revision), asking).catch(() => undefined)
    const listed = list === undefined ? [] : partsOf(list, stemOf(file))
    const files = listed.map(each =>
      remoteFile(each, fileUrl(base, repository, revision, each.path), undefined, host),
    )
    if (files.some(({ name }) => name === file)) return files
  }
  return Promise.all(partUrls(url).map(each => measured(each, asking)))
}

/** The parts of one model in a listing, in order, complete; empty where there are none. */
function partsOf(list: readonly Listed[], stem: string): readonly Listed[] {
  const files = list.filter(({ type, path }) => type === "file" && isPlainName(path))
  const whole = files.find(({ path }) => path.toLowerCase() === `${stem.toLowerCase()}.gguf`)
  if (whole !== undefined) return [whole]
  const parts = files.filter(({ path }) => stemOf(path).toLowerCase() === stem.toLowerCase())
  const count = Number(partNumber.exec(parts[0]?.path ?? "")?.[2])
  const ordered = parts.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return ordered.length === count ? ordered : []
}

function remoteFile(listed: Listed, url: string, pin: PinnedFile | undefined, host: string): RemoteFile {
  const bytes = listed.lfs?.size ?? listed.size
  const sha256 = listed.lfs?.oid ?? (bytes === pin?.bytes ? pin?.sha256 : undefined)
  if (bytes === undefined || sha256 === undefined) throw new DownloadError({ kind: "noModel", host })
  return { name: listed.path, url, bytes, sha256 }
}

/** Undefined: the server has no such revision. */
async function readListing(url: string, asking: Asking): Promise<readonly Listed[] | undefined> {
  const host = hostOf(url)
  const { response } = await openUrl(url, asking)
  if (response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw new DownloadError({ kind: "refused", host, status: response.status })
  }
  const text = await boundedText(response, maxListing)
  const parsed = v.safeParse(listing, text === undefined ? undefined : jsonOf(text))
  if (!parsed.success) throw new DownloadError({ kind: "noModel", host })
  return parsed.output
}

/** Size and magic number of a file that no listing tells of: its first four bytes are asked for. */
async function measured(url: string, asking: Asking): Promise<RemoteFile> {
  const host = hostOf(url)
  const { response } = await openUrl(url, { ...asking, headers: { range: "bytes=0-3" } })
  const range = /^bytes 0-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "")
  const bytes = Number(response.status === 206 ? range?.[1] : response.headers.get("content-length"))
  await response.body?.cancel()
  if (response.status !== 200 && response.status !== 206)
    throw new DownloadError({ kind: "refused", host, status: response.status })
  const name = decodedPath(new URL(url).pathname.split("/").at(-1) ?? "") ?? ""
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || !isPlainName(name))
    throw new DownloadError({ kind: "noModel", host })
  return { name, url, bytes }
}

const partNumber = /-(\d{5})-of-(\d{5})\.gguf$/i

function stemOf(file: string): string {
  return file.replace(partNumber, "").replace(/\.gguf$/i, "")
}

/** All addresses of a model whose address names one of several parts. */
function partUrls(url: string): readonly string[] {
  const [match, , count = "1"] = /-(\d{5})-of-(\d{5})\.gguf/i.exec(url) ?? []
  if (match === undefined || Number(count) > 99) return [url]
  return Array.from({ length: Number(count) }, (_, at) =>
    url.replace(match, `-${String(at + 1).padStart(5, "0")}-of-${count}.gguf`),
  )
}

/** Nothing that leads out of the models' folder, or that a file system takes for something else (SEC-054). */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][\w.+ -]{0,180}\.gguf$/i.test(name) && !name.includes("..")
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
