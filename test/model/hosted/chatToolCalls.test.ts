import assert from "node:assert/strict"
import { test } from "node:test"
import { toolCallFragments } from "../../../src/model/hosted/chatToolCalls.ts"

const offered = ["read", "read_file", "list_problems"]

/** Each inner list is the `tool_calls` of one chunk. */
function calls(chunks: readonly (readonly object[])[], isCut = false) {
  let ids = 0
  const fragments = toolCallFragments(offered, () => `id${++ids}`)
  for (const chunk of chunks)
    chunk.forEach((fragment, position) => {
      fragments.add(fragment, position, chunk.length)
    })
  return fragments.calls(isCut).map(call => [call.name, call.arguments, call.problems])
}

const whole = (name: string, args: unknown, rest: object = {}) => ({
  ...rest,
  function: { name, arguments: args },
})
const more = (args: string, rest: object = {}) => ({ ...rest, function: { arguments: args } })
const a = [["read_file", { path: "a" }, []]]
const ab = [...a, ["read_file", { path: "b" }, []]]

for (const [name, chunks, expected] of [
  ["a whole call in one chunk", [[whole("read_file", '{"path":"a"}', { index: 0, id: "x" })]], a],
  ["arguments as an object", [[whole("read_file", { path: "a" }, { index: 0 })]], a],
  [
    "fragments by index",
    [
      [whole("read_file", "", { index: 0, id: "x" })],
      [more('{"path"', { index: 0 })],
      [more(':"a"}', { index: 0 })],
    ],
    a,
  ],
  ["fragments without index or id", [[whole("read_file", "")], [more('{"path"')], [more(':"a"}')]], a],
  ["fragments by id alone", [[whole("read_file", '{"path"', { id: "x" })], [more(':"a"}', { id: "x" })]], a],
  [
    "the name in every fragment",
    [[whole("read_file", '{"path"', { index: 0 })], [whole("read_file", ':"a"}', { index: 0 })]],
    a,
  ],
  [
    "the name in pieces",
    [[whole("list_", "", { index: 0 })], [whole("problems", "{}", { index: 0 })]],
    [["list_problems", {}, []]],
  ],
  [
    "a name that grows past another tool's",
    [[whole("read", "", { index: 0 })], [whole("read_file", '{"path":"a"}', { index: 0 })]],
    a,
  ],
  ["a call in the old style", [[{ name: "read_file", arguments: '{"path":"a"}' }]], a],
  [
    "two calls by index, interleaved",
    [
      [whole("read_file", '{"path":', { index: 0 }), whole("read_file", '{"path":', { index: 1 })],
      [more('"b"}', { index: 1 }), more('"a"}', { index: 0 })],
    ],
    ab,
  ],
  [
    "two calls that are both number 0",
    [
      [whole("read_file", '{"path":"a"}', { index: 0, id: "x" })],
      [whole("read_file", '{"path":"b"}', { index: 0, id: "y" })],
    ],
    ab,
  ],
  [
    "two calls by id",
    [[whole("read_file", '{"path":"a"}', { id: "x" })], [whole("read_file", '{"path":"b"}', { id: "y" })]],
    ab,
  ],
  [
    "two calls in one chunk with neither",
    [[whole("read_file", '{"path":"a"}'), whole("read_file", '{"path":"b"}')]],
    ab,
  ],
  [
    "two calls one after the other with neither",
    [[whole("read_file", '{"path":"a"}')], [whole("read_file", '{"path":"b"}')]],
    ab,
  ],
  [
    "gaps between numbers",
    [[whole("read_file", '{"path":"a"}', { index: 3 })], [whole("read_file", '{"path":"b"}', { index: 7 })]],
    ab,
  ],
  ["no arguments", [[whole("list_problems", "", { index: 0 })]], [["list_problems", {}, []]]],
  [
    "arguments as JSON in a string",
    [[whole("read_file", '"{\\"path\\":\\"a\\"}"')]],
    [["read_file", { path: "a" }, ["repaired_arguments"]]],
  ],
  [
    "arguments in a list",
    [[whole("read_file", '[{"path":"a"}]')]],
    [["read_file", { path: "a" }, ["repaired_arguments"]]],
  ],
  [
    "arguments with something after them",
    [[whole("read_file", '{"path":"a"}<|call|>')]],
    [["read_file", { path: "a" }, ["repaired_arguments"]]],
  ],
  [
    "arguments that aren't JSON",
    [[whole("read_file", '{"path":')]],
    [["read_file", null, ["bad_arguments"]]],
  ],
  ["arguments that aren't an object", [[whole("read_file", "7")]], [["read_file", null, ["bad_arguments"]]]],
  ["a tool nobody offered", [[whole("python", "{}")]], [["python", {}, ["unknown_tool"]]]],
  [
    "a name with its namespace and markup",
    [[whole("functions.read_file<|channel|>commentary", '{"path":"a"}')]],
    [["read_file", { path: "a" }, ["name_polluted"]]],
  ],
  ["nonsense", [[{ index: "0", id: 7, function: null }]], [["", {}, ["unknown_tool"]]]],
] as const)
  test(name, () => assert.deepEqual(calls(chunks), expected))

test("a call that the output limit cut is marked and can't run; one before it can", () => {
  const chunks = [
    [whole("read_file", '{"path":"a"}', { index: 0 })],
    [whole("read_file", '{"path":"b', { index: 1 })],
  ]
  assert.deepEqual(calls(chunks, true), [...a, ["read_file", null, ["unterminated_call"]]])
})

test("a thousand calls in one turn are not all kept", () => {
  const chunks = Array.from({ length: 1000 }, (_, index) => [whole("read_file", "{}", { index })])
  assert.equal(calls(chunks).length, 64)
})
