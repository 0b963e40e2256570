// Builds the extension and packs the VSIX of this platform, in a process of its own. Knows only the two scripts
// that do it.
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import path from "node:path"

export const root = path.resolve(import.meta.dirname, "../..")

/** Builds dist/ and the VSIX; the VSIX's path. Rejects with what the build said when it fails. */
export async function buildOsprey(): Promise<string> {
  await runNode(["scripts/package.ts", "--target", target, "--out", vsix()])
  return vsix()
}

/** The VSIX that stands already; throws one sentence when there is none. `OSPREY_VSIX` names another one. */
export function builtVsix(): string {
  const file = process.env.OSPREY_VSIX ?? vsix()
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run package\` first.`)
  return file
}

/** Shows what the script says only when it fails. */
export async function runNode(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] })
  let said = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString()
    })
  }
  const code = await new Promise(resolve => child.once("close", resolve))
  if (code !== 0) throw new Error(`${args.join(" ")} ended with code ${code}.\n${said.trim()}`)
}

const target = `${process.platform}-${process.arch}`

function vsix(): string {
  const version = /"version": "([^"]+)"/.exec(readFileSync(path.join(root, "package.json"), "utf8"))?.[1]
  return path.join(root, `osprey-${target}-${version}.vsix`)
}
