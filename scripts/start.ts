// `npm start`: builds Osprey and opens it with a sample workspace in a real VS Code: the installed one where there is
// a display, else one for the browser, whose address is printed. `--smoke`: headless, with a check; see smoke.ts.
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import path from "node:path"
import { parseArgs } from "node:util"
import { smoke } from "./smoke.ts"
import { buildOsprey, root, runNode } from "./vscodeHost/buildOsprey.ts"
import { startCodeServer, workbenchAddress } from "./vscodeHost/codeServer.ts"
import { demoSettings } from "./vscodeHost/demoSettings.ts"
import { desktopVsCode, hasDisplay } from "./vscodeHost/desktopVsCode.ts"
import { makeSampleWorkspace } from "./vscodeHost/sampleWorkspace.ts"

const { values } = parseArgs({ options: { smoke: { type: "boolean", default: false } } })

try {
  process.exitCode = values.smoke ? await smoke() : await start()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
process.exit()

async function start(): Promise<number> {
  const workspace = makeSampleWorkspace(path.join(root, "out/sample-workspace"))
  const desktop = process.env.OSPREY_HOST === "code-server" || !hasDisplay() ? undefined : desktopVsCode()
  return desktop === undefined ? await startInBrowser(workspace) : await startOnDesktop(desktop, workspace)
}

async function startInBrowser(workspace: string): Promise<number> {
  console.log("Building Osprey")
  const vsix = await buildOsprey()
  const server = await startCodeServer({
    vsix,
    dataDir: path.join(root, "out/start"),
    settings: demoSettings,
  })
  const address = workbenchAddress(server, workspace)
  console.log(`\nOpen ${address}`)
  console.log("Click the bird in the activity bar and ask: What does src/orderTotal.ts do?")
  console.log("Ctrl+C ends it.")
  if (hasDisplay()) showInBrowser(address)
  await Promise.race([toldToEnd(), server.ended])
  await server.stop()
  return 0
}

/** With folders of its own, so that the user's VS Code and settings stay as they are. */
async function startOnDesktop(program: string, workspace: string): Promise<number> {
  console.log("Building Osprey")
  await runNode(["esbuild.mjs"])
  const data = path.join(root, "out/start-desktop")
  const settingsFile = path.join(data, "user/User/settings.json")
  mkdirSync(path.dirname(settingsFile), { recursive: true })
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, JSON.stringify(demoSettings, null, 2))
  const flags = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${path.join(data, "user")}`,
    `--extensions-dir=${path.join(data, "extensions")}`,
    "--disable-workspace-trust",
    "--skip-welcome",
    "--skip-release-notes",
    "--wait",
  ]
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : []
  const child = spawn(program, [...flags, ...asRoot, workspace], { stdio: "ignore" })
  console.log(`\nOpened ${workspace} in ${program}.`)
  console.log("Click the bird in the activity bar and ask: What does src/orderTotal.ts do?")
  console.log("Ctrl+C or closing the window ends it.")
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", code => resolve(code ?? 0))
  })
  const code = await Promise.race([ended, toldToEnd()])
  if (code !== undefined) return code
  child.kill("SIGTERM")
  await ended
  return 0
}

function toldToEnd(): Promise<undefined> {
  return new Promise(resolve => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve(undefined))
  })
}

function showInBrowser(address: string): void {
  const [command = "", ...args] =
    process.platform === "darwin"
      ? ["open", address]
      : process.platform === "win32"
        ? ["explorer.exe", address]
        : ["xdg-open", address]
  const child = spawn(command, args, { stdio: "ignore", detached: true })
  child.once("error", () => {}) // the address is printed in any case
  child.unref()
}
