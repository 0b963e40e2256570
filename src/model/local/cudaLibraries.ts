// NVIDIA's driver and the libraries of CUDA that llama.cpp's build is linked against: whether they are on this computer,
// and in which folders that the system's loader doesn't know. Looks at names of files only; loads nothing.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"

export type CudaLibraries = {
  /** NVIDIA's driver. */
  readonly driver: boolean
  /** Names of libraries that weren't found. */
  readonly missing: readonly string[]
  /** Absolute; where the others are, as far as the loader must be told. */
  readonly folders: readonly string[]
}

/** What is looked at, as a port. */
export type Computer = {
  readonly platform: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly exists: (file: string) => boolean
  /** Names in a folder; none where there is none. */
  readonly names: (folder: string) => readonly string[]
  /** Undefined: it isn't there. */
  readonly read: (file: string) => string | undefined
}

/**
 * As the builds' own tables of needed libraries say (readelf -d, objdump -p), with what those need in turn. On Windows
 * the build has cudart inside, but node-llama-cpp takes CUDA for installed only where that is found too.
 */
const linux = { driver: "libcuda.so.1", runtime: ["libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13"] }
const windows = { driver: "nvcuda.dll", runtime: ["cudart64_13.dll", "cublas64_13.dll", "cublasLt64_13.dll"] }

export function cudaLibraries(computer: Computer = thisComputer): CudaLibraries {
  const isWindows = computer.platform === "win32"
  const { driver, runtime } = isWindows ? windows : linux
  const { known, more } = isWindows ? windowsPlaces(computer) : linuxPlaces(computer)
  const cache = isWindows ? "" : (computer.read("/etc/ld.so.cache") ?? "")
  const placeOf = (name: string) =>
    known.find(has(computer, name)) ?? cachedFolder(cache, name) ?? more.find(has(computer, name))
  const found = [driver, ...runtime].map(placeOf).filter(folder => folder !== undefined)
  return {
    driver: placeOf(driver) !== undefined,
    missing: runtime.filter(name => placeOf(name) === undefined),
    folders: [...new Set(found)].filter(folder => !known.includes(folder)),
  }
}

type Places = {
  /** Where both the loader and node-llama-cpp look by themselves. */
  readonly known: readonly string[]
  /** Where an installer of NVIDIA's or a distribution puts things, the newest first. */
  readonly more: readonly string[]
}

function linuxPlaces({ environment: { LD_LIBRARY_PATH }, names }: Computer): Places {
  const versions = names("/usr/local")
    .filter(name => /^cuda-13(\.|$)/.test(name))
    .toSorted(newestFirst)
  const roots = [...["cuda", ...versions].map(name => `/usr/local/${name}`), "/opt/cuda"]
  return {
    known: [...foldersOf(LD_LIBRARY_PATH, ":"), ...["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"]],
    more: [
      // The driver's, in Windows' Linux and in NixOS.
      ...["/usr/lib/wsl/lib", "/run/opengl-driver/lib"],
      ...roots.flatMap(root => [`${root}/lib64`, `${root}/targets/x86_64-linux/lib`]),
    ],
  }
}

function windowsPlaces({ environment, names }: Computer): Places {
  const { join } = path.win32
  const value = (name: string) =>
    Object.entries(environment).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1]
  const base = join(value("ProgramFiles") ?? "C:\\Program Files", "NVIDIA GPU Computing Toolkit", "CUDA")
  const versions = names(base)
    .filter(name => /^v13(\.|$)/i.test(name))
    .toSorted(newestFirst)
  const roots = [...foldersOf(value("CUDA_PATH"), ";"), ...versions.map(name => join(base, name))]
  return {
    known: [...foldersOf(value("PATH"), ";"), join(value("SystemRoot") ?? "C:\\Windows", "System32")],
    // Since 13.0 the libraries are in a folder of their own.
    more: roots.flatMap(root => [join(root, "bin", "x64"), join(root, "bin")]),
  }
}

/** Where the loader's own list has it: whole paths between zero bytes. */
function cachedFolder(cache: string, name: string): string | undefined {
  const end = cache.indexOf(`/${name}\0`)
  return end < 0 ? undefined : cache.slice(cache.lastIndexOf("\0", end) + 1, end)
}

/** Of a list as PATH is one; only whole paths, as others mean something else elsewhere. */
function foldersOf(list: string | undefined, separator: string): readonly string[] {
  const isWhole = separator === ";" ? path.win32.isAbsolute : path.posix.isAbsolute
  return (list ?? "")
    .split(separator)
    .map(each => each.replace(/^"(.*)"$/, "$1"))
    .filter(isWhole)
}

function has({ platform, exists }: Computer, name: string): (folder: string) => boolean {
  const { join } = platform === "win32" ? path.win32 : path.posix
  return folder => exists(join(folder, name))
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, "en", { numeric: true })
}

const thisComputer: Computer = {
  platform: process.platform,
  environment: process.env,
  exists: existsSync,
  names(folder) {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  },
  read(file) {
    try {
      return readFileSync(file, "latin1")
    } catch {
      return undefined
    }
  },
}
