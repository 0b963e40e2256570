// A model cut into several files the way llama.cpp's gguf-split does it: the first has all entries, each says which
// part it is, and every tensor is in one of them.
import { writeFileSync } from "node:fs"
import path from "node:path"
import { entryOf, type GgufContent, readGguf, writeGguf } from "./ggufContent.ts"

export type SplitOptions = {
  readonly parts: number
  /** As `--no-tensor-first-split`: what gpt-oss-120b's published parts are. */
  readonly emptyFirst?: boolean
}

/** What each part holds, so that a test can make one wrong. */
export function splitGguf(
  model: Buffer,
  { parts, emptyFirst = false }: SplitOptions,
): readonly GgufContent[] {
  const { entries, tensors } = readGguf(model)
  const each = Math.ceil(tensors.length / (emptyFirst ? parts - 1 : parts))
  return Array.from({ length: parts }, (_, no) => {
    const from = (emptyFirst ? no - 1 : no) * each
    return {
      entries: [
        ...(no === 0 ? entries : []),
        entryOf.u16("split.no", no),
        entryOf.u16("split.count", parts),
        entryOf.i32("split.tensors.count", tensors.length),
      ],
      tensors: tensors.slice(Math.max(0, from), from + each),
    }
  })
}

/** Their paths, in the order of the parts. */
export function writeParts(folder: string, parts: readonly GgufContent[], stem = "model"): readonly string[] {
  return parts.map((part, index) => {
    const file = path.join(folder, partName(stem, index + 1, parts.length))
    writeFileSync(file, writeGguf(part))
    return file
  })
}

export function partName(stem: string, number: number, count: number): string {
  const digits = (value: number) => String(value).padStart(5, "0")
  return `${stem}-${digits(number)}-of-${digits(count)}.gguf`
}
