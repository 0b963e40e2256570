// Random programs in Python.
import type { CodePart, CodeWriter } from "./codeWriter.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"

export function pythonWriter(random: Random, names: Names): CodeWriter {
  const tab = "    "
  const typed = random.chance(0.3)
  const type = (name: string) => (typed ? `: ${name}` : "")
  const fn = (
    parameters: readonly (readonly [string, string])[],
    result: string,
    ...inner: readonly string[]
  ): CodePart => {
    const name = names.snakeFunction()
    const head = `def ${name}(${parameters.map(([each, its]) => each + type(its)).join(", ")})${typed ? ` -> ${result}` : ""}:`
    return { lines: [head, ...inner.map(line => tab + line)], defines: name }
  }
  const bodies: readonly (() => CodePart)[] = [
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "int"],
          [b, "int"],
        ],
        "int",
        `return ${a} ${random.pick(["+", "-", "*", "/"])} ${b}`,
      )
    },
    () => {
      const [a = "", total = "", each = ""] = names.variables(3)
      return fn(
        [[a, "list"]],
        "int",
        `${total} = 0`,
        `for ${each} in ${a}:`,
        `${tab}${total} += ${each}`,
        `return ${total}`,
      )
    },
    () => {
      const [a = "", each = ""] = names.variables(2)
      return fn([[a, "list"]], "list", `return [${each} * 2 for ${each} in ${a}]`)
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "int"],
          [b, "int"],
        ],
        "int",
        `if ${a} > ${b}:`,
        `${tab}return ${a}`,
        `return ${b}`,
      )
    },
    () => {
      const [a = "", file = ""] = names.variables(2)
      return fn([[a, "str"]], "str", `with open(${a}) as ${file}:`, `${tab}return ${file}.read()`)
    },
    () => {
      const [a = ""] = names.variables(1)
      return fn([[a, "str"]], "str", `return ${a}.${random.pick(["strip()", "lower()", "upper()"])}`)
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn([[a, "list"]], "int", `${b} = len(${a})`, `return ${b}`)
    },
    () => {
      const [a = "", b = ""] = names.variables(2)
      return fn(
        [
          [a, "dict"],
          [b, "str"],
        ],
        "int",
        `return ${a}.get(${b}, 0)`,
      )
    },
    () => {
      const [a = ""] = names.variables(1)
      return fn([[a, "str"]], "None", `print(${a})`)
    },
    () => {
      const name = names.typeName()
      const [a = ""] = names.variables(1)
      return {
        lines: [
          `class ${name}:`,
          `${tab}def __init__(self, ${a}):`,
          `${tab}${tab}self.${a} = ${a}`,
          "",
          `${tab}def get_${a}(self):`,
          `${tab}${tab}return self.${a}`,
        ],
        defines: name,
      }
    },
    () => {
      const name = names.snake(2)
      return {
        lines: [
          `${name} = ${random.pick([String(random.whole(0, 999)), `"${names.word()}"`, "[]", "True"])}`,
        ],
      }
    },
    () => {
      const [list = "", each = ""] = names.variables(2)
      return { lines: [`for ${each} in ${list}:`, `${tab}print(${each})`] }
    },
  ]
  return {
    language: "python",
    part: () => random.pick(bodies)(),
    importLine: () =>
      random.pick([
        `import ${random.pick(["os", "sys", "json", "re", "time"])}`,
        `from ${names.snake()} import ${names.snakeFunction()}`,
        `import ${names.snake()}`,
      ]),
    comment: line => `# ${line}`,
  }
}
