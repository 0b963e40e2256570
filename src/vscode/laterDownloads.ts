// Downloads of models, as far as they are needed at once: whether one is unfinished. What downloads is a file of its
// own, loaded for the first one, or to show the one that was begun earlier.
import { readdir } from "node:fs/promises"
import type { DownloadAction, ModelDownload } from "../protocol/modelDownload.ts"
import type { DownloadPartsOptions } from "./downloadParts.ts"
import type { ModelDownloads } from "./modelDownloads.ts"

export type LaterDownloads = {
  /** Null: there is nothing to show. */
  state(): ModelDownload | null
  act(action: DownloadAction): Promise<void>
  openMenu(): Promise<void>
  /** Shows what is unfinished from earlier, if anything; starts nothing. */
  look(): Promise<void>
  /** What runs here is paused, and its bytes are on the disk when it resolves. */
  close(): Promise<void>
}

export function laterDownloads(options: DownloadPartsOptions): LaterDownloads {
  let loading: Promise<ModelDownloads> | undefined
  let loaded: ModelDownloads | undefined

  async function downloads(): Promise<ModelDownloads> {
    loading ??= import("./downloadParts.ts").then(({ downloadParts }) => downloadParts(options))
    loaded = await loading
    return loaded
  }

  return {
    state: () => loaded?.state() ?? null,
    act: async action => (await downloads()).act(action),
    openMenu: async () => (await downloads()).openMenu(),
    async look() {
      const names = await readdir(options.folder.get()).catch(() => [])
      if (names.some(name => /\.download\.json$|^download\.lock$/.test(name)))
        await (await downloads()).look()
    },
    async close() {
      await (await loading)?.dispose()
    },
  }
}
