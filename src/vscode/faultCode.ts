// A download's fault in the few technical words that a log may hold (SR-12).
import type { DownloadFault } from "../model/download/downloadFault.ts"

/** What a log may hold of it: no path, no address. */
export function faultCode(fault: DownloadFault): string {
  switch (fault.kind) {
    case "refused":
      return `${fault.kind} ${fault.status}`
    case "wrongFile":
      return `${fault.kind} ${fault.what}`
    case "folder":
    case "internal":
      return `${fault.kind} ${fault.code}`
    default:
      return fault.kind
  }
}
