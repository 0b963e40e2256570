// Where llama.cpp's CUDA build lies once it was added, and whether it is the one that this version of Osprey runs. Asks
// the disk only; how it came there is the download's business.
import { existsSync, readdirSync } from "node:fs"
import path from "node:path"

/** node-llama-cpp's: a build of another version doesn't fit. A test holds it against package.json. */
export const cudaVersion = "3.21.1"

/** node-llama-cpp's names of its CUDA builds, by VS Code's name of the platform. There are no others. */
const builds: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64-cuda",
  "win32-x64": "win-x64-cuda",
}

export type CudaState =
  | { readonly kind: "here"; readonly programs: string }
  /** One that an older Osprey ran. */
  | { readonly kind: "outdated" }
  | { readonly kind: "none" }
  /** llama.cpp has no CUDA build for such a computer. */
  | { readonly kind: "impossible" }

/** Undefined: there is none. */
export function cudaBuild(platform: string): string | undefined {
  return Object.hasOwn(builds, platform) ? builds[platform] : undefined
}

/** `storage`: of the extension, for all windows. */
export function cudaFolder(storage: string): string {
  return path.join(storage, "cuda")
}

/** Of one version, in the folder of all. It gets this name when it is whole. */
export function cudaProgramsIn(folder: string, version = cudaVersion): string {
  return path.join(folder, version)
}

export function cudaState(folder: string, platform: string): CudaState {
  const build = cudaBuild(platform)
  if (build === undefined) return { kind: "impossible" }
  const programs = cudaProgramsIn(folder)
  if (existsSync(path.join(programs, build, "llama-addon.node"))) return { kind: "here", programs }
  return { kind: otherVersions(folder).length > 0 ? "outdated" : "none" }
}

/** Names of folders with builds that this version doesn't run. */
export function otherVersions(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(name => /^\d+\.\d+\.\d+$/.test(name) && name !== cudaVersion)
  } catch {
    return []
  }
}
