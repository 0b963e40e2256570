// Where downloaded models go: the folder that the user chose, or the extension's own.
import path from "node:path"
import type { Memory } from "./recentModels.ts"

const name = "osprey.downloadFolder"

export type DownloadFolder = {
  get(): string
  set(folder: string): Promise<void>
}

export function downloadFolder(memory: Memory, own: string): DownloadFolder {
  return {
    get() {
      const kept = memory.get(name)
      return typeof kept === "string" && path.isAbsolute(kept) ? kept : own
    },
    async set(folder) {
      await memory.update(name, folder)
    },
  }
}
