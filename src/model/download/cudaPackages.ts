// llama.cpp's CUDA builds as data: npm's archives of them, one per platform, and the one place that knows how npm's
// addresses look. What differs from its pin is refused.
import { cudaBuild, cudaVersion } from "../local/cudaPrograms.ts"
import type { UnpackLimits } from "./unpackPrograms.ts"

export type CudaPackage = {
  /** node-llama-cpp's name of the build, and of its folder. */
  readonly build: string
  readonly version: string
  /** Of the archive. */
  readonly bytes: number
  readonly sha256: string
  /** Bytes on the disk. */
  readonly unpacked: number
}

/** No mirror: osprey.download.mirror is one of the model hub. */
export const registry = "https://registry.npmjs.org"

/** Hashes are of archives whose SHA-512 was the one that npm names for this version. */
const packages: readonly CudaPackage[] = [
  {
    build: "linux-x64-cuda",
    version: cudaVersion,
    bytes: 142_850_036,
    sha256: "499b4012541cb3e01b3d35e18e7dd2dc546174979494b02dbcc0a6667ed6b7d9",
    unpacked: 188_691_242,
  },
  {
    build: "win-x64-cuda",
    version: cudaVersion,
    bytes: 138_542_727,
    sha256: "7824fb3d391d32194f3ee537d70ab3e334030cca71a85b855c368f36b251dc83",
    unpacked: 175_507_772,
  },
]

/** `platform` is VS Code's name. Undefined: there is none for it. */
export function cudaPackage(platform: string): CudaPackage | undefined {
  const build = cudaBuild(platform)
  return packages.find(each => each.build === build)
}

/** `base` has no slash at its end. */
export function cudaArchiveUrl({ build, version }: CudaPackage, base = registry): string {
  return `${base}/@node-llama-cpp/${build}/-/${cudaArchiveName({ build, version })}`
}

export function cudaArchiveName({ build, version }: Pick<CudaPackage, "build" | "version">): string {
  return `${build}-${version}.tgz`
}

/** In the archive. */
export function cudaPrograms({ build }: CudaPackage): string {
  return `package/bins/${build}`
}

/** Twice what is in it, and room for what isn't taken. */
export function unpackLimits({ unpacked }: CudaPackage): UnpackLimits {
  return { files: 200, bytes: 2 * unpacked + 1_000_000 }
}
