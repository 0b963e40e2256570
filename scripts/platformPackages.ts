// The packages with programs of one platform: which a VSIX needs, and where they are on this machine. One that npm
// didn't install because it is another platform's is fetched as the lockfile pins it, so any machine builds all VSIXes.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import path from "node:path"
import { runNpm } from "./vscodeHost/runNpm.ts"

export type Platform = {
  /** llama.cpp's builds: the one for the processor first, then one for the graphics card. */
  readonly llama: readonly string[]
  readonly ripgrep: string
}

/** By VS Code's name of the platform. macOS's build for Apple's own chips brings Metal. */
export const platforms: Readonly<Record<string, Platform>> = {
  "linux-x64": { llama: ["linux-x64", "linux-x64-vulkan"], ripgrep: "linux-x64" },
  "linux-arm64": { llama: ["linux-arm64"], ripgrep: "linux-arm64" },
  "darwin-arm64": { llama: ["mac-arm64-metal"], ripgrep: "darwin-arm64" },
  "darwin-x64": { llama: ["mac-x64"], ripgrep: "darwin-x64" },
  "win32-x64": { llama: ["win-x64", "win-x64-vulkan"], ripgrep: "win32-x64" },
  "win32-arm64": { llama: ["win-arm64"], ripgrep: "win32-arm64" },
}

const root = path.resolve(import.meta.dirname, "..")

/** Folders of the packages, by name. Rejects where the platform is unknown or a package can't be had. */
export async function platformFolders(target: string): Promise<ReadonlyMap<string, string>> {
  const platform = platforms[target]
  if (platform === undefined) throw new Error(`Osprey has no local runtime for ${target}.`)
  const names = [
    ...platform.llama.map(name => `@node-llama-cpp/${name}`),
    `@vscode/ripgrep-${platform.ripgrep}`,
  ]
  const folders = new Map<string, string>()
  for (const name of names) folders.set(name, await packageFolder(name))
  return folders
}

type Locked = { readonly version: string; readonly integrity: string; readonly name?: string }

/** Installed, fetched before, or fetched now. */
async function packageFolder(name: string): Promise<string> {
  const { version, integrity } = locked(name)
  const installed = path.join(root, "node_modules", name)
  if (versionIn(installed) === version) return installed
  const kept = path.join(root, "node_modules/.cache/osprey", `${name.replace("/", "+")}-${version}`)
  if (versionIn(kept) === version) return kept
  mkdirSync(path.dirname(kept), { recursive: true })
  const folder = mkdtempSync(`${kept}-`)
  try {
    console.log(`Fetching ${name}@${version}`)
    await runNpm(["pack", `${name}@${version}`, "--pack-destination", folder, "--silent"], root)
    const archive = readdirSync(folder).find(file => file.endsWith(".tgz"))
    if (archive === undefined) throw new Error(`npm gave no archive of ${name}@${version}.`)
    const hash = createHash("sha512")
      .update(readFileSync(path.join(folder, archive)))
      .digest("base64")
    if (integrity !== `sha512-${hash}`)
      throw new Error(`The archive of ${name}@${version} isn't the one that package-lock.json names.`)
    const { status } = spawnSync("tar", ["-xzf", archive], { cwd: folder, stdio: "inherit" })
    if (status !== 0) throw new Error(`${archive} can't be unpacked.`)
    rmSync(kept, { recursive: true, force: true })
    renameSync(path.join(folder, "package"), kept)
    return kept
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function locked(name: string): Locked {
  const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>
  }
  const entry = lock.packages[`node_modules/${name}`]
  // Some are replaced by an alias of another package, to keep installations small.
  if (entry === undefined || (entry.name !== undefined && entry.name !== name))
    throw new Error(`package-lock.json doesn't name ${name}.`)
  return entry
}

function versionIn(folder: string): string | undefined {
  const file = path.join(folder, "package.json")
  if (!existsSync(file)) return undefined
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version
}
