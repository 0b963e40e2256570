// Runs npm as a child: the npm that runs us where there is one, else the one on the PATH. Knows nothing of what
// is installed.
import { spawn } from "node:child_process"
import path from "node:path"

/** Resolves when npm ended well; rejects with its exit code and its last lines. Output is shown on `stderr`. */
export async function runNpm(args: readonly string[], cwd: string): Promise<void> {
  const { command, leading, shell } = npmCommand()
  const child = spawn(command, [...leading, ...args], {
    cwd,
    shell,
    env: npmEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000)
  }
  child.stdout.on("data", keep)
  child.stderr.on("data", keep)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
  if (code !== 0) throw new Error(`npm ${args.join(" ")} ended with code ${code} in ${cwd}\n${output.trim()}`)
}

function npmCommand(): { command: string; leading: readonly string[]; shell: boolean } {
  const running = process.env.npm_execpath
  if (running !== undefined && path.basename(running) === "npm-cli.js") {
    return { command: process.execPath, leading: [running], shell: false }
  }
  return { command: "npm", leading: [], shell: process.platform === "win32" } // there it is npm.cmd
}

/** Without what `npm run` says about the outer package: a nested npm would take the outer folder for its own. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const outer =
    /^(npm_(package|lifecycle)_.*|npm_config_(local_prefix|prefix|workspace|workspaces|omit|include)|npm_command)$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)))
}
