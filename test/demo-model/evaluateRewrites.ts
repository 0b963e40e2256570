// The code actions besides Fix, through the product's own prompts: Document, Write tests, Refactor as far as it is
// trained (renaming a parameter).
import { rewriteSelection } from "../../src/actions/rewriteSelection.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { renameInstructions, sumFunction, testsOf } from "./actionTurns.ts"
import type { Names } from "./names.ts"
import type { Random } from "./random.ts"
import type { Score } from "./score.ts"

const never = new AbortController().signal

/** `count` of each. */
export async function evaluateRewrites(
  model: LanguageModel,
  random: Random,
  names: Names,
  count: number,
  score: Score,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const path = names.path("ts")
    const { name, parameters, code } = sumFunction(random, names)
    const [one] = parameters
    const [changed = ""] = names.words(1)
    const ask = async (task: Parameters<typeof rewriteSelection>[0]["task"]) => {
      const lines = { first: 0, last: 2 }
      const rewrite = await rewriteSelection(
        { model, task, path, languageId: "typescript", text: code, lines },
        never,
      )
      return rewrite.ok ? rewrite.text : rewrite.reason
    }

    const documented = await ask({ action: "document" })
    const comment = documented.slice(0, -code.length)
    score.add(
      "Document: a comment above the unchanged code",
      documented.endsWith(code) && /^\/\*\*[\s\S]*\*\/\n$/.test(comment),
      `${code} → ${documented}`,
    )

    const tests = await ask({ action: "writeTests", testPath: path.replace(/\.ts$/, ".test.ts") })
    score.add(
      "Write tests: a test that imports and calls the function",
      tests.trimEnd() === testsOf(name, path),
      `${path} ${code} → ${tests}`,
    )

    const renamed = await ask({
      action: "refactor",
      instruction: random.pick(renameInstructions)(one, changed),
    })
    score.add(
      "Refactor: a parameter is renamed",
      renamed === code.replaceAll(new RegExp(`\\b${one}\\b`, "g"), changed),
      `${one} → ${changed}: ${code} → ${renamed}`,
    )
  }
}
