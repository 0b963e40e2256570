// Where tests of a file go, by the customs of its language and of the files beside it. Reads nothing.

/** `path` and the result: with `/`. `siblings`: names of the files in the same folder. */
export function testPath(path: string, languageId: string, siblings: readonly string[]): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1)
  const file = path.slice(folder.length)
  const dot = file.lastIndexOf(".")
  const [name, ending] = dot > 0 ? [file.slice(0, dot), file.slice(dot)] : [file, ""]
  const named = customs[languageId]
  if (named !== undefined) return folder + named(name, ending)
  const word = siblings.some(sibling => /\.spec\.[^.]+$/.test(sibling)) ? "spec" : "test"
  return `${folder}${name}.${word}${ending}`
}

const customs: Readonly<Record<string, (name: string, ending: string) => string>> = {
  python: (name, ending) => `test_${name}${ending}`,
  go: (name, ending) => `${name}_test${ending}`,
  rust: (name, ending) => `${name}_test${ending}`,
  c: (name, ending) => `${name}_test${ending}`,
  cpp: (name, ending) => `${name}_test${ending}`,
  dart: (name, ending) => `${name}_test${ending}`,
  elixir: (name, _ending) => `${name}_test.exs`,
  ruby: (name, ending) => `${name}_spec${ending}`,
  java: (name, ending) => `${name}Test${ending}`,
  kotlin: (name, ending) => `${name}Test${ending}`,
  scala: (name, ending) => `${name}Test${ending}`,
  php: (name, ending) => `${name}Test${ending}`,
  swift: (name, ending) => `${name}Tests${ending}`,
  csharp: (name, ending) => `${name}Tests${ending}`,
}
