// Follows a path to where it really leads, also when its end doesn't exist yet: the deepest existing ancestor is
// canonicalised, the rest appended. Decides nothing about what it finds.
import type path from "node:path"
import { errorCode, type FileStatus, type GateFileSystem } from "./gateFileSystem.ts"

export type CanonicalPath =
  | {
      readonly ok: true
      readonly realPath: string
      /** Absent: nothing is there. */
      readonly file?: FileStatus
    }
  | { readonly ok: false; readonly problem: "brokenLink" | "linkLoop" | "denied" | "tooLong" | "failed" }

/** Canonicalises an absolute, normalised path. A symbolic link to nothing is a problem, not a free name. */
export async function canonicalPath(
  asked: string,
  paths: path.PlatformPath,
  fileSystem: GateFileSystem,
): Promise<CanonicalPath> {
  const missing: string[] = []
  let at = asked
  for (;;) {
    try {
      const realPath = await fileSystem.realpath(at)
      if (missing.length > 0) return { ok: true, realPath: paths.join(realPath, ...missing) }
      return { ok: true, realPath, file: await fileSystem.lstat(realPath) }
    } catch (error) {
      const code = errorCode(error)
      if (code !== "ENOENT" && code !== "ENOTDIR")
        return { ok: false, problem: problems.get(code) ?? "failed" }
    }
    if (await isLink(at, fileSystem)) return { ok: false, problem: "brokenLink" }
    const parent = paths.dirname(at)
    if (parent === at) return { ok: false, problem: "failed" }
    missing.unshift(paths.basename(at))
    at = parent
  }
}

const problems: ReadonlyMap<string | undefined, "linkLoop" | "denied" | "tooLong"> = new Map([
  ["ELOOP", "linkLoop"],
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  ["ENAMETOOLONG", "tooLong"],
])

async function isLink(path: string, fileSystem: GateFileSystem): Promise<boolean> {
  try {
    return (await fileSystem.lstat(path)).kind === "link"
  } catch {
    return false
  }
}
