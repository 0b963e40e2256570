// Contents of files for the dialogues: code, prose, data, with first lines of every kind.
import { codeWriter } from "./code.ts"
import type { CodeLanguage } from "./codeWriter.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"

export type SampleFile = {
  readonly path: string
  readonly text: string
  readonly firstLine: string
  /** What the first definition in it is called. */
  readonly defines?: string
}

const languages: Readonly<Record<string, CodeLanguage>> = {
  ts: "typescript",
  tsx: "typescript",
  js: "javascript",
  mjs: "javascript",
  py: "python",
}

const adjectives = "small fast old new simple open safe strict shared local common daily final early".split(
  " ",
)

/** `parts`: about how many functions or paragraphs it holds. */
export function sampleFile(random: Random, names: Names, parts: number, path = names.path()): SampleFile {
  const extension = path.split(".").at(-1) ?? ""
  const language = languages[extension]
  const { lines, defines } =
    language === undefined
      ? plainLines(random, names, extension, parts)
      : codeLines(random, names, language, parts)
  return {
    path,
    text: `${lines.join("\n")}\n`,
    firstLine: lines[0] ?? "",
    ...(defines === undefined ? {} : { defines }),
  }
}

/** The name for a fence: the file's extension. */
export function fenceName(path: string): string {
  const name = path.split("/").at(-1) ?? ""
  return name.includes(".") ? (name.split(".").at(-1) ?? "") : ""
}

function codeLines(random: Random, names: Names, language: CodeLanguage, parts: number) {
  const writer = codeWriter(random, names, language)
  const lines: string[] = []
  if (random.chance(0.12)) lines.push(writer.comment(sentence(random, names)))
  if (random.chance(0.04)) lines.unshift(language === "python" ? "#!/usr/bin/env python3" : '"use strict"')
  if (random.chance(0.3)) lines.push(...Array.from({ length: random.whole(1, 3) }, writer.importLine), "")
  let defines: string | undefined
  for (let index = 0; index < parts; index++) {
    const part = writer.part()
    if (random.chance(0.15)) lines.push(writer.comment(sentence(random, names)))
    lines.push(...part.lines)
    if (index < parts - 1) lines.push("")
    defines ??= part.defines
  }
  return { lines, defines }
}

function plainLines(
  random: Random,
  names: Names,
  extension: string,
  parts: number,
): { lines: string[]; defines?: string } {
  const some = (make: () => string) => Array.from({ length: parts * 2 }, make)
  switch (extension) {
    case "md":
      return { lines: [`# ${title(names)}`, "", ...some(() => sentence(random, names))] }
    case "json":
      return {
        lines: [
          "{",
          ...some(
            () =>
              `  "${names.word()}": ${random.pick([`"${names.word()}"`, String(random.whole(0, 99)), "true"])},`,
          ),
          `  "${names.word()}": null`,
          "}",
        ],
      }
    case "css":
      return {
        lines: some(
          () =>
            `.${names.word()} { ${random.pick(["color: red", "margin: 0", `width: ${random.whole(1, 99)}px`])}; }`,
        ),
      }
    case "yaml":
      return {
        lines: some(() => `${names.word()}: ${random.pick([names.word(), String(random.whole(0, 99))])}`),
      }
    case "go":
      return { lines: [`package ${names.word()}`, "", ...some(() => `// ${sentence(random, names)}`)] }
    case "html":
      return {
        lines: [
          "<!doctype html>",
          `<title>${title(names)}</title>`,
          ...some(() => `<p>${sentence(random, names)}</p>`),
        ],
      }
    case "sh":
      return { lines: ["#!/bin/sh", ...some(() => `echo ${names.word()}`)] }
    default:
      return { lines: some(() => sentence(random, names)) }
  }
}

export function sentence(random: Random, names: Names): string {
  const [one, two] = [names.word(), names.word()]
  const adjective = random.pick(adjectives)
  return random.pick([
    `Returns the ${one} of the ${two}.`,
    `The ${adjective} ${one} comes before the ${two}.`,
    `Every ${one} has one ${adjective} ${two}.`,
    `TODO: ${one} the ${two}`,
    `Copyright ${random.whole(1990, 2030)} ${one} ${two}`,
    `Keep the ${two} ${adjective} and the ${one} closed.`,
    `${one} and ${two}`,
  ])
}

function title(names: Names): string {
  return names.words(2).join(" ")
}
