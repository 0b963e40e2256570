// Reads a path as a model wrote it: plain relative or absolute text, and nothing else. Knows the spellings that
// trick programs; doesn't know the workspace and never touches the disk.

export type Platform = "win32" | "posix"

export type PathText =
  | {
      readonly ok: true
      /** "" for a relative path, "/" or "C:/" for an absolute one. */
      readonly start: string
      /** Without empty segments, `.` and `..`. */
      readonly segments: readonly string[]
      /** A relative path that goes above where it starts. */
      readonly climbs: boolean
    }
  | { readonly ok: false; readonly sentence: string }

/** Longest path taken, in UTF-16 units. Linux's own limit (PATH_MAX) is 4,096 bytes. */
export const longestPath = 4096

/** Reads a path. Both slashes separate on every platform: no path means one thing here and another elsewhere. */
export function readPathText(text: string, platform: Platform): PathText {
  const trick = tricks.find(candidate => candidate.found(text, platform))
  if (trick) return { ok: false, sentence: `${trick.says} ${advice}` }
  const drive = /^[a-z]:[\\/]/i.exec(text)?.[0]
  const rest = drive ? text.slice(drive.length) : text
  const start = drive ? `${drive.charAt(0).toUpperCase()}:/` : /^[\\/]/.test(text) ? "/" : ""
  const names = rest.split(/[\\/]/).filter(name => name !== "" && name !== ".")
  if (names.at(-1) === "..") return { ok: false, sentence: `A path must not end in "..". ${advice}` }
  const segments: string[] = []
  let climbs = false
  for (const name of names) {
    if (name !== "..") segments.push(name)
    else if (segments.pop() === undefined) climbs = true
  }
  const unusable = platform === "win32" ? segments.find(isUnusableOnWindows) : undefined
  if (unusable !== undefined)
    return {
      ok: false,
      sentence: `Windows can't have or would change the name "${cut(unusable)}". ${advice}`,
    }
  return { ok: true, start, segments, climbs }
}

const advice = "Give a plain path relative to the workspace root."

type Trick = { readonly says: string; readonly found: (text: string, platform: Platform) => boolean }

const tricks: readonly Trick[] = [
  { says: "The path is too long.", found: text => text.length > longestPath },
  {
    says: "The path has a control character in it.",
    found: text => /[\0-\x1f\x7f-\x9f\u2028\u2029]/.test(text),
  },
  { says: "The path isn't valid Unicode.", found: text => !text.isWellFormed() },
  { says: "Network and device paths can't be used.", found: text => /^[\\/]{2}/.test(text) },
  {
    says: "A path with a drive letter can't be used here.",
    found: (text, platform) => /^[a-z]:/i.test(text) && !(platform === "win32" && /^[a-z]:[\\/]/i.test(text)),
  },
  { says: "URLs and other schemes can't be used.", found: text => /^[a-z][a-z0-9+.-]+:/i.test(text) },
  { says: '"~" is not expanded.', found: text => text.startsWith("~") },
  {
    says: "Variables are not expanded.",
    found: text => /^(\$\w+|\$\{[^}]*\}|\$env:\w+|%[^%\\/]+%)([\\/]|$)/i.test(text),
  },
  {
    says: "A path that begins with a slash needs its drive.",
    found: (text, platform) => platform === "win32" && /^[\\/]/.test(text),
  },
]

// Reserved devices with any extension, alternate data streams, wildcards, names whose end Windows drops.
// Source: learn.microsoft.com "Naming Files, Paths, and Namespaces". Short names (PROGRA~1) are ordinary names
// here: the gate's realpath turns one that exists into its long name before anything is decided.
function isUnusableOnWindows(name: string): boolean {
  return (
    /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i.test(name) ||
    /[<>:"|?*]|[. ]$/.test(name)
  )
}

function cut(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name
}
