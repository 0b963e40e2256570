// Which passages of other open files are shown beside the code at the cursor.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type OpenDocument, relatedPassages } from "../../src/context/relatedPassages.ts"

function document(path: string, text: string): OpenDocument {
  return { path, fullPaths: [`/work/${path}`], languageId: "typescript", text }
}

const around = "const net = lines.reduce((sum, line) => sum + priceOf(line, taxRate), 0)"
const price = document(
  "src/price.ts",
  "export function priceOf(line: Line, taxRate: number) {\n  return line.net * taxRate\n}",
)
const colour = document(
  "src/colour.ts",
  "export const background = [255, 128, 0]\nexport const foreground = [1, 2, 3]",
)

test("the passage that uses the same names, the likest last", () => {
  const near = document("src/sum.ts", "const net = lines.reduce((sum, line) => sum + priceOf(line), 0)")
  assert.deepEqual(
    relatedPassages(around, [near, price, colour], 1000).map(({ path }) => path),
    ["src/price.ts", "src/sum.ts"],
  )
})

test("of a long file the passage that fits", () => {
  const filler = Array.from({ length: 200 }, (_, index) => `const unrelated${index} = ${index}`)
  const long = document("src/long.ts", [...filler.slice(0, 100), price.text, ...filler.slice(100)].join("\n"))
  const [passage] = relatedPassages(around, [long], 4000)
  assert.ok(passage?.text.includes("priceOf"))
  assert.ok((passage?.text.split("\n").length ?? 99) <= 40)
})

test("never a secret file, by its name or by where it leads", () => {
  const secret = document(".env", "priceOf line taxRate net sum reduce lines")
  const link = {
    ...document("notes.txt", secret.text),
    fullPaths: ["/work/notes.txt", "/home/me/.aws/credentials"],
  }
  assert.deepEqual(relatedPassages(around, [secret, link], 1000), [])
})

test("no more than fits", () => {
  assert.deepEqual(relatedPassages(around, [price], 20), [])
})

test("nothing related, nothing shown", () => {
  assert.deepEqual(relatedPassages(around, [colour], 1000), [])
  assert.deepEqual(relatedPassages("", [price], 1000), [])
})

test("names of any script count", () => {
  const other = document("src/größe.ts", "export const größe = straße\n// Länge und Größe der Straße")
  assert.equal(relatedPassages("const größe = länge(straße)", [other], 1000).length, 1)
})

test("of very much text only the files used last are looked at", () => {
  const much = Array.from({ length: 4 }, (_, index) =>
    document(`src/much${index}.ts`, "const unrelated = 1\n".repeat(2000)),
  )
  assert.equal(relatedPassages(around, [...much.slice(0, 3), price], 1000).length, 1)
  assert.equal(relatedPassages(around, [...much, price], 1000).length, 0)
})
