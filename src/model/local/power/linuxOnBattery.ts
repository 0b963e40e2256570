// Whether a Linux computer runs on battery, from the kernel's own files. Goes by what a power supply says of itself,
// never by its name: firmware calls the same plug AC, ACAD or ADP1.
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"

/** Documentation/ABI/testing/sysfs-class-power of the kernel. */
export const powerSupplies = "/sys/class/power_supply"

/**
 * A battery is being drained and nothing feeds the computer. "Not charging" and "Full" are words of batteries that are
 * plugged in, or of the second one while the first is drained. Rejects where there is no such folder.
 */
export async function linuxOnBattery(folder: string, signal: AbortSignal): Promise<boolean> {
  const names = await readdir(folder)
  const all = await Promise.all(names.map(name => supplyAt(path.join(folder, name), signal)))
  // The battery of a mouse or a headset.
  const own = all.filter(({ scope }) => scope !== "Device")
  const isFed = own.some(({ type, online }) => !stores(type) && online !== "" && online !== "0")
  return !isFed && own.some(({ type, status }) => stores(type) && status === "Discharging")
}

function stores(type: string): boolean {
  return type === "Battery" || type === "UPS"
}

async function supplyAt(folder: string, signal: AbortSignal) {
  const line = (name: string) => lineOf(path.join(folder, name), signal)
  const [type, scope, online, status] = await Promise.all([
    line("type"),
    line("scope"),
    line("online"),
    line("status"),
  ])
  return { type, scope, online, status }
}

/** "" for a file that this kind of supply doesn't have, or that the driver can't answer just now. */
async function lineOf(file: string, signal: AbortSignal): Promise<string> {
  try {
    return (await readFile(file, { encoding: "utf8", signal })).trim()
  } catch {
    return ""
  }
}
