import assert from "node:assert/strict"
import { test } from "node:test"
import { answeredCode } from "../../src/actions/answeredCode.ts"

const original = "const a: string = 1\nrun(a)"

function codeIn(answer: string): string | undefined {
  const found = answeredCode(answer, original, true)
  return found.found === "nothing" ? undefined : found.code
}

const answers: Readonly<Record<string, readonly [string, string | undefined]>> = {
  "one block": ["```ts\nconst a = 1\n```", "const a = 1"],
  "prose around it": ["Here it is:\n\n```ts\nconst a = 1\n```\nI changed the type.", "const a = 1"],
  "tildes, line ends of Windows": ["~~~ts\r\nconst a = 1\r\n~~~\r\n", "const a = 1"],
  "no end": ["```ts\nconst a = 1", "const a = 1"],
  "the first of two": ["```ts\na()\n```\nUse it so:\n```ts\nb()\n```", "a()"],
  "a block within the block": ["````md\n# A\n```js\nx\n```\n````\n", "# A\n```js\nx\n```"],
  "a block within, with the same fence": ["```md\n# A\n```js\nx\n```\nB\n```\n", "# A\n```js\nx\n```\nB"],
  "an indented fence is code": ["```py\n    ```\n```", "    ```"],
  "no fence, code all the same": ["const a: number = 1\nrun(a)", "const a: number = 1\nrun(a)"],
  "no fence, prose": ["The variable a has the wrong type. Change it to number.", undefined],
  "no fence, prose about code": ["You should write `const a: number = 1` (see above):", undefined],
  nothing: ["", undefined],
  "an empty block": ["```ts\n```", ""],
}
for (const [name, [answer, code]] of Object.entries(answers))
  test(`the code in an answer: ${name}`, () => assert.equal(codeIn(answer), code))

test("while text still comes, a fence in the last line isn't the end yet", () => {
  const isClosed = (answer: string) => {
    const found = answeredCode(answer, original, false)
    return found.found === "block" && found.closed
  }
  assert.equal(isClosed("```ts\na()\n```"), false)
  assert.equal(isClosed("```ts\na()\n```\n"), true)
})
