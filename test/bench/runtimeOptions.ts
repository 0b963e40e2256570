// What `npm run bench -- runtime` takes beside its name: a model of gpt-oss-20b's full shape in a folder, fewer of its
// layers, and a llama-server to compare with.
import { existsSync, mkdirSync, statfsSync, statSync } from "node:fs"
import { freemem } from "node:os"
import path from "node:path"
import { parseArgs } from "node:util"
import { writeSyntheticModel } from "../support/syntheticModel.ts"

export type RuntimeBenchOptions = {
  /** A folder for the model of true shape; it is made there once and stays. */
  readonly fullShape?: string | undefined
  /** Of 24. */
  readonly layers: number
  /** Tokens of the prompt that is edited. */
  readonly promptTokens: number
  /** The program, which nothing installs. */
  readonly llamaServer?: string | undefined
}

export const vocabulary = 201_088
const allLayers = 24
/** Of one layer: the file's, and what llama.cpp copies of it. */
const [layerBytes, copiedBytes] = [454_000_000, 423_000_000]
const otherBytes = 1_240_000_000
/** Contexts, scores, and room for everybody else. */
const spareBytes = 3_000_000_000

/** Takes the arguments after the benchmark's name. Throws a sentence. */
export function runtimeOptions(args: readonly string[]): RuntimeBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "full-shape": { type: "string" },
      layers: { type: "string", default: `${allLayers}` },
      "prompt-tokens": { type: "string" },
      "llama-server": { type: "string" },
    },
  })
  const fullShape = values["full-shape"]
  return {
    fullShape,
    layers: whole("--layers", values.layers, allLayers),
    promptTokens: whole(
      "--prompt-tokens",
      values["prompt-tokens"] ?? (fullShape === undefined ? "400" : "1250"),
      3500,
    ),
    llamaServer: values["llama-server"],
  }
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`${name} takes a whole number from 1 to ${most}.`)
  return value
}

/** The model's path. Throws a sentence where disk or memory is too small. */
export function fullShapeModel(folder: string, layers: number): string {
  const file = path.join(folder, `synthetic-gpt-oss-${layers}-layers.gguf`)
  const size = otherBytes + layers * layerBytes
  if (existsSync(file) && statSync(file).size > size * 0.95) return checked(file, layers)
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < size * 1.1)
    throw new Error(`${folder} has ${gigabytes(bavail * bsize)} free; the model takes ${gigabytes(size)}.`)
  checked(file, layers)
  console.log(`Writing ${file} (${gigabytes(size)})`)
  writeSyntheticModel(file, { layers, vocabulary })
  return file
}

/** One copy of the experts beside the file, which the system may drop but then reads again and again. */
function checked(file: string, layers: number): string {
  const needed = layers * (copiedBytes + layerBytes / 2) + spareBytes
  if (freemem() < needed)
    throw new Error(`${layers} layers need ${gigabytes(needed)} of memory; ${gigabytes(freemem())} are free.`)
  return file
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
