// The environment of the runtime child: an allow-list, so that no key, proxy, NODE_OPTIONS or LD_PRELOAD of the
// host's ever reaches it (SR-9).

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
): Record<string, string | undefined> {
  const kept = Object.entries(host).filter(([name]) => allowed.has(name.toUpperCase()))
  // In VS Code `process.execPath` is Electron; this makes it behave as Node.
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: "1" }
}
