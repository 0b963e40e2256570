// Makes the VSIX of one platform: builds dist/ for it and packs what .vscodeignore allows, nothing else.
// `npm run package [-- --target linux-x64]`; the platform's llama.cpp and ripgrep packages must be installed.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import path from "node:path"
import { parseArgs } from "node:util"

const root = path.resolve(import.meta.dirname, "..")

const { values } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    out: { type: "string" },
    /** dist/ stands already, built for the same target. */
    "no-build": { type: "boolean", default: false },
  },
})

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string }
const out = values.out ?? path.join(root, `osprey-${values.target}-${version}.vsix`)

if (!values["no-build"]) run("esbuild.mjs", ["--target", values.target])
run("node_modules/@vscode/vsce/vsce", [
  "package",
  "--target",
  values.target,
  "--no-dependencies",
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--out",
  out,
])

function run(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
  })
  if (status !== 0) process.exit(status ?? 1)
}
