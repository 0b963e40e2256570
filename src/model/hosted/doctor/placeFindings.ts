// Findings about the way to the model: nothing there, a web page, a redirect, a certificate, a key, a model that
// isn't there. From a ModelError to words; it sends nothing.
import type { DoctorFinding } from "../../../protocol/endpointPage.ts"
import type { ModelError } from "../../modelError.ts"
import { counted, foreign, hostOf, inCommand, itSaid } from "./plainWords.ts"
import { type ServerKind, serverWords } from "./serverKinds.ts"

export type Place = {
  readonly baseUrl: string
  readonly model: string
  readonly isLoopback: boolean
  readonly hasKey: boolean
  readonly server: ServerKind
  /** Page on which a key is made. */
  readonly keyPage?: string | undefined
}

/** Why the endpoint can't be reached at all, or isn't one. Nothing else is worth asking after it. */
export function unreachableFinding(error: ModelError, place: Place): DoctorFinding {
  const host = hostOf(place.baseUrl)
  const finding = (title: string, reason: string, remedy?: string): DoctorFinding => ({
    id: "reach",
    severity: "error",
    title,
    reason,
    ...(remedy !== undefined && { remedy }),
  })
  const { said = "", status } = error.detail
  switch (error.kind) {
    case "unreachable":
      return finding(`Nothing answers at ${host}`, ...silence(said, place))
    case "timeout":
      return finding(
        `${host} doesn't answer in time`,
        "It may be starting or very busy. Check again shortly.",
      )
    case "insecure":
      return /^[A-Z_\d]+$/.test(said)
        ? finding(`The certificate of ${host} isn't trusted`, certificate(said))
        : finding("This address can't be used safely", foreign(said))
    case "notConfigured":
      return finding("This address can't be used", foreign(said))
    case "redirected":
      return finding(
        `${host} redirects to another address`,
        `${said === "" ? "It doesn't say where to" : foreign(said)}. Osprey doesn't follow, so that your text and key go nowhere else. Enter the final address.`,
      )
    case "serverError":
      return status === 503 && place.server === "llamaServer"
        ? finding(`${host} is still loading its model`, "Check again when it is done.")
        : finding(`${host} fails${httpStatus(status)}`, `The fault is there, not here.${itSaid(error)}`)
    default:
      return finding(
        `What answers at ${host} is no model endpoint`,
        "A web page or something else came back. Check the address; it usually ends in /v1.",
      )
  }
}

/** The models answer one step further: the usual slip. */
export function missingVersionFinding(baseUrl: string): DoctorFinding {
  return {
    id: "reach",
    severity: "error",
    title: "The address lacks /v1",
    reason: "The models answer one step further. Enter this address:",
    remedy: `${baseUrl}/v1`,
  }
}

/** 401, 403 and 402. */
export function keyFinding(error: ModelError, place: Place): DoctorFinding {
  const host = hostOf(place.baseUrl)
  const getKey = place.keyPage === undefined ? {} : { remedy: place.keyPage }
  const common = { id: "key", severity: "error", ...getKey } as const
  if (error.kind === "paymentRequired")
    return {
      ...common,
      title: "The account has no credit left",
      reason: `${host} asks for payment.${itSaid(error)}`,
    }
  return place.hasKey
    ? {
        ...common,
        title: `${host} refused the key`,
        reason: `It is wrong, has expired, or isn't for this model. Enter it again.${itSaid(error)}`,
      }
    : {
        ...common,
        title: `${host} asks for a key`,
        reason: `None is stored for it. Enter one${place.keyPage === undefined ? "." : ", from:"}`,
      }
}

/** `near`: names of the server's own list that may have been meant; `listed`: how many it has. */
export function missingModelFinding(
  place: Place,
  { near, listed }: { readonly near: readonly string[]; readonly listed: number },
): DoctorFinding {
  const words = serverWords[place.server]
  const usual = place.server === "ollama" ? "gpt-oss:20b" : "openai/gpt-oss-20b"
  const names = near.map(name => foreign(name, 80))
  const fetched = words.fetchModel?.(inCommand(place.model, usual))
  const remedy = names[0] ?? fetched
  const lists = listed === 0 ? "It lists no model." : `It lists ${counted(listed, "model")}.`
  return {
    id: "models",
    severity: "error",
    title:
      place.model.trim() === ""
        ? "No model is chosen"
        : `No model called ${foreign(place.model, 80)} is there`,
    reason:
      names.length > 0
        ? `It has ${names.join(", ")}. Set one of these names as the model:`
        : `${lists} ${fetched === undefined ? "Set one of its names as the model." : "Fetch it with:"}`,
    ...(remedy !== undefined && { remedy }),
    meanwhile: "Nothing can be answered with this name.",
  }
}

/** It is in the list, and still refused: an account's or a router's own rules. */
export function unavailableModelFinding(error: ModelError, place: Place): DoctorFinding {
  return {
    id: "models",
    severity: "error",
    title: `${foreign(place.model, 80)} isn't available to you`,
    reason: `It is in the list, but ${hostOf(place.baseUrl)} doesn't give it out. Check privacy and plan there.${itSaid(error)}`,
  }
}

function silence(code: string, { baseUrl, isLoopback, server }: Place): [string, string?] {
  const { name, start } = serverWords[server]
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return [`The name ${hostOf(baseUrl)} isn't known. Check the address, your connection and VPN.`]
  if (code === "ECONNREFUSED" && isLoopback)
    return start === undefined
      ? ["No server listens at that port. Start it, then check again."]
      : [`${name} isn't running. Start it with:`, start]
  const why = code === "" ? "" : ` (${code})`
  return [`The connection fails${why}. Check the address, your connection and VPN.`]
}

function certificate(code: string): string {
  if (code === "CERT_HAS_EXPIRED") return "It has expired. Whoever runs the server has to renew it."
  if (/ALTNAME|HOSTNAME/.test(code)) return "It was made for another name. Check the address."
  if (/SELF_SIGNED|UNABLE_TO|ISSUER|INVALID_CA/.test(code))
    return `No authority that this computer trusts has signed it (${code}). Add your organisation's authority to the system's certificates.`
  return `A secure connection fails (${code}).`
}

function httpStatus(status: number | undefined): string {
  return status === undefined ? "" : ` (HTTP ${status})`
}
