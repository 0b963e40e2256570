// Files with random names for an end-to-end test, and the question about each. The seed is printed.
import { chosenSeed, type RandomSource, randomSources } from "../../scripts/vscodeHost/randomSource.ts"

export type RandomQuestion = RandomSource & { readonly question: string }

/** `files` is what a workspace needs to hold. */
export function randomQuestions(count: number): {
  readonly questions: readonly RandomQuestion[]
  readonly files: Readonly<Record<string, string>>
} {
  const seed = chosenSeed()
  console.log(`Seed ${seed} (OSPREY_SEED=${seed} repeats the names)`)
  const sources = randomSources(seed, count)
  return {
    questions: sources.map(source => ({ ...source, question: `What does ${source.path} do?` })),
    files: Object.fromEntries(sources.map(({ path, text }) => [path, text])),
  }
}
