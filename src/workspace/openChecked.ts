// Opens a file that the gate let through and makes sure that what was opened is what was checked, however the
// folder changed in between (SR-4's last step).
import type { FileHandle } from "node:fs/promises"
import { errorCode, type FileIdentity, type GateFileSystem } from "./gateFileSystem.ts"
import type { CheckedPath } from "./pathGate.ts"

export type OpenedFile =
  | { readonly ok: true; readonly handle: FileHandle }
  | { readonly ok: false; readonly reason: "changed" | "denied" | "failed" }

/** The handle is the caller's to close. `changed` is worth another check and another try. */
export async function openChecked(checked: CheckedPath, fileSystem: GateFileSystem): Promise<OpenedFile> {
  let handle: FileHandle
  try {
    handle = await fileSystem.open(checked.realPath)
  } catch (error) {
    const code = errorCode(error)
    if (code === "EACCES" || code === "EPERM") return { ok: false, reason: "denied" }
    return { ok: false, reason: changedCodes.has(code ?? "") ? "changed" : "failed" }
  }
  try {
    if (await isWhatWasChecked(handle, checked, fileSystem)) return { ok: true, handle }
  } catch {
    // Can't be told apart from a swap: closed and refused below.
  }
  await handle.close()
  return { ok: false, reason: "changed" }
}

// ELOOP (macOS, Linux) and EMLINK (BSDs): the last segment is a link now.
const changedCodes = new Set(["ENOENT", "ENOTDIR", "ELOOP", "EMLINK", "ENXIO"])

async function isWhatWasChecked(
  handle: FileHandle,
  checked: CheckedPath,
  fileSystem: GateFileSystem,
): Promise<boolean> {
  const opened = await handle.stat({ bigint: true })
  if (!opened.isFile() || !checked.file || !same(opened, checked.file)) return false
  const path = await fileSystem.pathOfHandle(handle)
  if (path !== undefined) return path === checked.realPath
  // Elsewhere a handle can't say where it lies: the path must lead to it, without links, and still lead to it then.
  const { realPath } = checked
  if (!same(opened, await fileSystem.lstat(realPath))) return false
  if ((await fileSystem.realpath(realPath)) !== realPath) return false
  return same(opened, await fileSystem.lstat(realPath))
}

function same(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino
}
