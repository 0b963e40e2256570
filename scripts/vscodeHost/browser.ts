// Finds a Chromium on this machine, installs one where that is possible, and starts it without any way out but to
// 127.0.0.1. Knows nothing of VS Code.
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { type Browser, chromium } from "playwright-core"

/** Headless, and deaf to every host but 127.0.0.1. Installs a browser if need be; rejects with one sentence. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: await installBrowser(),
    headless: true,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  })
}

/** Path of a Chromium, Chrome or Edge; gets one by apt (Debian, as root) or through playwright if there is none. */
export async function installBrowser(): Promise<string> {
  const found = findBrowser()
  if (found !== undefined) return found
  for (const attempt of [installWithApt, installWithPlaywright]) {
    await attempt()
    const installed = findBrowser()
    if (installed !== undefined) return installed
  }
  throw new Error(
    "The tests in the page need Chromium, Chrome or Edge, and none could be found or installed: install one, or name it in OSPREY_BROWSER.",
  )
}

/** The browser that `OSPREY_BROWSER` names, else one from the usual places, else playwright's own. */
export function findBrowser(): string | undefined {
  const named = process.env.OSPREY_BROWSER
  if (named !== undefined) return existsSync(named) ? named : undefined
  return [...usualPlaces(), chromium.executablePath()].find(existsSync)
}

function usualPlaces(): readonly string[] {
  switch (process.platform) {
    case "darwin":
      return [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
      ]
    case "win32": {
      const { ProgramFiles, LOCALAPPDATA } = process.env
      const roots = [ProgramFiles, process.env["ProgramFiles(x86)"], LOCALAPPDATA].filter(
        root => root !== undefined,
      )
      const programs = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"]
      return programs.flatMap(program => roots.map(root => path.join(root, program)))
    }
    default: {
      const names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
      ]
      const folders = [
        "/usr/bin",
        "/usr/local/bin",
        "/snap/bin",
        ...(process.env.PATH ?? "").split(path.delimiter),
      ]
      return names.flatMap(name => folders.map(folder => path.join(folder, name)))
    }
  }
}

/** Only on Debian: Ubuntu's package of that name is a stub that wants snapd. */
async function installWithApt(): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version") || isUbuntu()) return
  console.log("Installing Chromium with apt (once)")
  const apt = ["-o", "DPkg::Lock::Timeout=280", "-qq"]
  await runQuietly("apt-get", [...apt, "update"])
  const packages = ["chromium", "fonts-dejavu-core"]
  await runQuietly("apt-get", [...apt, "install", "-y", "--no-install-recommends", ...packages])
}

async function installWithPlaywright(): Promise<void> {
  console.log("Installing Chromium through playwright (once)")
  const cli = path.join(
    path.dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")),
    "cli.js",
  )
  const libraries = process.platform === "linux" && process.getuid?.() === 0 ? ["--with-deps"] : []
  await runQuietly(process.execPath, [cli, "install", ...libraries, "chromium"])
}

function isUbuntu(): boolean {
  return existsSync("/etc/os-release") && /^ID=ubuntu$/m.test(readFileSync("/etc/os-release", "utf8"))
}

/** What went wrong is shown and otherwise left to the caller, who looks whether a browser is there now. */
async function runQuietly(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  })
  let said = ""
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  const code = await new Promise<number | null>(resolve => {
    child.once("error", () => resolve(-1))
    child.once("close", resolve)
  })
  if (code !== 0) console.error(`${command} ${args.join(" ")} did not work (code ${code}). ${said.trim()}`)
}
