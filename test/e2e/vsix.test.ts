// SEC-053: what is in the package. The list is an allow-list; a file that isn't on it must not ship.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { builtVsix } from "../../scripts/vscodeHost/buildOsprey.ts"

const allowed: readonly RegExp[] = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt|THIRD-PARTY\.md)$/,
  /^extension\/media\/(icon\.png|osprey-activity\.svg|osprey-icons\.woff|demo-model\.(gguf|md))$/,
  /^extension\/media\/walkthrough\/[\w-]+\.(md|svg)$/,
  /^extension\/dist\/extension\.cjs$/,
  /^extension\/dist\/lazy\/(openai|o200k)\.cjs$/,
  /^extension\/dist\/runtime\/main\.mjs$/,
  /^extension\/dist\/llama\/binariesGithubRelease\.json$/,
  /^extension\/dist\/bins\/[\w-]+\/([\w.-]+\.(so|dll|dylib|node|metal)|lib[\w.-]+|_nlcBuildMetadata\.json)$/,
  /^extension\/dist\/ripgrep\/rg(\.exe)?$/,
  /^extension\/dist\/webview\/(page\.(js|css)|highlight\.js|codicon\.(css|ttf))$/,
]

test("the VSIX holds what it should, and nothing else", () => {
  const names = namesInZip(readFileSync(builtVsix()))
  assert.deepEqual(
    names.filter(name => !allowed.some(pattern => pattern.test(name))),
    [],
  )
  assert.deepEqual(
    allowed
      .slice(0, 4)
      .concat(allowed.slice(5))
      .filter(pattern => !names.some(name => pattern.test(name))),
    [],
    "every kind of file is there",
  )
})

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
