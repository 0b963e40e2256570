// What the downloads' tests share: a hub, a folder, limits that don't let a test wait, and one download of it.
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { nodeDisk } from "../../../src/model/download/disk.ts"
import type { DownloadLimits } from "../../../src/model/download/downloadLimits.ts"
import {
  type DownloadJob,
  type DownloadOutcome,
  type DownloadStep,
  downloadModel,
} from "../../../src/model/download/downloadModel.ts"
import { modelFiles } from "../../../src/model/download/hubListing.ts"
import { type Cleaner, temporaryFolder } from "../../support/temporaryFolder.ts"
import { type FakeHub, fakeHub, modelBytes, sha256 } from "./fakeHub.ts"

export const quickLimits: DownloadLimits = {
  firstByteMs: 5000,
  stallMs: 300,
  stallBytes: 1,
  attempts: 4,
  busyAttempts: 6,
  progressBytes: 1000,
  pauseMs: 1,
  maxPauseMs: 5,
}

export const fileName = "gpt-oss-20b-mxfp4.gguf"
export const source = { kind: "catalogue", id: "gpt-oss-20b" } as const

export type DownloadTest = {
  readonly hub: FakeHub
  readonly folder: string
  readonly steps: DownloadStep[]
  run(changes?: Partial<DownloadJob>, signal?: AbortSignal): Promise<DownloadOutcome>
  /** Names in the folder. */
  names(): Promise<readonly string[]>
  /** Whether the file under its final name is the hub's. */
  isRight(): Promise<boolean>
}

/** `bytes` of one file. */
export async function downloadTest(cleaner: Cleaner, bytes = 3_000_000): Promise<DownloadTest> {
  const hub = await fakeHub(cleaner, { [fileName]: modelBytes(bytes) })
  const folder = path.join(await temporaryFolder(cleaner), "models")
  const steps: DownloadStep[] = []
  return {
    hub,
    folder,
    steps,
    run(changes, signal = new AbortController().signal) {
      const list = (asked: AbortSignal) =>
        modelFiles(hub.entry, { base: hub.base, isMirror: true }, { signal: asked, firstByteMs: 5000 })
      const onStep = (step: DownloadStep) => steps.push(step)
      const job = { source, label: "gpt-oss-20b", folder, list, disk: nodeDisk, limits: quickLimits, onStep }
      return downloadModel({ ...job, ...changes }, signal)
    },
    names: () => readdir(folder),
    async isRight() {
      const here = await readFile(path.join(folder, fileName))
      return sha256(here) === sha256(hub.files.get(fileName) ?? Buffer.alloc(0))
    },
  }
}

/** A signal that is aborted when a step fits. */
export function stopAt(fits: (step: DownloadStep) => boolean): {
  readonly signal: AbortSignal
  readonly onStep: (step: DownloadStep) => void
} {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    onStep: step => {
      if (fits(step)) controller.abort()
    },
  }
}
