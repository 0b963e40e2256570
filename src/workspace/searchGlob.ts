// A glob as models write it ("**/*.{ts,tsx}", "src/**", "!dist") turned into ripgrep arguments that never lift an
// ignore rule, and a filter for what arguments can't say. ripgrep's own --glob would search ignored folders.
import ignore from "ignore"

export type SearchGlob = {
  readonly args: readonly string[]
  /** Takes a path relative to its root, with `/`. */
  accepts(path: string): boolean
}

/** undefined: not a glob that can be used. Absent or empty text takes every file. */
export function searchGlob(text: string | undefined): SearchGlob | undefined {
  const glob = (text ?? "").trim().replace(/^(!?)(\.?\/)+/, "$1")
  if (glob === "" || /^(\*\*?\/)*\*\*?$/.test(glob)) return { args: [], accepts: () => true }
  if (glob.length > 200 || /[\\:\0\n]/.test(glob)) return undefined
  if (glob.startsWith("!")) return { args: [`--glob=${glob}`], accepts: () => true }
  const globs = expandBraces(glob)
  if (globs === undefined) return undefined
  const names = globs.map(each => each.slice(each.lastIndexOf("/") + 1))
  // A type compares names of files after all ignore rules. A name without `*` in front may be a folder's.
  const narrowing = names.every(name => /^\*[^*]/.test(name))
  const matcher = ignore({ ignorecase: true }).add(globs)
  return {
    args: narrowing ? [...names.map(name => `--type-add=osprey:${name}`), "--type=osprey"] : [],
    accepts: path => ignore.isPathValid(path) && matcher.ignores(path),
  }
}

/** All alternatives of `{a,b}`, nested too; undefined beyond 64. */
function expandBraces(glob: string): string[] | undefined {
  const done: string[] = []
  const open = [glob]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inner = /\{([^{}]*)\}/.exec(next)
    if (!inner) done.push(next)
    else {
      const [before, after] = [next.slice(0, inner.index), next.slice(inner.index + inner[0].length)]
      open.push(...(inner[1] ?? "").split(",").map(choice => before + choice + after))
    }
    if (done.length + open.length > 64) return undefined
  }
  return done
}
