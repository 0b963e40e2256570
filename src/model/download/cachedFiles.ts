// Candidates for gpt-oss models in the folders of other programs, found by name. Bounded: it looks at so many entries,
// so deep, and follows no folder that is a link.
import { readdir, readFile, stat } from "node:fs/promises"
import path from "node:path"
import * as v from "valibot"
import type { ModelCache } from "./modelCaches.ts"

export type CachedFile = { readonly path: string; readonly label: string; readonly bytes: number }

const maxEntries = 20_000
const maxDepth = 6
const modelName = /gpt[-_]?oss/i
/** llama.cpp minds the case here. */
const part = /-(\d{5})-of-(\d{5})\.gguf$/

export function cachedFilesOf(
  { folder, layout }: ModelCache,
  signal: AbortSignal,
): Promise<readonly CachedFile[]> {
  return layout === "ollama" ? ollamaModels(folder, signal) : ggufFiles(folder, signal)
}

/** GGUF files whose path names gpt-oss; of a model in parts the first one, when all are there. */
async function ggufFiles(folder: string, signal: AbortSignal): Promise<readonly CachedFile[]> {
  const files = (await filesUnder(folder, signal)).filter(
    file =>
      /\.gguf$/i.test(file) &&
      modelName.test(path.relative(folder, file)) &&
      !/mmproj|imatrix/i.test(path.basename(file)),
  )
  const all = new Set(files)
  const found: CachedFile[] = []
  for (const file of files) {
    const [ending = "", number, count] = part.exec(file) ?? []
    if (number !== undefined && Number(number) !== 1) continue
    const stem = file.slice(0, file.length - ending.length)
    const parts = Array.from({ length: Math.min(Number(count ?? 1), files.length + 1) }, (_, at) =>
      count === undefined ? file : `${stem}-${String(at + 1).padStart(5, "0")}-of-${count}.gguf`,
    )
    if (!parts.every(each => all.has(each))) continue
    const sizes = await Promise.all(parts.map(sizeOf))
    if (sizes.includes(0)) continue
    const label = path.basename(stem).replace(/\.gguf$/i, "")
    found.push({ path: file, label, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) })
  }
  return found
}

const manifest = v.object({
  layers: v.array(
    v.object({ mediaType: v.string(), digest: v.pipe(v.string(), v.regex(/^sha256[:-][0-9a-f]{64}$/)) }),
  ),
})
const maxManifest = 1_048_576

/** Of `manifests/HOST/OWNER/MODEL/TAG`, each naming the blob that is the GGUF file. */
async function ollamaModels(folder: string, signal: AbortSignal): Promise<readonly CachedFile[]> {
  const manifests = path.join(folder, "manifests")
  const found: CachedFile[] = []
  for (const file of await filesUnder(manifests, signal)) {
    const names = path.relative(manifests, file).split(path.sep)
    const label = names.slice(-2).join(":")
    if (names.length < 3 || !modelName.test(names.join("/"))) continue
    const digest = await modelDigest(file)
    if (digest === undefined) continue
    const blob = path.join(folder, "blobs", digest.replace(":", "-"))
    const bytes = await sizeOf(blob)
    if (bytes > 0) found.push({ path: blob, label, bytes })
  }
  return found
}

async function modelDigest(file: string): Promise<string | undefined> {
  if ((await sizeOf(file)) > maxManifest) return undefined
  try {
    const parsed = v.safeParse(manifest, JSON.parse(await readFile(file, "utf8")))
    if (!parsed.success) return undefined
    return parsed.output.layers.find(({ mediaType }) => mediaType === "application/vnd.ollama.image.model")
      ?.digest
  } catch {
    return undefined
  }
}

/** Files, and links to files, breadth first. */
async function filesUnder(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const files: string[] = []
  let seen = 0
  let level = [folder]
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: string[] = []
    for (const each of level) {
      if (signal.aborted || seen > maxEntries) return files
      const entries = await readdir(each, { withFileTypes: true }).catch(() => [])
      seen += entries.length
      for (const entry of entries) {
        if (entry.isDirectory()) next.push(path.join(each, entry.name))
        else if (entry.isFile() || entry.isSymbolicLink()) files.push(path.join(each, entry.name))
      }
    }
    level = next
  }
  return files
}

/** 0 for what is no readable file. */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true ? found.size : 0
}
