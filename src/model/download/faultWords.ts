// What went wrong with a download, in words: a title, one sentence with the next step, and the remedies in the order
// of their use.
import type { DownloadRemedy } from "../../protocol/modelDownload.ts"
import type { DownloadFault } from "./downloadFault.ts"

export type FaultWords = {
  readonly title: string
  readonly sentence: string
  readonly remedies: readonly DownloadRemedy[]
}

export function faultWords(fault: DownloadFault): FaultWords {
  switch (fault.kind) {
    case "noSpace":
      return {
        title: "Not enough disk space",
        sentence: `${gigabytes(fault.free)} GB are free and ${gigabytes(fault.needed)} GB are still needed. What was downloaded stays, so free some space and resume.`,
        remedies: ["resumeDownload", "downloadElsewhere"],
      }
    case "offline":
      return {
        title: fault.host === "" ? "No connection" : `No connection to ${fault.host}`,
        sentence: "What was downloaded stays. Check the network, then resume.",
        remedies: ["resumeDownload", "downloadFromAddress"],
      }
    case "refused":
      return {
        title: `${fault.host} refused the download`,
        sentence: `It answered ${fault.status}. What was downloaded stays; resume later or use another address.`,
        remedies: ["resumeDownload", "downloadFromAddress"],
      }
    case "noModel":
      return {
        title: `No model at ${fault.host}`,
        sentence:
          "Its answer names no model file that fits. Use another address or a file that is already here.",
        remedies: ["downloadFromAddress", "chooseFile"],
      }
    case "otherFile":
      return {
        title: `${fault.host} has another file`,
        sentence:
          "It isn’t the model that Osprey knows by its SHA-256, so nothing was downloaded. Use another address.",
        remedies: ["downloadFromAddress", "chooseFile"],
      }
    case "wrongFile":
      return {
        title: "This isn’t the model file",
        ...wrongWords(fault),
        remedies: ["resumeDownload", "downloadFromAddress"],
      }
    case "badAddress":
      return {
        title: "This address can’t be read",
        sentence: "A % in it isn’t followed by two hexadecimal digits. Enter the address again.",
        remedies: ["downloadFromAddress"],
      }
    case "insecure":
      return {
        title: `No safe connection to ${fault.host}`,
        sentence:
          "Its certificate doesn’t hold, or it leads to an address without encryption. Use another address.",
        remedies: ["downloadFromAddress", "resumeDownload"],
      }
    case "folder":
      return { ...folderWords(fault.code), remedies: ["downloadElsewhere", "resumeDownload"] }
    case "inTheWay":
      return {
        title: `${fault.name} is already there`,
        sentence: "The folder has another file of this name. Move it away and resume, or use another folder.",
        remedies: ["resumeDownload", "downloadElsewhere"],
      }
    case "internal":
      return {
        title: "The download stopped",
        sentence: `Something unexpected happened (${fault.code}). What was downloaded stays; the log says more.`,
        remedies: ["resumeDownload"],
      }
  }
}

function wrongWords({ host, what }: Extract<DownloadFault, { kind: "wrongFile" }>): {
  readonly sentence: string
} {
  switch (what) {
    case "hash":
      return {
        sentence: `What came from ${host} has another SHA-256 than announced, so it was deleted. Download it again or use another address.`,
      }
    case "size":
      return {
        sentence: `What ${host} sends has another size than announced. A login page of the network may stand between; resume later or use another address.`,
      }
    case "format":
      return {
        sentence: `What ${host} sends is no GGUF file. A login page of the network may stand between; resume later or use another address.`,
      }
  }
}

function folderWords(code: string): { readonly title: string; readonly sentence: string } {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return {
        title: "The folder can’t be written",
        sentence: "Osprey may not write there. Use another folder.",
      }
    case "ENAMETOOLONG":
      return {
        title: "The folder’s path is too long",
        sentence: "The system takes no longer paths. Use another folder.",
      }
    case "ENOENT":
    case "ENOTDIR":
      return {
        title: "The folder is gone",
        sentence: "It was moved or deleted. Use another folder, or resume once it is back.",
      }
    case "EEXIST":
      return { title: "This is no folder", sentence: "A file has its name. Use another folder." }
    case "EFBIG":
      return {
        title: "The disk takes no file of this size",
        sentence: "Its format ends at 4 GB, as FAT32 does. Use a folder on another disk.",
      }
    default:
      return {
        title: "The disk reports an error",
        sentence: `The system says ${code}. Use another folder, or resume later.`,
      }
  }
}

/** "7.3"; below a tenth two digits, as "0.0" says nothing. */
function gigabytes(bytes: number): string {
  const value = bytes / 1e9
  return value < 0.1 ? value.toFixed(2) : value.toFixed(1)
}
