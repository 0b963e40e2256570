import assert from "node:assert/strict"
import { test } from "node:test"
import { checkArguments } from "../../src/tools/checkArguments.ts"

const schema = {
  type: "object",
  properties: { path: { type: "string" }, line: { type: "integer" }, deep: { type: "boolean" } },
  required: ["path"],
}

function check(args: { readonly [key: string]: unknown }): unknown {
  const checked = checkArguments("look", schema, args)
  return checked.ok ? checked.args : checked.sentence
}

const form = "Call it as look {path: string, line?: integer, deep?: boolean}."

test("right arguments pass, and what is plainly meant becomes right", () => {
  assert.deepEqual(check({ path: "a", line: 3, deep: true }), { path: "a", line: 3, deep: true })
  assert.deepEqual(check({ path: "a", line: "12", deep: "false" }), { path: "a", line: 12, deep: false })
  assert.deepEqual(check({ path: "a", line: null, other: null }), { path: "a" })
})

test("SEC-033: missing, extra and wrong ones each give a sentence with the right form", () => {
  assert.equal(check({}), `look needs the argument "path". ${form}`)
  assert.equal(check({ path: null }), `look needs the argument "path". ${form}`)
  assert.equal(check({ file: "a" }), `look has no argument "file". ${form}`)
  assert.equal(check({ path: 5 }), `look needs path to be a string. ${form}`)
  assert.equal(check({ path: ["a"] }), `look needs path to be a string. ${form}`)
  assert.equal(check({ path: "a", line: 1.5 }), `look needs line to be a whole number. ${form}`)
  assert.equal(check({ path: "a", line: 1e300 }), `look needs line to be a whole number. ${form}`)
  assert.equal(check({ path: "a", line: "one" }), `look needs line to be a whole number. ${form}`)
  assert.equal(check({ path: "a", deep: 1 }), `look needs deep to be true or false. ${form}`)
})

test("names of JavaScript's own are no arguments", () => {
  assert.match(
    String(check(JSON.parse('{"path": "a", "__proto__": {"line": 1}}'))),
    /has no argument "__proto__"/,
  )
  assert.match(String(check({ path: "a", constructor: "x" })), /has no argument "constructor"/)
})
