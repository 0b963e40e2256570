// Random programs in TypeScript or JavaScript.
import type { CodePart, CodeWriter } from "./codeWriter.ts"
import { capital, type Names } from "./names.ts"
import type { Random } from "./random.ts"

export function scriptWriter(random: Random, names: Names, typed: boolean): CodeWriter {
  const end = random.chance(0.6) ? ";" : ""
  const tab = random.chance(0.6) ? "  " : "    "
  const quote = random.chance(0.75) ? '"' : "'"
  const type = (name: string) => (typed ? `: ${name}` : "")
  const text = (value: string) => quote + value + quote
  const block = (head: string, ...inner: readonly string[]) => [
    `${head} {`,
    ...inner.map(line => tab + line),
    "}",
  ]
  const exported = random.chance(0.6) ? "export " : ""

  const fn = (
    parameters: readonly (readonly [string, string])[],
    result: string,
    ...inner: readonly string[]
  ): CodePart => {
    const name = names.functionName()
    const list = parameters.map(([each, its]) => each + type(its)).join(", ")
    const lines =
      random.chance(0.85) || inner.length > 1
        ? block(`${exported}function ${name}(${list})${type(result)}`, ...inner)
        : [
            `${exported}const ${name} = (${list})${type(result)} => ${(inner[0] ?? "").replace(/^return /, "")}`,
          ]
    return { lines, defines: name }
  }
  const bodies: readonly (() => CodePart)[] = [
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "number"],
          [b, "number"],
        ],
        "number",
        `return ${a} ${random.pick(["+", "-", "*", "/"])} ${b}${end}`,
      )
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "string"],
          [b, "string"],
        ],
        "string",
        `return ${a} + ${b}${end}`,
      )
    },
    () => {
      const [a = "", total = "", each = ""] = names.variables(3)
      return fn(
        [[a, "number[]"]],
        "number",
        `let ${total} = 0${end}`,
        `for (const ${each} of ${a}) {`,
        `${tab}${total} += ${each}${end}`,
        "}",
        `return ${total}${end}`,
      )
    },
    () => {
      const [a = ""] = names.variables(1)
      return fn(
        [[a, "string"]],
        "string",
        `return ${a}.${random.pick(["trim()", "toLowerCase()", "toUpperCase()"])}${end}`,
      )
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "number"],
          [b, "number"],
        ],
        "number",
        `if (${a} > ${b}) {`,
        `${tab}return ${a}${end}`,
        "}",
        `return ${b}${end}`,
      )
    },
    () => {
      const [a = "", each = ""] = names.variables(2)
      const what = random.pick([
        `filter(${each} => ${each} > 0)`,
        `map(${each} => ${each} * 2)`,
        `map(${each} => ${each} + 1)`,
      ])
      return fn([[a, "number[]"]], "number[]", `return ${a}.${what}${end}`)
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "string[]"],
          [b, "string"],
        ],
        "boolean",
        `return ${a}.includes(${b})${end}`,
      )
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [[a, "string[]"]],
        "string",
        `const ${b} = ${a}.join(${text(random.pick([", ", "-", " "]))})${end}`,
        `return ${b}${end}`,
      )
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn([[a, "string"]], "number", `const ${b} = ${a}.length${end}`, `return ${b}${end}`)
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, typed ? "Map<string, number>" : "Map"],
          [b, "string"],
        ],
        "number",
        `return ${a}.get(${b}) ?? 0${end}`,
      )
    },
    () => {
      const [a = ""] = names.variables(1)
      return fn([[a, "string"]], "void", `console.log(${a})${end}`)
    },
    () => {
      const name = names.typeName()
      const [a = ""] = names.variables(1)
      return {
        lines: [
          `${exported}class ${name} {`,
          ...(typed ? [`${tab}private ${a}: number${end}`, ""] : []),
          `${tab}constructor(${a}${type("number")}) {`,
          `${tab}${tab}this.${a} = ${a}${end}`,
          `${tab}}`,
          "",
          `${tab}get${capital(a)}()${type("number")} {`,
          `${tab}${tab}return this.${a}${end}`,
          `${tab}}`,
          "}",
        ],
        defines: name,
      }
    },
    () => {
      if (!typed) return constant()
      const name = names.typeName()
      const fields = names
        .variables(random.whole(2, 4))
        .map(field => `${tab}${field}: ${random.pick(["number", "string", "boolean"])}${end}`)
      return {
        lines: [
          random.chance(0.5) ? `${exported}interface ${name} {` : `${exported}type ${name} = {`,
          ...fields,
          "}",
        ],
        defines: name,
      }
    },
    () => constant(),
    () => {
      const [list = "", each = ""] = names.variables(2)
      return { lines: [`for (const ${each} of ${list}) {`, `${tab}console.log(${each})${end}`, "}"] }
    },
    () => {
      const [list = ""] = names.variables(1)
      const i = random.pick(["i", "j", "index"])
      return {
        lines: [
          `for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {`,
          `${tab}console.log(${list}[${i}])${end}`,
          "}",
        ],
      }
    },
  ]
  const constant = (): CodePart => {
    const name = names.variable()
    const value = random.pick([
      String(random.whole(0, 999)),
      text(names.word()),
      "true",
      "[]",
      `[${random.whole(1, 9)}, ${random.whole(1, 9)}]`,
    ])
    return { lines: [`${exported}const ${name} = ${value}${end}`], defines: name }
  }
  return {
    language: typed ? "typescript" : "javascript",
    part: () => random.pick(bodies)(),
    importLine: () => {
      const name = random.chance(0.5) ? names.functionName() : names.typeName()
      const from = `./${names.word()}${random.pick(["", ".ts", ".js"])}`
      return random.weighted([
        [6, `import { ${name} } from ${text(from)}${end}`],
        [
          1,
          `import ${random.pick(["path", "fs", "os"])} from ${text(random.pick(["node:path", "node:fs", "node:os"]))}${end}`,
        ],
        [1, `import * as ${names.word()} from ${text(names.word())}${end}`],
      ])
    },
    comment: line => (random.chance(0.3) ? `/** ${line} */` : `// ${line}`),
  }
}
