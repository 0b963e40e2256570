// The row "What the server said": a server's error body as short plain text without anything that looks like a
// key. Servers echo requests, headers included, so this is the only way such text goes up.

/** Characters; more than a person reads. */
const maxLength = 2048

/** Characters looked at: the shapes below must stay cheap whatever a server sends. */
const maxInput = 16_384

/** `body` is parsed JSON or text. Empty when the server said nothing readable. `key` is cut out literally. */
export function serverSaid(body: unknown, key: string | undefined): string {
  const text = readable(body)
  // A key that the cut went through isn't found any more, so its possible beginning goes too.
  const clean = withoutKeys(text, key)
  const whole = text.length < maxInput ? clean : clean.slice(0, -Math.max(key?.length ?? 0, 256))
  return whole.length > maxLength ? `${whole.slice(0, maxLength)}…` : whole
}

/** Cuts out the key itself and everything that looks like one. */
export function withoutKeys(text: string, key: string | undefined): string {
  const trimmed = key?.trim() ?? ""
  const withoutOwn = trimmed === "" ? text : text.replaceAll(trimmed, cut)
  return keyShapes.reduce((rest, shape) => rest.replace(shape, `$1${cut}`), withoutOwn)
}

const cut = "[key]"

/** Each has one group: what stays. */
const keyShapes = [
  /(\bbearer\s+)(?!\[key\])[^\s"',;<>]+/gi,
  /((?:authorization|api[-_]?key|x-api-key|access[-_]?token|secret)["']?\s*[:=]\s*["']?)(?!bearer\b|\[key\])[^\s"'&,;<>]+/gi,
  /([?&](?:key|token|sig|signature)=)[^\s"'&<>]+/gi,
  /()\b(?:sk|pk|rk)-[A-Za-z0-9_*-]{4,}/g,
  /()\b(?:gsk|hf|fma|csk|fw|xai|tgp_v1|nvapi)[_-][A-Za-z0-9_-]{8,}/g,
]

function readable(body: unknown): string {
  const text = (typeof body === "string" ? body : (messageOf(body) ?? stringOf(body))).slice(0, maxInput)
  const isHtml = /^\s*<(?:!doctype|html)/i.test(text)
  const plain = isHtml
    ? text.replace(/<(script|style)\b[\s\S]{0,2000}?<\/\1>/gi, " ").replace(/<[^<>]*>/g, " ")
    : text
  const spaced = isHtml ? plain.replace(/\s+/g, " ") : plain
  return spaced
    .slice(0, maxInput)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
    .trim()
}

/** The sentence inside the shapes that servers use; OpenRouter has the provider's own words in `metadata.raw`. */
function messageOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined
  if ("error" in body) return typeof body.error === "string" ? body.error : messageOf(body.error)
  const candidates = [
    "message" in body ? body.message : undefined,
    "status_message" in body ? body.status_message : undefined,
    "detail" in body ? body.detail : undefined,
  ]
  const sentence = candidates.find(value => typeof value === "string" && value !== "")
  const metadata = "metadata" in body && typeof body.metadata === "object" ? body.metadata : null
  const raw =
    metadata !== null && "raw" in metadata && typeof metadata.raw === "string" ? metadata.raw : undefined
  if (typeof sentence !== "string") return raw
  return raw === undefined ? sentence : `${sentence}\n${raw}`
}

function stringOf(body: unknown): string {
  if (body === undefined || body === null) return ""
  try {
    return JSON.stringify(body)
  } catch {
    return ""
  }
}
