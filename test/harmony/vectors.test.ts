// Every golden vector of test/vectors/harmony, one test each.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { o200kVocabulary } from "../../src/harmony/o200kVocabulary.ts"
import { readVectors } from "./vectorFile.ts"
import { runVector } from "./vectorRunner.ts"

const folder = fileURLToPath(new URL("../vectors/harmony", import.meta.url))
const vocabulary = await o200kVocabulary()
const vectors = await readVectors(folder)

for (const [kind, count] of Object.entries({
  render: 79,
  parse: 63,
  stream: 6,
  encode: 9,
  recovery: 38,
  leak: 8,
})) {
  describe(`harmony vectors: ${kind}`, () => {
    const ofKind = vectors.filter(vector => vector.kind === kind)
    test("are all there", () => assert.equal(ofKind.length, count))
    for (const vector of ofKind)
      test(vector.name, () => {
        const difference = runVector(vector, vocabulary)
        if (difference !== undefined) assert.deepEqual(difference.actual, difference.expected)
      })
  })
}
