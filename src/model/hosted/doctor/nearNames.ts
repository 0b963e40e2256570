// Which of the names in a model list somebody may have meant by a name that isn't in it. Pure; a suggestion only,
// nothing is ever chosen by it.

/** At most three, nearest first; none that has nothing in common with it. */
export function nearNames(wanted: string, listed: readonly string[]): readonly string[] {
  return listed
    .map(name => ({ name, likeness: likeness(wanted, name) }))
    .filter(each => each.likeness > 0)
    .sort((a, b) => b.likeness - a.likeness || a.name.localeCompare(b.name, "en"))
    .slice(0, 3)
    .map(({ name }) => name)
}

/** Whether a list has the model: Ollama lists "gpt-oss:latest" and takes "gpt-oss", routers take ":nitro". */
export function isListed(wanted: string, listed: readonly string[]): boolean {
  const plain = wanted.replace(/:(?:nitro|exacto|floor|latest)$/, "")
  return listed.some(name => name === wanted || name === plain || name === `${plain}:latest`)
}

/** Shared parts ("gpt", "oss", "20b") count; a size counts twice, and a difference in size weighs as much. */
function likeness(wanted: string, name: string): number {
  const [left, right] = [partsOf(wanted), partsOf(name)]
  const shared = left.filter(part => right.includes(part))
  const size = (parts: readonly string[]) => parts.find(part => /^\d+b$/.test(part))
  const [mine, theirs] = [size(left), size(right)]
  const sizes = mine === undefined || theirs === undefined ? 0 : mine === theirs ? 1 : -1
  return shared.length === 0 ? 0 : Math.max(shared.length + sizes, 0.5)
}

function partsOf(name: string): readonly string[] {
  return [...new Set(name.toLowerCase().match(/[a-z0-9]+/g) ?? [])].filter(part => part.length > 1)
}
