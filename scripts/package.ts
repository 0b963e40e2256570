// Makes the VSIX of one platform: builds dist/ for it and packs what .vscodeignore allows, nothing else.
// `npm run package [-- --target linux-x64]`, `--target all` for every platform; what npm didn't install is fetched.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import path from "node:path"
import { parseArgs } from "node:util"
import { platforms } from "./platformPackages.ts"
import { largestVsix, vsixFaults } from "./vsixFiles.ts"

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
const targets = values.target === "all" ? Object.keys(platforms) : [values.target]
for (const target of targets) pack(target)

function pack(target: string): void {
  const out = values.out ?? path.join(root, `osprey-${target}-${version}.vsix`)
  if (!values["no-build"]) run("esbuild.mjs", ["--target", target])
  run("node_modules/@vscode/vsce/vsce", [
    "package",
    "--target",
    target,
    "--no-dependencies",
    "--allow-missing-repository",
    "--no-rewrite-relative-links",
    "--out",
    out,
  ])
  const { notAllowed, missing, tooLarge } = vsixFaults(out)
  const faults = [
    ...notAllowed.map(name => `${name} must not ship`),
    ...missing.map(rule => `nothing in it fits ${rule}`),
    ...(tooLarge ? [`it has more than ${largestVsix} bytes`] : []),
  ]
  if (faults.length === 0) return
  console.error(`${out}: ${faults.join("; ")}.`)
  process.exit(1)
}

function run(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
  })
  if (status !== 0) process.exit(status ?? 1)
}
