// Where the system has no file to read: its own program that knows the power source, and what its answer means. By
// absolute path, so that no folder of the user's or of a repository is looked in (SR-1).
import path from "node:path"

export type PowerProgram = {
  readonly file: string
  readonly args: readonly string[]
  /** What it printed → the computer runs on battery. Anything unknown is no. */
  readonly onBattery: (printed: string) => boolean
}

/** undefined: no way to ask on this platform. `systemRoot`: Windows' own folder, from the environment. */
export function powerProgram(
  platform: NodeJS.Platform,
  systemRoot: string | undefined,
): PowerProgram | undefined {
  switch (platform) {
    case "darwin":
      return { file: "/usr/bin/pmset", args: ["-g", "batt"], onBattery: macOnBattery }
    case "win32":
      return { file: powerShell(systemRoot), args: powerShellArgs, onBattery: windowsOnBattery }
    default:
      return undefined
  }
}

/** Its first line: "Now drawing from 'Battery Power'", 'AC Power' or 'UPS Power' (pmset(1)). */
function macOnBattery(printed: string): boolean {
  return /^Now drawing from '(Battery|UPS) Power'/.test(printed)
}

/**
 * WMI's BatteryStatus has the plug itself, one line per battery; Win32_Battery's status mixes plug, charging and
 * level. A computer without a battery has no such class: an error and no line.
 */
const powerShellArgs: readonly string[] = [
  ...["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"],
  "(Get-CimInstance -Namespace root/wmi -ClassName BatteryStatus -ErrorAction Stop).PowerOnline",
]

function windowsOnBattery(printed: string): boolean {
  const lines = printed.split(/\r?\n/).map(line => line.trim())
  return lines.includes("False") && !lines.includes("True")
}

function powerShell(systemRoot: string | undefined): string {
  const root = systemRoot !== undefined && /^[A-Za-z]:\\/.test(systemRoot) ? systemRoot : "C:\\Windows"
  return path.win32.join(root, "System32", "WindowsPowerShell", "v1.0", "powershell.exe")
}
