// Certificates made on the spot for https tests, so that no key lies in the repository: X.509 v3, P-256, signed by
// themselves. Just enough DER (RFC 5280) for that.
import { generateKeyPairSync, sign, X509Certificate } from "node:crypto"

export type Certificate = { readonly key: string; readonly cert: string }

export type CertificateFacts = {
  /** DNS names it is for. */
  readonly names: readonly string[]
  readonly from: Date
  readonly until: Date
}

export function selfSignedCertificate({ names, from, until }: CertificateFacts): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const name = sequence(set(sequence(oid("550403"), der(0x0c, Buffer.from("Osprey test")))))
  const algorithm = sequence(oid("2a8648ce3d040302"))
  const subjectNames = sequence(...names.map(text => der(0x82, Buffer.from(text))))
  const extensions = sequence(sequence(oid("551d11"), der(0x04, subjectNames)))
  const body = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]))
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: new X509Certificate(sequence(body, algorithm, signature)).toString(),
  }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function set(part: Buffer): Buffer {
  return der(0x31, part)
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"))
}

/** GeneralizedTime, e.g. "20260101000000Z". */
function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, "")
  return der(0x18, Buffer.from(text))
}
