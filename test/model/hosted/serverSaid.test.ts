import assert from "node:assert/strict"
import { test } from "node:test"
import { serverSaid } from "../../../src/model/hosted/serverSaid.ts"

const key = "opaque-CANARY-key"

for (const [name, body, expected] of [
  ["OpenAI's shape", { error: { message: "No.", type: "x", code: "y" } }, "No."],
  [
    "OpenRouter's, with the provider's words",
    { error: { message: "Provider error", metadata: { raw: "OOM" } } },
    "Provider error\nOOM",
  ],
  ["a string", { error: "No such model" }, "No such model"],
  ["Oxen's shape", { status: "error", status_message: "Not here" }, "Not here"],
  ["FastAPI's shape", { detail: "Not Found" }, "Not Found"],
  ["an unknown shape", { a: [1] }, '{"a":[1]}'],
  ["text", "  upstream timed out\n", "upstream timed out"],
  ["a page", "<!DOCTYPE html><html><style>p{}</style><h1>502</h1>\n<p>Bad gateway</p>", "502 Bad gateway"],
  ["control characters", "a\u0000b\u001b[31mc", "ab[31mc"],
  ["nothing", undefined, ""],
  ["the key itself", `Key ${key} is wrong`, "Key [key] is wrong"],
  ["a bearer header", 'Authorization: Bearer abc.def-123"', 'Authorization: Bearer [key]"'],
  ["a header as JSON", '{"x-api-key":"abcdef","a":1}', '{"x-api-key":"[key]","a":1}'],
  ["somebody else's key", "Incorrect API key provided: sk-abc***xyz1", "Incorrect API key provided: [key]"],
  [
    "a key in an address",
    "GET https://x.test/v1?a=1&key=abcdef&b=2",
    "GET https://x.test/v1?a=1&key=[key]&b=2",
  ],
] as const)
  test(`${name}`, () => assert.equal(serverSaid(body, key), expected))

test("a key that lies across the limit leaves no beginning behind", () => {
  const said = serverSaid(`${key} `.repeat(2000), key)
  assert.ok(!said.includes("opaque"), said.slice(-40))
})

test("text made to be slow isn't", () => {
  for (const piece of ["<script", "<", "bearer ", "authorization", 'api-key" \t', "sk-", "&key", " "])
    assert.ok(serverSaid(`<html>${piece.repeat(200_000)}`, key).length <= 2049)
})
