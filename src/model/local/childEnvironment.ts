// The environment of the runtime child: an allow-list, so that no key, proxy, NODE_OPTIONS or LD_PRELOAD of the
// host's ever reaches it (SR-9), and where CUDA is, which only the host can say.
import path from "node:path"

/** Where CUDA's own files are, for a child that may use it. Absolute paths. */
export type CudaPlace = {
  /** Holds llama.cpp's build for CUDA, in a folder of the build's name. */
  readonly programs: string
  /** Folders with NVIDIA's libraries that the system's loader doesn't look into by itself. */
  readonly libraries: readonly string[]
}

/** What the built runtime reads; not in the allow-list, so nobody but the host can set it. */
export const cudaVariable = "OSPREY_CUDA_PROGRAMS"

/** Programs, temporary files, and where the loaders of GPU drivers look. Compared in upper case, as Windows does. */
const allowed: ReadonlySet<string> = new Set([
  "PATH",
  "SYSTEMROOT",
  "HOME",
  "TMP",
  "TEMP",
  "TMPDIR",
  // Where Vulkan's loader finds drivers, and, on NixOS and with CUDA, where any GPU library is found.
  "VK_DRIVER_FILES",
  "VK_ADD_DRIVER_FILES",
  "VK_ICD_FILENAMES",
  "XDG_DATA_DIRS",
  "LD_LIBRARY_PATH",
  // The user's choice among several GPUs.
  "GGML_VK_VISIBLE_DEVICES",
  "CUDA_VISIBLE_DEVICES",
])

export function childEnvironment(
  host: Readonly<Record<string, string | undefined>>,
  cuda?: CudaPlace,
): Record<string, string | undefined> {
  const kept = Object.fromEntries(Object.entries(host).filter(([name]) => allowed.has(name.toUpperCase())))
  // In VS Code `process.execPath` is Electron; this makes it behave as Node.
  const own = { ...kept, ELECTRON_RUN_AS_NODE: "1" }
  if (cuda === undefined) return own
  return { ...own, [cudaVariable]: cuda.programs, ...withFolders(kept, cuda.libraries) }
}

/** Behind what is there, so that nothing of the system's is hidden. */
function withFolders(
  kept: Readonly<Record<string, string | undefined>>,
  folders: readonly string[],
): Record<string, string> {
  if (folders.length === 0) return {}
  const wanted = process.platform === "win32" ? "PATH" : "LD_LIBRARY_PATH"
  const name = Object.keys(kept).find(each => each.toUpperCase() === wanted) ?? wanted
  const before = kept[name]
  return { [name]: [...(before ? [before] : []), ...folders].join(path.delimiter) }
}
