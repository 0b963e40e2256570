// Runs test/host inside the extension host of a real VS Code: a desktop one where there is one or one can be
// downloaded, else code-server. `OSPREY_HOST=desktop|code-server` chooses; the tests are the same.
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { runTests } from "@vscode/test-electron"
import { build } from "esbuild"
import { launchBrowser } from "./browser.ts"
import { root } from "./buildOsprey.ts"
import { startCodeServer, workbenchAddress } from "./codeServer.ts"
import { desktopVsCode, hasDisplay } from "./desktopVsCode.ts"
import { endOnSignals } from "./endOnSignals.ts"
import { isNoise } from "./hostLog.ts"

export type HostTest = { readonly name: string; readonly error?: string }

export type HostRun = {
  /** "desktop" or "code-server", and the Node version of its extension host. */
  readonly host: string
  readonly node: string
  readonly tests: readonly HostTest[]
}

/** dist/ must be built. Rejects when the tests didn't run to their end; failed tests are in the result. */
export async function runHostTests(workspaceFiles: Readonly<Record<string, string>>): Promise<HostRun> {
  const out = path.join(root, "out/host")
  const resultFile = path.join(out, "result.json")
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await bundleTests(out)
  const workspace = mkdtempSync(path.join(os.tmpdir(), "osprey-host-tests-"))
  for (const [name, text] of Object.entries(workspaceFiles)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true })
    writeFileSync(path.join(workspace, name), text)
  }
  const place = { workspace, runner: path.join(out, "run.cjs"), env: { OSPREY_HOST_RESULT: resultFile } }
  const host = await chooseHost()
  endOnSignals()
  try {
    await (host === "desktop" ? runInDesktop(place) : runInCodeServer(place))
  } catch (error) {
    if (!existsSync(resultFile)) throw error // else a test failed, which the result tells better
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  if (!existsSync(resultFile))
    throw new Error("The extension host ended without a result: it crashed or ran no test.")
  return { host, ...(JSON.parse(readFileSync(resultFile, "utf8")) as Pick<HostRun, "node" | "tests">) }
}

type Place = {
  readonly workspace: string
  readonly runner: string
  readonly env: Readonly<Record<string, string>>
}

/** Minutes that the tests may take in the host, start included. */
const limitMs = 180_000

async function bundleTests(outdir: string): Promise<void> {
  await build({
    entryPoints: globSync("test/host/**/*.ts", { cwd: root }).map(file => path.join(root, file)),
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  })
}

async function chooseHost(): Promise<"desktop" | "code-server"> {
  const wanted = process.env.OSPREY_HOST
  if (wanted === "desktop" || wanted === "code-server") return wanted
  if (!hasDisplay()) return "code-server"
  if (desktopVsCode() !== undefined || existsSync(path.join(root, ".vscode-test"))) return "desktop"
  return (await canDownload()) ? "desktop" : "code-server"
}

async function canDownload(): Promise<boolean> {
  try {
    const releases = "https://update.code.visualstudio.com/api/releases/stable"
    return (await fetch(releases, { signal: AbortSignal.timeout(5_000) })).ok
  } catch {
    return false
  }
}

async function runInDesktop({ workspace, runner, env }: Place): Promise<void> {
  const installed = desktopVsCode()
  const userData = mkdtempSync(path.join(os.tmpdir(), "osprey-user-"))
  try {
    await runTests({
      ...(installed === undefined ? { version: "stable" } : { vscodeExecutablePath: installed }),
      extensionDevelopmentPath: root,
      extensionTestsPath: runner,
      extensionTestsEnv: env,
      launchArgs: [
        workspace,
        "--disable-extensions",
        "--disable-workspace-trust",
        "--skip-welcome",
        "--skip-release-notes",
        "--disable-gpu",
        "--user-data-dir",
        userData,
      ],
    })
  } finally {
    rmSync(userData, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
}

async function runInCodeServer({ workspace, runner, env }: Place): Promise<void> {
  const server = await startCodeServer({ testDriver: true })
  const browser = await launchBrowser()
  try {
    const uriOf = (file: string) => `vscode-remote://${server.authority}${file}`
    const page = await browser.newPage()
    const ended = Promise.withResolvers<number>()
    await page.exposeFunction("codeAutomationExit", ended.resolve) // called when run() has settled
    await page.exposeFunction("codeAutomationLog", showLog)
    await page.goto(
      workbenchAddress(server, workspace, [
        ["extensionDevelopmentPath", uriOf(root)],
        ["extensionTestsPath", uriOf(runner)],
        ["extensionEnvironment", JSON.stringify(env)],
        ["skipWelcome", "true"],
        ["skipReleaseNotes", "true"],
      ]),
    )
    const timer = setTimeout(() => {
      void page.screenshot({ path: path.join(path.dirname(runner), "timeout.png") })
      ended.reject(new Error(`No result after ${limitMs / 1000} s.\n${server.log().slice(-3000)}`))
    }, limitMs)
    await ended.promise.finally(() => clearTimeout(timer))
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** console.* of the extension host; the first argument is a format as of printf. */
function showLog(_kind: string, [format, ...values]: readonly unknown[]): void {
  const rest = [...values]
  const line = String(format).replace(/%[sdo]/g, () => String(rest.shift()))
  if (process.env.OSPREY_VERBOSE !== undefined && !isNoise(line)) console.log(line)
}
