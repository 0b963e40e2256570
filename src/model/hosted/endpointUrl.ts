// Is this address one that code and a key may be sent to? Pure text work: it looks nothing up and opens no
// connection, and it doesn't know what an endpoint answers.

export type EndpointUrl =
  | {
      readonly ok: true
      /** Scheme, host and port: what a key is bound to. */
      readonly origin: string
      /** Without a slash at the end; "/chat/completions" is appended to it. */
      readonly baseUrl: string
      /** Nothing sent there leaves this machine. */
      readonly isLoopback: boolean
    }
  | {
      readonly ok: false
      readonly reason: "empty" | "malformed" | "insecure" | "forbidden"
      /** One sentence for the user. */
      readonly sentence: string
    }

/**
 * Checks what the user entered as an endpoint's address. `https:` anywhere but to link-local and cloud metadata
 * addresses, `http:` to loopback only; every spelling of an IP address (decimal, hexadecimal, octal, mapped into
 * IPv6) counts as the address it is.
 */
export function endpointUrl(entered: string): EndpointUrl {
  const text = entered.trim()
  if (text === "") return refusal("empty", "No endpoint address is set.")
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:"))
    return refusal("malformed", "The endpoint address has to begin with https://, or with http://localhost.")
  if (url.username !== "" || url.password !== "")
    return refusal(
      "malformed",
      "The endpoint address can't hold a name or password; enter the key apart from it.",
    )
  if (url.search !== "" || url.hash !== "")
    return refusal("malformed", "The endpoint address can't have a part after ? or #.")
  const place = placeOf(url.hostname)
  if (place === "forbidden") return refusal("forbidden", `${url.host} is not a place for a model endpoint.`)
  if (url.protocol === "http:" && place !== "loopback")
    return refusal("insecure", `${url.host} is only reachable over https:// (http:// is for this computer).`)
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "")
  return { ok: true, origin: url.origin, baseUrl: url.origin + path, isLoopback: place === "loopback" }
}

/** Names under which clouds serve the credentials of the machine itself. */
const metadataNames = new Set(["metadata", "metadata.google.internal", "metadata.goog", "instance-data"])

/** Metadata services outside the link-local range: Azure, Alibaba, Oracle. */
const metadataAddresses = new Set(["168.63.129.16", "100.100.100.200", "192.0.0.192"])

function refusal(reason: "empty" | "malformed" | "insecure" | "forbidden", sentence: string): EndpointUrl {
  return { ok: false, reason, sentence }
}

function placeOf(hostname: string): "loopback" | "forbidden" | "elsewhere" {
  const name = hostname.toLowerCase().replace(/\.+$/, "")
  if (name === "localhost") return "loopback"
  if (name === "" || metadataNames.has(name) || name.endsWith(".metadata.google.internal")) return "forbidden"
  if (name.startsWith("[")) return placeOfIpv6(name.slice(1, -1))
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) ? placeOfIpv4(name) : "elsewhere"
}

/** The URL parser has turned every spelling into four decimal numbers. */
function placeOfIpv4(address: string): "loopback" | "forbidden" | "elsewhere" {
  const [first, second] = address.split(".")
  if (first === "127") return "loopback"
  if (first === "0" || (first === "169" && second === "254") || metadataAddresses.has(address))
    return "forbidden"
  // 224–255: multicast, reserved and broadcast.
  return Number(first) >= 224 ? "forbidden" : "elsewhere"
}

function placeOfIpv6(address: string): "loopback" | "forbidden" | "elsewhere" {
  const groups = ipv6Groups(address)
  const first = groups[0] ?? 0
  if (groups.every(group => group === 0)) return "forbidden"
  if (groups.slice(0, 7).every(group => group === 0) && groups[7] === 1) return "loopback"
  const inner = embeddedIpv4(groups)
  if (inner !== undefined) return placeOfIpv4(inner)
  const isLinkLocal = first >= 0xfe80 && first <= 0xfebf
  const isMulticast = first >= 0xff00
  // AWS serves metadata at fd00:ec2::254.
  const isMetadata = first === 0xfd00 && groups[1] === 0xec2
  return isLinkLocal || isMulticast || isMetadata ? "forbidden" : "elsewhere"
}

function ipv6Groups(address: string): readonly number[] {
  const [head = "", tail] = address.split("::")
  const numbers = (text: string) =>
    text === "" ? [] : text.split(":").map(group => Number.parseInt(group, 16))
  if (tail === undefined) return numbers(head)
  const [left, right] = [numbers(head), numbers(tail)]
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right]
}

/** ::a.b.c.d, ::ffff:a.b.c.d (mapped) and 64:ff9b::a.b.c.d (NAT64). */
function embeddedIpv4(groups: readonly number[]): string | undefined {
  const [a, b, , , , f, high = 0, low = 0] = groups
  const middleIsZero = groups.slice(2, 5).every(group => group === 0)
  const isMapped = a === 0 && b === 0 && middleIsZero && (f === 0 || f === 0xffff)
  const isNat64 = a === 0x64 && b === 0xff9b && middleIsZero && f === 0
  if (!isMapped && !isNat64) return undefined
  return [high >> 8, high & 255, low >> 8, low & 255].join(".")
}
