import assert from "node:assert/strict"
import { test } from "node:test"
import { repairArguments } from "../../src/harmony/repairArguments.ts"

const object = { path: "a\nb" }
const json = '{"path":"a\\nb"}'

test("an object is taken as it stands", () => {
  assert.deepEqual(repairArguments(` ${json}\n`), { value: object, repaired: false })
})

for (const [what, text] of Object.entries({
  "an array around it": `[${json}]`,
  "a string around it": JSON.stringify(json),
  "a fence around it": `\`\`\`json\n${json}\n\`\`\``,
  "a fence on one line": `\`\`\`${json}\`\`\``,
  "text after it": `${json}]}\n\nDone.`,
  "a line break in a string": '{"path":"a\nb"}',
  "a line break in a string, and text after it": '{"path":"a\nb"}]',
  "a fence around an array": `\`\`\`\n[${json}]\n\`\`\``,
}))
  test(`${what} is repaired`, () => {
    assert.deepEqual(repairArguments(text), { value: object, repaired: true })
  })

test("nothing is an empty object", () => {
  assert.deepEqual(repairArguments(" \n"), { value: {}, repaired: true })
})

for (const text of [
  "ls -R",
  '{"path":"a',
  '{"path":"a"',
  "null",
  "5",
  '"a"',
  `[${json},${json}]`,
  `x ${json}`,
  "{'a':1}",
])
  test(`${text} can't be read`, () => {
    assert.deepEqual(repairArguments(text), { value: null, repaired: false })
  })

test("a megabyte of anything neither throws nor hangs", () => {
  for (const text of ["[", '{"a":', '"', "\\", "`", "{}{"]) {
    const { value } = repairArguments(text.repeat(1_000_000 / text.length))
    assert.ok(value === null || Object.keys(value).length === 0)
  }
})
