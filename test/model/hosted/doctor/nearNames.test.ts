import assert from "node:assert/strict"
import { test } from "node:test"
import { isListed, nearNames } from "../../../../src/model/hosted/doctor/nearNames.ts"

const listed = ["llama3:8b", "openai/gpt-oss-120b", "openai/gpt-oss-20b", "openai/whisper"]

for (const [wanted, near] of [
  ["gpt-oss:20b", ["openai/gpt-oss-20b", "openai/gpt-oss-120b"]],
  ["gpt-oss-120b", ["openai/gpt-oss-120b", "openai/gpt-oss-20b"]],
  ["gpt-oss", ["openai/gpt-oss-120b", "openai/gpt-oss-20b"]],
  ["mistral", []],
  ["", []],
] as const)
  test(`near to "${wanted}": ${near.join(", ")}`, () => assert.deepEqual(nearNames(wanted, listed), near))

for (const [wanted, isThere] of [
  ["openai/gpt-oss-20b", true],
  ["openai/gpt-oss-20b:nitro", true],
  ["gpt-oss:20b", false],
] as const)
  test(`"${wanted}" is ${isThere ? "" : "not "}listed`, () => assert.equal(isListed(wanted, listed), isThere))

test("Ollama's tag may be left out", () => assert.ok(isListed("gpt-oss", ["gpt-oss:latest"])))
