// Archives as npm makes them, and as nobody should: each entry's header is written as the test says.
import { gzipSync } from "node:zlib"
import { Header, type HeaderData } from "tar"

export type ArchiveEntry = {
  readonly path: string
  readonly content?: string | Buffer
  /** Default: a plain file. */
  readonly type?: NonNullable<HeaderData["type"]>
  readonly linkpath?: string
  /** Of the header, where it isn't the content's. */
  readonly size?: number
}

/** Bytes of a .tgz. */
export function npmArchive(entries: readonly ArchiveEntry[]): Buffer {
  return gzipSync(tarOf(entries))
}

/** Without its compression. */
export function tarOf(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = "", type = "File", linkpath = "", size }) => {
    const bytes = Buffer.from(content)
    const header = Buffer.alloc(512)
    new Header({ path, type, linkpath, size: size ?? bytes.length, mode: 0o644, mtime: new Date(0) }).encode(
      header,
    )
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
