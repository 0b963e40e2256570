// One VS Code window as far as downloads go, in a process that can be killed: starts the download, tells each state as
// a line of JSON, and stays at a stage when it is told to.
import { type Disk, nodeDisk } from "../../../src/model/download/disk.ts"
import { modelFiles } from "../../../src/model/download/hubListing.ts"
import { sharedDownload } from "../../../src/model/download/sharedDownload.ts"
import { quickLimits, source } from "./downloadTest.ts"

const [base = "", folder = "", entry = "{}", stay = ""] = process.argv.slice(2)

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const forever = () => new Promise<never>(() => setInterval(() => {}, 1000))

/** And not the record beside it. */
const isPart = (file: string) => file.endsWith(".part")

const disk: Disk = {
  ...nodeDisk,
  async open(path, flags) {
    const file = await nodeDisk.open(path, flags)
    if (flags !== "r" || stay !== "checking" || !isPart(path)) return file
    tell({ stage: "checking" })
    return forever()
  },
  async rename(from, to) {
    if (stay === "before rename" && isPart(from)) {
      tell({ stage: stay })
      await forever()
    }
    await nodeDisk.rename(from, to)
    if (stay === "after rename" && isPart(from)) {
      tell({ stage: stay })
      await forever()
    }
  },
}

const download = sharedDownload({
  folder,
  labelOf: () => "gpt-oss-20b",
  list: (_source, signal) =>
    modelFiles(JSON.parse(entry), { base, isMirror: true }, { signal, firstByteMs: 5000 }),
  onChange: () => tell({ state: download.state() }),
  onReady: path => tell({ ready: path }),
  disk,
  limits: { ...quickLimits, stallMs: 60_000 },
  beatMs: 300,
})
download.start(source)
