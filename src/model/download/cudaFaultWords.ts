// What went wrong with the download of CUDA support, in words. The remedies are fewer than a model's: there is one
// place it comes from and one it goes to.
import type { DownloadFault } from "./downloadFault.ts"
import { type FaultWords, faultWords } from "./faultWords.ts"

export function cudaFaultWords(fault: DownloadFault): FaultWords {
  const model = faultWords(fault)
  const words = (sentence: string, title = model.title): FaultWords => ({
    title,
    sentence,
    remedies: ["resumeDownload"],
  })
  switch (fault.kind) {
    case "noSpace":
      return words(
        `${megabytes(fault.free)} MB are free and ${megabytes(fault.needed)} MB are needed. Free some space, then resume.`,
      )
    case "offline":
    case "badAddress":
    case "internal":
      return words(model.sentence)
    case "refused":
      return words(`It answered ${fault.status}. What was downloaded stays; resume later.`)
    case "noModel":
    case "otherFile":
      return words(
        "It doesn’t have the version that belongs to this Osprey. Update Osprey, then try again.",
        `No CUDA support at ${fault.host}`,
      )
    case "wrongFile":
      return words(
        `What came from ${fault.host} isn’t what Osprey knows by its SHA-256, so it was deleted. A proxy or a login page of the network may stand between; resume later.`,
        "This isn’t CUDA support",
      )
    case "insecure":
      return words(
        "Its certificate doesn’t hold, or it leads to an address without encryption. Resume from another network.",
      )
    case "folder":
      return words(
        `The system says ${fault.code}. Check the disk that VS Code keeps its data on, then resume.`,
      )
    case "inTheWay":
      return words("Another file has its name in VS Code’s storage for Osprey. Delete it there, then resume.")
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
