// Small TypeScript files with one error each, of the kinds that the demo model is taught to repair: since the error is
// made here, the right line is known.
import { codeWriter } from "./code.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"

/** A file with an error in it. */
export type BrokenFile = {
  readonly kind: BrokenKind
  readonly path: string
  readonly lines: readonly string[]
  /** The line of the error, from 0, and how it reads when it is repaired. */
  readonly errorLine: number
  readonly problem: { readonly at: string; readonly message: string }
  /** The line that has to change, and what it becomes. */
  readonly changedLine: number
  readonly right: string
  readonly thought: string
}

/** The kinds of errors that are trained. */
export const brokenKinds = [
  "misspelled name",
  "misspelled property",
  "text for a number",
  "parameter without type",
  "missing bracket",
  "change of a constant",
] as const

export type BrokenKind = (typeof brokenKinds)[number]

/** A file with one error, alone or among other code (which may use names that are nowhere declared). */
export function brokenFile(random: Random, names: Names, kind: BrokenKind, alone = false): BrokenFile {
  const { lines, error, problem, right, thought, changed = error } = broken(random, names, kind)
  const writer = codeWriter(random, names, "typescript")
  const before = !alone && random.chance(0.3) ? [...writer.part().lines, ""] : []
  const after = !alone && random.chance(0.3) ? ["", ...writer.part().lines] : []
  return {
    kind,
    path: names.path("ts"),
    lines: [...before, ...lines, ...after],
    errorLine: before.length + error,
    changedLine: before.length + changed,
    problem,
    right,
    thought,
  }
}

type Broken = {
  readonly lines: readonly string[]
  readonly error: number
  readonly changed?: number
  readonly problem: BrokenFile["problem"]
  readonly right: string
  readonly thought: string
}

function broken(random: Random, names: Names, kind: BrokenKind): Broken {
  const [one = "", two = "", three = ""] = names.words(3)
  const end = random.chance(0.6) ? ";" : ""
  const tab = random.chance(0.6) ? "  " : "    "
  const name = names.functionName()
  const fn = (head: string, ...inner: readonly string[]) => [head, ...inner.map(line => tab + line), "}"]
  const last = `return ${random.pick(["0", "1"])}${end}`
  switch (kind) {
    case "misspelled name": {
      const typo = mistyped(random, one)
      const form = random.pick<(word: string) => string>([
        word => `return ${word}${end}`,
        word => `console.log(${word})${end}`,
        word => `return ${word} + 1${end}`,
      ])
      return {
        lines: fn(`export function ${name}(${one}: number) {`, form(typo)),
        error: 1,
        right: tab + form(one),
        problem: { at: typo, message: `Cannot find name '${typo}'. Did you mean '${one}'?` },
        thought: `\`${typo}\` must be \`${one}\`.`,
      }
    }
    case "misspelled property": {
      const [proper, typo, use] = random.pick([
        ["length", "lenght", ""],
        ["trim", "trimm", "()"],
        ["toUpperCase", "toUppercase", "()"],
        ["toLowerCase", "toLowercase", "()"],
        ["includes", "include", '("a")'],
      ] as const)
      const form = random.pick<(word: string) => string>([
        word => `return ${one}.${word}${use}${end}`,
        word => `console.log(${one}.${word}${use})${end}`,
      ])
      return {
        lines: fn(`export function ${name}(${one}: string) {`, form(typo)),
        error: 1,
        right: tab + form(proper),
        problem: {
          at: typo,
          message: `Property '${typo}' does not exist on type 'string'. Did you mean '${proper}'?`,
        },
        thought: `\`${typo}\` must be \`${proper}\`.`,
      }
    }
    case "text for a number": {
      const value = random.whole(0, 9999)
      const head = random.pick([
        `export const ${one}: number = `,
        `const ${one}: number = `,
        `let ${one}: number = `,
      ])
      const inside = random.chance(0.5)
      const declared = inside ? head.replace("export ", "") : head
      const lines = inside
        ? fn(`export function ${name}() {`, `${declared}"${value}"${end}`, `return ${one}${end}`)
        : [`${declared}"${value}"${end}`]
      return {
        lines,
        error: inside ? 1 : 0,
        right: `${inside ? tab : ""}${declared}${value}${end}`,
        problem: { at: one, message: "Type 'string' is not assignable to type 'number'." },
        thought: "The value must be a number, without quotes.",
      }
    }
    case "parameter without type": {
      const head = `function ${name}(${one}`
      const inner = random.chance(0.5) ? [`console.log(${one})${end}`] : [`console.log(${one})${end}`, last]
      const exported = random.chance(0.7) ? "export " : ""
      return {
        lines: fn(`${exported}${head}) {`, ...inner),
        error: 0,
        right: `${exported}${head}: unknown) {`,
        problem: { at: one, message: `Parameter '${one}' implicitly has an 'any' type.` },
        thought: "The parameter needs a type.",
      }
    }
    case "missing bracket": {
      const form = random.pick([
        `return Math.max(${one}, ${two}`,
        `console.log(${one} + ${two}`,
        `const ${three} = Math.min(${one}, ${two}`,
      ])
      const lines = fn(`export function ${name}(${one}: number, ${two}: number) {`, form + end)
      return {
        lines,
        error: end === "" ? 2 : 1,
        changed: 1,
        right: `${tab}${form})${end}`,
        problem: { at: end === "" ? "}" : ";", message: "')' expected." },
        thought: "A bracket is missing.",
      }
    }
    case "change of a constant": {
      const value = random.whole(0, 99)
      const lines = fn(
        `export function ${name}(${two}: number) {`,
        `const ${one} = ${value}${end}`,
        `${one} += ${two}${end}`,
        `return ${one}${end}`,
      )
      return {
        lines,
        error: 2,
        changed: 1,
        right: `${tab}let ${one} = ${value}${end}`,
        problem: { at: one, message: `Cannot assign to '${one}' because it is a constant.` },
        thought: `\`${one}\` must be declared with let.`,
      }
    }
  }
}

/** A letter doubled, dropped or swapped, never the first. */
function mistyped(random: Random, word: string): string {
  const at = random.whole(1, word.length - 1)
  const typo = random.pick([
    word.slice(0, at) + word.charAt(at) + word.slice(at),
    word.length > 3 ? word.slice(0, at) + word.slice(at + 1) : `${word}s`,
    at < word.length - 1
      ? word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
      : `${word}e`,
  ])
  return typo === word ? `${word}x` : typo
}
