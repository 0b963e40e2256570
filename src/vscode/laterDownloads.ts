// Downloads of models and of CUDA support, as far as they are needed at once: whether one is unfinished. What downloads
// is a file of its own, loaded for the first one, or to show the one that was begun earlier or in another window.
import { access, readdir } from "node:fs/promises"
import path from "node:path"
import type { DownloadAction, ModelDownload } from "../protocol/modelDownload.ts"
import type { CudaOptions, CudaSupport } from "./cudaSupport.ts"
import type { DownloadPartsOptions } from "./downloadParts.ts"
import type { ModelDownloads } from "./modelDownloads.ts"

export type LaterDownloads = {
  /** Of a model. Null: there is nothing to show. */
  state(): ModelDownload | null
  act(action: DownloadAction): Promise<void>
  openMenu(): Promise<void>
  addCuda(): Promise<void>
  removeCuda(): Promise<void>
  /** Shows what is unfinished from earlier, if anything; starts nothing. */
  look(): Promise<void>
  /** Shows what other windows do by now; never rejects. */
  lookAgain(): Promise<void>
  /** From now on it looks again by itself every few seconds: somebody may see it. */
  watch(): void
  /** What runs here is paused, and its bytes are on the disk when it resolves. */
  close(): Promise<void>
}

export type LaterDownloadsOptions = DownloadPartsOptions & {
  readonly cuda: CudaOptions
  /** Other ones for tests. */
  readonly load?: () => Promise<DownloadModules>
  readonly everyMs?: number
}

type DownloadModules = Pick<typeof import("./downloadParts.ts"), "downloadParts" | "cudaParts">

export function laterDownloads({
  cuda: cudaOptions,
  load = () => import("./downloadParts.ts"),
  everyMs = 5000,
  ...options
}: LaterDownloadsOptions): LaterDownloads {
  let loading: Promise<ModelDownloads> | undefined
  let loaded: ModelDownloads | undefined
  let cudaLoading: Promise<CudaSupport> | undefined
  let timer: NodeJS.Timeout | undefined
  let isLooking = false

  async function downloads(): Promise<ModelDownloads> {
    loading ??= load().then(({ downloadParts }) => downloadParts(options))
    // One that couldn't be loaded is tried again the next time.
    loaded = await loading.catch(error => {
      loading = undefined
      throw error
    })
    return loaded
  }

  function cuda(): Promise<CudaSupport> {
    cudaLoading ??= load().then(({ cudaParts }) => cudaParts(cudaOptions))
    return cudaLoading.catch(error => {
      cudaLoading = undefined
      throw error
    })
  }

  async function logged(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      options.log.error(`A part of the downloads failed: ${error instanceof Error ? error.name : "unknown"}`)
    }
  }

  async function lookAgain(): Promise<void> {
    if (isLooking) return
    isLooking = true
    await logged(async () => {
      if (loading !== undefined || (await isRunning(options.folder.get())))
        await (await downloads()).lookAgain()
      if (cudaLoading !== undefined || (await isRunning(cudaOptions.folder))) await (await cuda()).lookAgain()
    })
    isLooking = false
  }

  return {
    state: () => loaded?.state() ?? null,
    act: async action => (await downloads()).act(action),
    openMenu: async () => (await downloads()).openMenu(),
    addCuda: async () => (await cuda()).add(),
    removeCuda: async () => (await cuda()).remove(),
    look: () =>
      logged(async () => {
        if (await isUnfinished(options.folder.get())) await (await downloads()).look()
        if (await isUnfinished(cudaOptions.folder)) await (await cuda()).look()
      }),
    lookAgain,
    watch() {
      void lookAgain()
      timer ??= setInterval(() => void lookAgain(), everyMs).unref()
    },
    async close() {
      clearInterval(timer)
      await logged(async () => {
        await Promise.all([(await loading)?.dispose(), (await cudaLoading)?.dispose()])
      })
    },
  }
}

/** In some window. */
async function isRunning(folder: string): Promise<boolean> {
  try {
    await access(path.join(folder, "download.lock"))
    return true
  } catch {
    return false
  }
}

async function isUnfinished(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [])
  return names.some(name => /\.download\.json$|^download\.lock$/.test(name))
}
