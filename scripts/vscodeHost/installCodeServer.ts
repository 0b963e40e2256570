// Puts code-server (the VS Code workbench with a Node extension host) where tests and `npm start` find it: from the
// npm registry, without install scripts, so without compiler and without system packages. Idempotent.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { runNpm } from "./runNpm.ts"

/** `OSPREY_VSCODE_HOST_DIR` shares one install (617 MB) between checkouts. */
const installDir = path.resolve(process.env.OSPREY_VSCODE_HOST_DIR ?? import.meta.dirname)

/** The folder of the code-server package; installs it when it isn't there whole and in the pinned version. */
export async function installCodeServer(): Promise<string> {
  const modules = path.join(installDir, "node_modules")
  const codeServer = path.join(modules, "code-server")
  const stamp = path.join(modules, ".osprey-ready")
  const version = pinnedVersion()
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return codeServer

  const started = performance.now()
  console.log(`Installing code-server ${version} (VS Code for the browser, 617 MB) into ${modules}`)
  rmSync(modules, { recursive: true, force: true })
  mkdirSync(installDir, { recursive: true })
  if (installDir !== import.meta.dirname) {
    for (const file of ["package.json", "package-lock.json"]) {
      cpSync(path.join(import.meta.dirname, file), path.join(installDir, file))
    }
  }
  try {
    const flags = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    await runNpm(["ci", ...flags], installDir)
    // What code-server's own install script does, less the native builds. Not `ci`: its shrinkwrap files are out of
    // step with its package files.
    await runNpm(["install", ...flags], path.join(codeServer, "lib/vscode"))
    await runNpm(["install", ...flags], path.join(codeServer, "lib/vscode/extensions"))
    writeFileSync(stamp, version)
  } catch (error) {
    rmSync(modules, { recursive: true, force: true })
    throw error
  }
  console.log(`code-server is there after ${((performance.now() - started) / 1000).toFixed(0)} s`)
  return codeServer
}

function pinnedVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, "package.json"), "utf8"))
  const version = /"code-server":"([^"]+)"/.exec(JSON.stringify(manifest))?.[1]
  if (version === undefined) throw new Error("scripts/vscodeHost/package.json names no code-server version.")
  return version
}
