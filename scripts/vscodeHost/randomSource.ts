// A small source file that nobody can know in advance: random name, random first line, from a seed that is printed
// so that a run can be had again. Knows nothing of who asks about it.
import { randomInt } from "node:crypto"

export type RandomSource = {
  /** e.g. "src/quokkaBudget.ts" */
  readonly path: string
  readonly firstLine: string
  readonly text: string
}

/** `OSPREY_SEED` if it is set, else a fresh one. */
export function chosenSeed(): number {
  const given = Number.parseInt(process.env.OSPREY_SEED ?? "", 10)
  return Number.isNaN(given) ? randomInt(1_000_000) : given
}

/** The same seed gives the same files. Names don't repeat. */
export function randomSources(seed: number, count: number): readonly RandomSource[] {
  const random = mulberry32(seed)
  const sources = new Map<string, RandomSource>()
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? ""
  while (sources.size < count) {
    const [first, second, verb, thing, argument] = [
      pick(words),
      pick(words),
      pick(verbs),
      pick(words),
      pick(words),
    ]
    if (new Set([first, second, thing, argument]).size < 4) continue // the demo model gets lost in repetitions
    const name = `${first}${capital(second)}`
    const firstLine = `export function ${verb}${capital(thing)}(${argument}: number[]): number {`
    const text = `${firstLine}\n    let total = 0;\n    for (const value of ${argument}) {\n        total += value;\n    }\n    return total;\n}\n`
    sources.set(name, { path: `${pick(folders)}/${name}.ts`, firstLine, text })
  }
  return [...sources.values()]
}

/** Tommy Ettinger's generator of 32 bits of state: small, even, and the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

const folders = ["src", "lib", "app", "core"]

const verbs =
  "build check compute convert count create fetch find format load merge parse print read render save send sort split update validate write".split(
    " ",
  )

const words = [
  ..."account address amount article author average balance block book buffer button cache cart category chart".split(
    " ",
  ),
  ..."circle city client clock color comment country date digit discount email event factor field file filter".split(
    " ",
  ),
  ..."folder frame graph group height image index invoice item label level limit list match matrix member".split(
    " ",
  ),
  ..."message metric number offset order page payment phone player point price product profile query queue rank".split(
    " ",
  ),
  ..."rate report request route score session shape speed square stock sum table task tax team ticket timer".split(
    " ",
  ),
  ..."title token total user value vector volume width".split(" "),
]
