// What may be in a VSIX (SEC-053): an allow-list, so that a file nobody thought of can't ship, and the size that
// people download at most. Reads the archive's own table of contents.
import { readFileSync } from "node:fs"

/** Bytes. The marketplace takes more; people on slow lines don't. */
export const largestVsix = 60_000_000

const allowed: readonly RegExp[] = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD-PARTY\.md)$/,
  /^extension\/media\/(icon\.png|osprey-activity\.svg|osprey-icons\.woff|demo-model\.(gguf|md))$/,
  /^extension\/media\/walkthrough\/[\w-]+\.svg$/,
  /^extension\/dist\/extension\.cjs$/,
  /^extension\/dist\/lazy\/(openai|o200k|endpoints|questions|downloads|fit)\.cjs$/,
  /^extension\/dist\/runtime\/main\.mjs$/,
  /^extension\/dist\/llama\/binariesGithubRelease\.json$/,
  /^extension\/dist\/bins\/[\w-]+\/([\w.-]+\.(so|dll|dylib|node|metal)|lib[\w.-]+|_nlcBuildMetadata\.json)$/,
  /^extension\/dist\/ripgrep\/rg(\.exe)?$/,
  /^extension\/dist\/webview\/(page\.(js|css)|highlight\.js|codicon\.(css|ttf))$/,
]

export type VsixFaults = {
  /** Files that no rule allows. */
  readonly notAllowed: readonly string[]
  /** Rules without a file: something is missing. */
  readonly missing: readonly string[]
  readonly tooLarge: boolean
}

export function vsixFaults(file: string): VsixFaults {
  const zip = readFileSync(file)
  const names = namesInZip(zip)
  return {
    notAllowed: names.filter(name => !allowed.some(pattern => pattern.test(name))),
    missing: allowed.filter(pattern => !names.some(name => pattern.test(name))).map(String),
    tooLarge: zip.length > largestVsix,
  }
}

/** Names in a zip's central directory (PKWARE APPNOTE 4.3.12). */
function namesInZip(zip: Buffer): readonly string[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"))
  let at = zip.readUInt32LE(end + 16)
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [name, extra, comment] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset))
    const text = zip.toString("utf8", at + 46, at + 46 + (name ?? 0))
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
    return text
  })
}
