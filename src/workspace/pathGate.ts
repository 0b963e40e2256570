// THE gate: every path of every tool passes here before anything is opened (SR-4). Text from a model becomes a
// canonical path inside the workspace with a class, or a refusal; what can't be decided is refused. Doesn't read
// content; openChecked.ts opens what was decided here and makes sure that it is still the same.
import path from "node:path"
import { canonicalPath } from "./canonicalPath.ts"
import { foldCase } from "./foldName.ts"
import { diskFileSystem, type FileStatus, type GateFileSystem } from "./gateFileSystem.ts"
import { type PathClass, pathClass } from "./pathClass.ts"
import { type PathText, type Platform, readPathText } from "./pathText.ts"
import { refusals } from "./refusals.ts"
import type { PathRefusal, WorkspaceRoot } from "./workspace.ts"

/** `read`, `list` and `search` give content or names to a model; the others change files (patches too). */
export type PathPurpose = "read" | "list" | "search" | "create" | "update" | "move" | "delete"

export type CheckedPath = {
  readonly ok: true
  /** Relative to its root with `/`, begun by the root's name when several are open; "." is a root itself. */
  readonly path: string
  /** What the model asked for, made absolute, before links were followed. */
  readonly askedPath: string
  /** Canonical: the only path that may be opened. */
  readonly realPath: string
  /** A change of anything but `normal` needs the user's own confirmation; `outside` was allowed by the user. */
  readonly class: PathClass | "outside"
  /** Absent: nothing is there yet. */
  readonly file?: FileStatus
}

export type PathGateOptions = {
  /** Asked at every check: folders come and go. */
  readonly roots: () => readonly WorkspaceRoot[]
  readonly platform?: Platform
  /** Decides what counts as the same folder; classes ignore case everywhere. */
  readonly caseSensitive?: boolean
  readonly fileSystem?: GateFileSystem
}

export type PathGate = {
  /** `approvedPath`: the real path the user allowed for this one call; anything else it leads to is refused. */
  check(text: string, purpose: PathPurpose, approvedPath?: string): Promise<CheckedPath | PathRefusal>
}

export function pathGate(options: PathGateOptions): PathGate {
  const platform = options.platform ?? (process.platform === "win32" ? "win32" : "posix")
  const house: House = {
    paths: platform === "win32" ? path.win32 : path.posix,
    fileSystem: options.fileSystem ?? diskFileSystem,
    // A name spelt in another case is another folder where case counts: folding there would let a sibling in.
    sameName:
      (options.caseSensitive ?? process.platform === "linux")
        ? (a, b) => a === b
        : (a, b) => foldCase(a) === foldCase(b),
  }
  return {
    async check(text, purpose, approvedPath) {
      const roots = await Promise.all(options.roots().map(root => openRoot(root, house)))
      if (roots.length === 0) return refusals.noFolder()
      const asked = readPathText(text, platform)
      if (!asked.ok) return refusals.badPath(asked.sentence)
      const spot = await findSpot(asked, roots, house)
      if (!spot) return refusals.outside(text)
      const found = await canonicalPath(spot.path, house.paths, house.fileSystem)
      if (!found.ok) return refusals.problem(text, found.problem)

      const home = roots.find(root => root.real && startsWith(split(found.realPath, house), root.real, house))
      const below = home?.real ? split(found.realPath, house).slice(home.real.length) : []
      const checked: CheckedPath = {
        ok: true,
        path: shownPath(spot, below, roots.length),
        askedPath: spot.path,
        realPath: found.realPath,
        class: home
          ? strongest(classOf(spot.root.real, spot.segments), classOf(home.real, below))
          : "outside",
        ...(found.file ? { file: found.file } : {}),
      }
      return decide(checked, text, purpose, approvedPath)
    },
  }
}

function decide(
  checked: CheckedPath,
  text: string,
  purpose: PathPurpose,
  approvedPath: string | undefined,
): CheckedPath | PathRefusal {
  const { file, realPath } = checked
  const reads = purpose === "read"
  const allowed = reads && approvedPath === realPath
  if (checked.class === "outside" && !allowed)
    return refusals.outside(text, reads && file?.kind === "file" ? realPath : undefined)
  if (!file) return purpose === "create" ? checked : refusals.notFound(text)
  if (purpose === "list") return file.kind === "directory" ? checked : refusals.notADirectory(text)
  if (file.kind !== "file") return refusals.notAFile(text, file.kind)
  if (checked.class === "secret" && reads && !allowed) return refusals.secret(text, realPath)
  if (checked.class === "secret" && purpose === "search") return refusals.secret(text)
  return checked
}

type House = {
  readonly paths: path.PlatformPath
  readonly fileSystem: GateFileSystem
  readonly sameName: (a: string, b: string) => boolean
}

/** A root with its canonical path as segments; `real` is absent when the folder is gone. */
type OpenRoot = { readonly name: string; readonly path: string; readonly real?: readonly string[] }

async function openRoot(root: WorkspaceRoot, house: House): Promise<OpenRoot> {
  try {
    return {
      name: root.name,
      path: root.path,
      real: split(await house.fileSystem.realpath(root.path), house),
    }
  } catch {
    return { name: root.name, path: root.path }
  }
}

type Spot = { readonly root: OpenRoot; readonly segments: readonly string[]; readonly path: string }

/** Which root a path is meant in: the first where something is there, else the first that it could be. */
async function findSpot(asked: PathText & { ok: true }, roots: readonly OpenRoot[], house: House) {
  const spots = asked.start === "" ? relativeSpots(asked, roots, house) : absoluteSpots(asked, roots, house)
  if (spots.length > 1) {
    for (const spot of spots) if (await exists(spot.path, house)) return spot
  }
  return spots[0]
}

function relativeSpots(asked: PathText & { ok: true }, roots: readonly OpenRoot[], house: House): Spot[] {
  if (asked.climbs) return []
  const named = roots
    .filter(root => asked.segments[0] !== undefined && house.sameName(asked.segments[0], root.name))
    .map(root => spotIn(root, asked.segments.slice(1), house))
  const plain = roots.map(root => spotIn(root, asked.segments, house))
  // With one folder its name in front is a habit of models; with several it is the way to tell them apart.
  return roots.length > 1 ? [...named, ...plain] : [...plain, ...named]
}

function absoluteSpots(asked: PathText & { ok: true }, roots: readonly OpenRoot[], house: House): Spot[] {
  const segments = asked.start === "/" ? asked.segments : [asked.start.slice(0, 2), ...asked.segments]
  return roots.flatMap(root =>
    [split(root.path, house), root.real ?? []]
      .filter(base => base.length > 0 && startsWith(segments, base, house))
      .map(base => spotIn(root, segments.slice(base.length), house)),
  )
}

function spotIn(root: OpenRoot, segments: readonly string[], house: House): Spot {
  return { root, segments, path: house.paths.join(root.path, ...segments) }
}

async function exists(path: string, house: House): Promise<boolean> {
  try {
    await house.fileSystem.lstat(path)
    return true
  } catch {
    return false
  }
}

function split(path: string, house: House): readonly string[] {
  return path.split(house.paths.sep === "\\" ? /[\\/]/ : "/").filter(name => name !== "")
}

function startsWith(path: readonly string[], base: readonly string[], house: House): boolean {
  return base.every((name, index) => house.sameName(name, path[index] ?? ""))
}

/** The root's own name counts: whoever opens `.aws` as a folder has `credentials` in it. */
function classOf(root: readonly string[] | undefined, segments: readonly string[]): PathClass {
  return pathClass([...(root?.slice(-1) ?? []), ...segments])
}

function strongest(a: PathClass, b: PathClass): PathClass {
  return a === "secret" || b === "secret"
    ? "secret"
    : a === "protected" || b === "protected"
      ? "protected"
      : "normal"
}

/** As asked, but in the spelling on disk where the file system takes several for one. */
function shownPath(spot: Spot, below: readonly string[], rootCount: number): string {
  const asked = spot.segments.join("/")
  const onDisk = below.join("/")
  const shown = foldCase(asked) === foldCase(onDisk) ? onDisk : asked
  if (rootCount > 1) return shown === "" ? spot.root.name : `${spot.root.name}/${shown}`
  return shown === "" ? "." : shown
}
