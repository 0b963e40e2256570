// R24 as a loop: a process that owns a runtime is killed, and the runtime must be gone within five seconds.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { comesTrue, isAlive } from "../support/runtimeTest.ts"

const parentScript = fileURLToPath(new URL("../support/runtimeParent.ts", import.meta.url))

/** SIGKILL is a crash of the extension host; SIGTERM how VS Code ends one that doesn't leave by itself. */
const ends = ["SIGKILL", "SIGTERM"] as const

const states = ["idle", "generating", "loading", "probing"] as const

/** One cycle after the other; each time the child does something else. */
export async function orphanCycles(cycles: number): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle++) {
    const state = states[cycle % states.length] ?? "idle"
    const signal = ends[Math.floor(cycle / states.length) % 2] ?? "SIGKILL"
    const parent = spawn(process.execPath, [parentScript, state], { stdio: ["ignore", "pipe", "inherit"] })
    const [line] = await once(parent.stdout, "data")
    const child = Number(String(line))
    // One that has answered a probe leaves by itself.
    assert.ok(isAlive(child) || state === "probing")
    parent.kill(signal)
    const what = `cycle ${cycle}: the ${state} child ${child}, 5 s after ${signal}`
    assert.ok(await comesTrue(() => !isAlive(child), 5000), `${what}, still runs`)
  }
}
