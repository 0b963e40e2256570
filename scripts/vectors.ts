// `npm run vectors -- DIR`: runs the Harmony golden vectors of any folder (format: test/vectors/harmony/README.md).
// Prints each failure and, last, `N passed, M failed`. Exit code 1: some failed; 2: there was nothing to run.
import { o200kVocabulary } from "../src/harmony/o200kVocabulary.ts"
import type { Difference } from "../test/harmony/difference.ts"
import { readVectors, type Vector } from "../test/harmony/vectorFile.ts"
import { runVector } from "../test/harmony/vectorRunner.ts"

process.exitCode = await main(process.argv.slice(2))

async function main([folder, ...more]: readonly string[]): Promise<0 | 1 | 2> {
  if (folder === undefined || more.length > 0) return stop("Usage: npm run vectors -- DIR")
  try {
    return await run(await readVectors(folder))
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error))
  }
}

async function run(vectors: readonly Vector[]): Promise<0 | 1 | 2> {
  if (vectors.length === 0) return stop("The folder's files hold no vectors.")
  const vocabulary = await o200kVocabulary()
  let failed = 0
  for (const vector of vectors) {
    const difference = runVector(vector, vocabulary)
    if (difference === undefined) continue
    failed++
    console.log(`${vector.kind} ${vector.name}\n${describe(difference)}`)
  }
  console.log(`${vectors.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** Both sides from shortly before the first character in which they differ. */
function describe({ expected, actual }: Difference): string {
  const [wanted, got] = [JSON.stringify(expected) ?? "nothing", JSON.stringify(actual) ?? "nothing"]
  const differs = [...wanted].findIndex((_, at) => wanted[at] !== got[at])
  const from = Math.max(0, differs - 40)
  const excerpt = (text: string) => (from > 0 ? "…" : "") + text.slice(from, from + 200)
  return `  expected ${excerpt(wanted)}\n  got      ${excerpt(got)}`
}

function stop(reason: string): 2 {
  console.error(reason)
  return 2
}
