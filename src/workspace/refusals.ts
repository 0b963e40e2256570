// The sentences with which the workspace says no, in one place. Each tells a model what the rule is and what to
// do instead; none gives away what lies behind the refusal.
import type { PathRefusal } from "./workspace.ts"

type Problem = "brokenLink" | "linkLoop" | "denied" | "tooLong" | "failed"

/** The refusals by kind. `path` is the path as the model wrote it. */
export const refusals = {
  noFolder: (): PathRefusal =>
    refusal("noFolder", "No folder is open, so there are no files. Ask the user to open a folder."),
  badPath: (sentence: string): PathRefusal => refusal("badPath", sentence),
  badQuery: (sentence: string): PathRefusal => refusal("badQuery", sentence),
  outside: (path: string, realPath?: string): PathRefusal => ({
    ...refusal("outside", `${name(path)} is outside the workspace. Only files inside it can be used.`),
    ...(realPath === undefined ? {} : { approvable: { reason: "outside", path: realPath } }),
  }),
  secret: (path: string, realPath?: string): PathRefusal => ({
    ...refusal("secret", `${name(path)} may hold keys or passwords. It is read only if the user allows it.`),
    ...(realPath === undefined ? {} : { approvable: { reason: "secret", path: realPath } }),
  }),
  notFound: (path: string): PathRefusal => refusal("notFound", `File not found: ${name(path)}.`),
  notAFile: (path: string, kind: string): PathRefusal =>
    refusal(
      "notAFile",
      kind === "directory"
        ? `${name(path)} is a folder. Use list_directory.`
        : `${name(path)} isn't an ordinary file.`,
    ),
  notADirectory: (path: string): PathRefusal =>
    refusal("notADirectory", `${name(path)} is a file. Use read_file.`),
  binary: (path: string): PathRefusal => refusal("binary", `${name(path)} is a binary file, not text.`),
  tooFarDown: (path: string, limit: string): PathRefusal =>
    refusal(
      "tooLarge",
      `These lines lie beyond the first ${limit} of ${name(path)}. Use search_text to find text in it.`,
    ),
  changed: (path: string): PathRefusal =>
    refusal("unreadable", `${name(path)} changed while it was being opened. Try again.`),
  unreadable: (path: string): PathRefusal => refusal("unreadable", `${name(path)} could not be read.`),
  timedOut: (seconds: number): PathRefusal =>
    refusal("timedOut", `The search timed out after ${seconds} s. Use a simpler or more exact query.`),
  tooLargeToSearch: (): PathRefusal =>
    refusal("tooLarge", "A file here is too large to search. Search fewer files with a glob."),
  problem: (path: string, problem: Problem): PathRefusal => {
    switch (problem) {
      case "brokenLink":
        return refusal("notFound", `${name(path)} is a symbolic link that leads nowhere.`)
      case "linkLoop":
        return refusal("unreadable", `${name(path)} is a loop of symbolic links.`)
      case "denied":
        return refusal("unreadable", `${name(path)} could not be read: permission denied.`)
      case "tooLong":
        return refusal("badPath", "A name in the path is too long.")
      case "failed":
        return refusals.unreadable(path)
    }
  },
} as const

function refusal(kind: PathRefusal["kind"], sentence: string): PathRefusal {
  return { ok: false, kind, sentence }
}

function name(path: string): string {
  const shown = path === "" ? "." : path
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}
