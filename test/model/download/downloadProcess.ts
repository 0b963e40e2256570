// Starts downloadChild.ts and waits for what it tells.
import { spawn } from "node:child_process"
import path from "node:path"
import { createInterface } from "node:readline"
import type { ModelDownload } from "../../../src/protocol/modelDownload.ts"
import type { Cleaner } from "../../support/temporaryFolder.ts"
import type { FakeHub } from "./fakeHub.ts"

export type DownloadProcess = {
  /** Resolves with the first line, from now on, that fits. */
  tells(fits: (line: Told) => boolean): Promise<Told>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

export type Told = {
  readonly stage?: Stay
  readonly ready?: string
  readonly state?: ModelDownload
}

export type Stay = "" | "checking" | "before rename" | "after rename"

export function downloadProcess(
  cleaner: Cleaner,
  hub: FakeHub,
  folder: string,
  stay: Stay = "",
): DownloadProcess {
  const script = path.join(import.meta.dirname, "downloadChild.ts")
  const child = spawn(process.execPath, [script, hub.base, folder, JSON.stringify(hub.entry), stay], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const gone = new Promise<void>(resolve => child.once("close", () => resolve()))
  const waiting = new Set<(line: Told) => void>()
  createInterface({ input: child.stdout }).on("line", line => {
    const told: Told = JSON.parse(line)
    for (const each of waiting) each(told)
  })

  async function kill(): Promise<void> {
    child.kill("SIGKILL")
    await gone
  }

  cleaner.after(kill)
  return {
    tells: fits =>
      new Promise((resolve, reject) => {
        const look = (line: Told) => {
          if (!fits(line)) return
          waiting.delete(look)
          resolve(line)
        }
        waiting.add(look)
        void gone.then(() => reject(new Error("It ended without telling that.")))
      }),
    kill,
  }
}
