// Starts code-server on a free port of 127.0.0.1 with folders of its own, and stops it with all it started. Knows
// nothing of Osprey but that an extension may be installed first.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { hostLog } from "./hostLog.ts"
import { installCodeServer } from "./installCodeServer.ts"

export type CodeServerOptions = {
  /** Extension to install first. */
  readonly vsix?: string
  /** Keeps user data here; otherwise they live in a temporary folder that goes with the server. */
  readonly dataDir?: string
  /** Lets the page's address name an extension under development and its tests. Notifications are off then. */
  readonly testDriver?: boolean
  readonly settings?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

export type CodeServer = {
  /** "127.0.0.1:PORT", as in `vscode-remote://` addresses. */
  readonly authority: string
  /** Process whose descendants are the server, the extension hosts and their children. */
  readonly pid: number
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** What the server has said so far, without the lines that mean nothing. */
  log(): string
  /** Ends the server and everything it started. Safe to call twice. */
  stop(): Promise<void>
}

/** The page that opens `folder`. `payload` is for the test driver. */
export function workbenchAddress(
  server: CodeServer,
  folder: string,
  payload: readonly (readonly string[])[] = [],
): string {
  const query = new URLSearchParams({ folder })
  if (payload.length > 0) query.set("payload", JSON.stringify(payload))
  return `http://${server.authority}/?${query.toString().replaceAll("%2F", "/")}`
}

/** Installs code-server if need be. Rejects when the extension can't be installed or the server doesn't start. */
export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const entry = path.join(await installCodeServer(), "out/node/entry.js")
  const dir = options.dataDir ?? mkdtempSync(path.join(os.tmpdir(), "osprey-code-server-"))
  const base = [entry, ...prepareFolders(dir, options.settings)]
  const env = serverEnvironment(options.env)
  const log = hostLog()
  const clear = () => {
    if (options.dataDir === undefined)
      rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  try {
    if (options.vsix !== undefined) await installExtension(base, options.vsix, env)
    const child = startGroup([...base, ...serverFlags(options)], env)
    const ended = new Promise<void>(resolve => child.once("exit", () => resolve()))
    const stop = async () => {
      await endWhole(child)
      clear()
    }
    try {
      const port = await portOf(child, log)
      return { authority: `127.0.0.1:${port}`, pid: child.pid ?? 0, ended, log: log.text, stop }
    } catch (error) {
      await stop()
      throw error
    }
  } catch (error) {
    clear()
    throw error
  }
}

/** Flags that point code-server to these folders only. Settings of an earlier run are kept. */
function prepareFolders(dir: string, settings: CodeServerOptions["settings"]): readonly string[] {
  const user = path.join(dir, "user")
  const extensions = path.join(dir, "extensions")
  const config = path.join(dir, "config.yaml")
  mkdirSync(path.join(user, "User"), { recursive: true })
  mkdirSync(extensions, { recursive: true })
  const settingsFile = path.join(user, "User/settings.json")
  if (!existsSync(settingsFile))
    writeFileSync(settingsFile, JSON.stringify({ ...quietSettings, ...settings }, null, 2))
  writeFileSync(config, serverConfig)
  const socket = path.join(os.tmpdir(), `osprey-${process.pid}-${Date.now()}.sock`) // short: 107 bytes is the limit
  const folders = ["--user-data-dir", user, "--extensions-dir", extensions]
  return ["--config", config, ...folders, "--session-socket", socket]
}

const serverConfig = `bind-addr: 127.0.0.1:0
auth: none
cert: false
disable-telemetry: true
disable-update-check: true
disable-workspace-trust: true
disable-getting-started-override: true
disable-proxy: true
`

/** No start page, no network, nothing left over from a run before, and no other suggestions over ghost text. */
const quietSettings = {
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "security.workspace.trust.enabled": false,
  "files.hotExit": "off",
  "git.enabled": false,
  "editor.wordBasedSuggestions": "off",
}

function serverFlags(options: CodeServerOptions): readonly string[] {
  // The grace time is how long (s) an extension host outlives its page; its default is three hours.
  const flags = ["--reconnection-grace-time", "1", "--ignore-last-opened"]
  return options.testDriver === true ? [...flags, "--vscode-option", "enable-smoke-test-driver"] : flags
}

function serverEnvironment(extra: CodeServerOptions["env"]): NodeJS.ProcessEnv {
  // Inside a terminal of VS Code its CLI hook would make ours talk to that one.
  const { VSCODE_IPC_HOOK_CLI: _hook, NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _test, ...env } = process.env
  return { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra }
}

async function installExtension(
  base: readonly string[],
  vsix: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const child = startGroup([...base, "--install-extension", vsix, "--force"], env)
  const log = hostLog()
  log.listen(child)
  const code = await new Promise(resolve => child.once("close", resolve))
  if (code !== 0) throw new Error(`${vsix} could not be installed (code ${code}).\n${log.text()}`)
}

/** A process group of its own, so that it can be ended whole; at the latest it ends with this process. */
function startGroup(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, {
    env,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  })
  const endAtExit = () => endGroup(child, "SIGKILL")
  process.once("exit", endAtExit)
  child.once("close", () => process.removeListener("exit", endAtExit))
  return child
}

async function portOf(child: ChildProcess, log: ReturnType<typeof hostLog>): Promise<string> {
  const limitMs = 60_000
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`code-server said nothing for 60 s.\n${log.text()}`)),
      limitMs,
    )
    log.listen(child, line => {
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(port)
    })
    child.once("error", reject)
    child.once("exit", code => {
      clearTimeout(timer)
      reject(new Error(`code-server ended with code ${code}.\n${log.text()}`))
    })
  })
}

async function endWhole(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>(resolve => child.once("exit", () => resolve()))
    endGroup(child, "SIGTERM")
    await Promise.race([gone, new Promise(resolve => setTimeout(resolve, 5_000).unref())])
  }
  endGroup(child, "SIGKILL")
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === "win32") child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // the group is already gone
  }
}
