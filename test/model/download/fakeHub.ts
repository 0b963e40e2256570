// A model hub on this computer: a listing, files behind a redirect, ranges, and every way of getting them wrong. Counts
// what it sends.
import { createHash, randomBytes } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as wait } from "node:timers/promises"
import type { CatalogueEntry } from "../../../src/model/download/catalogue.ts"
import type { Cleaner } from "../../support/temporaryFolder.ts"

/** What the n-th answer with a file's bytes does; n from 0. Missing: what a good server does. */
export type Fault = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Answers 200 with everything, whatever range was asked for. */
  readonly ignoresRange?: boolean
  /** The range begins here, and the answer says so. */
  readonly from?: number
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfter?: number
  /** After so many bytes nothing more comes. */
  readonly stallAfter?: number
  /** At this byte of the body it waits. */
  readonly hold?: { readonly at: number; readonly until: Promise<void> }
  readonly etag?: string
  /** Another body, sent with 200. */
  readonly body?: string
  /** Without Content-Length, and with so many bytes too many. */
  readonly extraBytes?: number
  /** Bytes per 5 ms. */
  readonly slow?: number
  readonly redirectTo?: string
}

export type FakeHub = {
  readonly base: string
  readonly entry: CatalogueEntry
  readonly files: Map<string, Buffer>
  /** Bytes of files that were sent. */
  sent(): number
  /** Of the requests for a file's bytes, in order. */
  readonly ranges: (string | undefined)[]
  /** All requests' headers. */
  readonly seen: IncomingMessage["headers"][]
  faults: (request: number) => Fault | undefined
  listing: (revision: string) => { readonly status: number; readonly body: string }
}

export const repository = "ggml-org/gpt-oss-20b-GGUF"

/** Content that is a model to the eye of a downloader. */
export function modelBytes(bytes: number): Buffer {
  return Buffer.concat([Buffer.from("GGUF"), randomBytes(bytes - 4)])
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex")
}

export async function fakeHub(cleaner: Cleaner, content: Readonly<Record<string, Buffer>>): Promise<FakeHub> {
  const files = new Map(Object.entries(content))
  let sent = 0
  let requests = 0
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
  const address: AddressInfo | string | null = server.address()
  const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  cleaner.after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })

  const hub: FakeHub = {
    base,
    entry: {
      id: "gpt-oss-20b",
      label: "gpt-oss-20b",
      repository,
      revision: "0123abcd",
      stem: "gpt-oss-20b-mxfp4",
      pinned: [...files].map(([name, bytes]) => ({ name, bytes: bytes.byteLength, sha256: sha256(bytes) })),
    },
    files,
    sent: () => sent,
    ranges: [],
    seen: [],
    faults: () => undefined,
    listing: () => ({ status: 200, body: listingOf(files) }),
  }
  return hub

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    hub.seen.push(request.headers)
    const { pathname } = new URL(request.url ?? "/", base)
    const tree = /^\/api\/models\/[^/]+\/[^/]+\/tree\/([^/]+)$/.exec(pathname)
    if (tree !== null) {
      const { status, body } = hub.listing(tree[1] ?? "")
      response.writeHead(status, { "content-type": "application/json" }).end(body)
      return
    }
    const resolved = /\/resolve\/[^/]+\/([^/]+)$/.exec(pathname)
    if (resolved !== null) {
      response.writeHead(302, { location: `/cdn/${resolved[1]}?signature=${requests}` }).end()
      return
    }
    const name = decodeURIComponent(pathname.replace("/cdn/", ""))
    const bytes = files.get(name)
    if (bytes === undefined) response.writeHead(404).end("Entry not found")
    else await send(bytes, request, response)
  }

  async function send(bytes: Buffer, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = hub.faults(requests++) ?? {}
    const { range } = request.headers
    hub.ranges.push(range)
    if (fault.redirectTo !== undefined) {
      response.writeHead(302, { location: fault.redirectTo }).end()
      return
    }
    if (fault.status !== undefined) {
      response.writeHead(fault.status, fault.headers).end()
      return
    }
    if (fault.body !== undefined) {
      response.writeHead(200, { "content-type": "text/html", ...fault.headers }).end(fault.body)
      return
    }
    const [, first, last = ""] = /^bytes=(\d+)-(\d*)/.exec(range ?? "") ?? []
    const asked = Number(first ?? Number.NaN)
    const isRange = !Number.isNaN(asked) && fault.ignoresRange !== true
    const from = fault.from ?? (isRange ? asked : 0)
    const end = isRange && last !== "" ? Number(last) + 1 : bytes.byteLength
    const body = Buffer.concat([bytes.subarray(from, end), Buffer.alloc(fault.extraBytes ?? 0)])
    response.writeHead(isRange ? 206 : 200, {
      etag: fault.etag ?? '"first"',
      ...(fault.extraBytes === undefined && { "content-length": body.byteLength }),
      ...(isRange && { "content-range": `bytes ${from}-${end - 1}/${bytes.byteLength}` }),
    })
    await stream(body, fault, response)
  }

  async function stream(body: Buffer, fault: Fault, response: ServerResponse): Promise<void> {
    const step = fault.slow ?? 65_536
    const end = Math.min(body.byteLength, fault.cutAfter ?? fault.stallAfter ?? body.byteLength)
    for (let at = 0; at < end && !response.destroyed; at += step) {
      if (fault.hold !== undefined && at >= fault.hold.at) await fault.hold.until
      const piece = body.subarray(at, Math.min(at + step, end))
      sent += piece.byteLength
      await new Promise<void>(resolve => response.write(piece, () => resolve()))
      if (fault.slow !== undefined) await wait(5)
    }
    if (fault.cutAfter !== undefined) response.destroy()
    else if (fault.stallAfter === undefined) response.end()
  }
}

/** As the hub says it, with the two other hashes beside the right one. */
export function listingOf(files: ReadonlyMap<string, Buffer>): string {
  const listed = [...files].map(([path, bytes]) => ({
    type: "file",
    oid: "e663c1e26c3e19799a7a7383ce2ea9de194fb115",
    size: bytes.byteLength,
    path,
    lfs: { oid: sha256(bytes), size: bytes.byteLength, pointerSize: 136 },
    xetHash: "a".repeat(64),
  }))
  const readme = {
    type: "file",
    oid: "e663c1e26c3e19799a7a7383ce2ea9de194fb115",
    size: 100,
    path: "README.md",
  }
  return JSON.stringify([readme, ...listed])
}
