// The models that can be downloaded, as data, and the one place that knows how the hub's addresses look. Sizes and
// hashes are the hub's own; a file that differs from its pin is refused.
import { decodedPath } from "./decodedPath.ts"

export type CatalogueEntry = {
  readonly id: string
  readonly label: string
  readonly repository: string
  /** A commit: what it names never changes. */
  readonly revision: string
  /** The files' common name, without the part's number and ".gguf"; compared without case, as the hub renames. */
  readonly stem: string
  readonly pinned: readonly PinnedFile[]
}

export type PinnedFile = { readonly name: string; readonly bytes: number; readonly sha256: string }

/** `{…}` is filled in, each path segment encoded. A mirror replaces `base` and keeps the rest. */
export const hub = {
  base: "https://huggingface.co",
  listing: "/api/models/{repository}/tree/{revision}",
  file: "/{repository}/resolve/{revision}/{file}",
  /** Where a pinned commit is gone. */
  branch: "main",
} as const

/** Names, bytes and SHA-256 are those of the hub's Git LFS pointers at these commits. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    id: "gpt-oss-20b",
    label: "gpt-oss-20b",
    repository: "ggml-org/gpt-oss-20b-GGUF",
    revision: "e1dc459feff949ff451ce107337a2026daa80df8",
    stem: "gpt-oss-20b-mxfp4",
    pinned: [
      {
        name: "gpt-oss-20b-mxfp4.gguf",
        bytes: 12_109_566_560,
        sha256: "be37a636aca0fc1aae0d32325f82f6b4d21495f06823b5fbc1898ae0303e9935",
      },
    ],
  },
  {
    id: "gpt-oss-120b",
    label: "gpt-oss-120b",
    repository: "ggml-org/gpt-oss-120b-GGUF",
    revision: "d932fcea62f83e088d8f076a2cd2d7eb02dfa682",
    stem: "gpt-oss-120b-mxfp4",
    pinned: [
      {
        name: "gpt-oss-120b-mxfp4-00001-of-00003.gguf",
        bytes: 12_980_384,
        sha256: "e2865eb6c1df7b2ffbebf305cd5d9074d5ccc0fe3b862f98d343a46dad1606f9",
      },
      {
        name: "gpt-oss-120b-mxfp4-00002-of-00003.gguf",
        bytes: 31_738_487_200,
        sha256: "346492f65891fb27cac5c74a8c07626cbfeb4211cd391ec4de37dbbe3109a93b",
      },
      {
        name: "gpt-oss-120b-mxfp4-00003-of-00003.gguf",
        bytes: 31_635_878_880,
        sha256: "66dca81040933f5a49177e82c479c51319cefb83bd22dad9f06dad45e25f1463",
      },
    ],
  },
]

/** `base` has no slash at its end. */
export function listingUrl(base: string, repository: string, revision: string): string {
  return base + filled(hub.listing, { repository, revision })
}

export function fileUrl(base: string, repository: string, revision: string, file: string): string {
  return base + filled(hub.file, { repository, revision, file })
}

/** The parts of an address that has the form of the hub's files, at whatever base; undefined for any other. */
export function hubFileParts(
  url: string,
):
  | { readonly base: string; readonly repository: string; readonly revision: string; readonly file: string }
  | undefined {
  const match = /^(https?:\/\/[^/?#]+)\/([^/?#]+\/[^/?#]+)\/resolve\/([^/?#]+)\/([^/?#]+)(?:[?#].*)?$/.exec(
    url,
  )
  if (match === null) return undefined
  const [, base = "", repository = "", revision = "", encoded = ""] = match
  const file = decodedPath(encoded)
  return file === undefined ? undefined : { base, repository, revision, file }
}

function filled(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/g, (_all, name: string) =>
    (values[name] ?? "").split("/").map(encodeURIComponent).join("/"),
  )
}
