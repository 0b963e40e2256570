// Whether this computer runs on battery now: files on Linux, the system's own program elsewhere. Asks each time it is
// called; how often that is, powerWatch.ts says.
import { execFile } from "node:child_process"
import path from "node:path"
import { promisify } from "node:util"
import { linuxOnBattery, powerSupplies } from "./linuxOnBattery.ts"
import { type PowerProgram, powerProgram } from "./powerProgram.ts"

/** Rejects when the system can't say, and after an abort. */
export async function runsOnBattery(signal: AbortSignal): Promise<boolean> {
  if (process.platform === "linux") return linuxOnBattery(powerSupplies, signal)
  const program = powerProgram(process.platform, process.env.SystemRoot)
  return program === undefined ? false : program.onBattery(await printedBy(program, signal))
}

const run = promisify(execFile)

/** Characters; the answers are a few lines. */
const mostPrinted = 65_536

/** No shell, nothing of the host's environment, and the program's own folder to work in. */
export async function printedBy(
  { file, args }: Pick<PowerProgram, "file" | "args">,
  signal: AbortSignal,
): Promise<string> {
  const running = run(file, [...args], {
    ...{ env: {}, cwd: path.dirname(file), signal, maxBuffer: mostPrinted, windowsHide: true },
    killSignal: "SIGKILL",
  })
  // PowerShell waits for the end of its input.
  running.child.stdin?.end()
  return (await running).stdout
}
