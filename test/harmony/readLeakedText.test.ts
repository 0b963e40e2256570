import assert from "node:assert/strict"
import { test } from "node:test"
import { readLeakedText } from "../../src/harmony/readLeakedText.ts"

const options = { tools: ["read_file"] }

for (const text of [
  "",
  "Plain.",
  "Write `<|return|>` at the end: `<|return|>`",
  "``a ` <|start|>assistant<|channel|>final<|message|>`` is code",
  "```\n<|start|>assistant<|channel|>final<|message|>x<|return|>\n```",
  "```\n<|start|>assistant<|channel|>final<|message|>an open fence",
  "End with <|return|> here:\n```\nx\n```",
  "```\nx\n```\n<|channel|> is a token",
  "The tokens <|start|> and <|channel|> exist.",
  "analysis of assistantfinal",
  "assistantfinal analysis",
])
  test(`${JSON.stringify(text)} is left alone`, () => {
    assert.equal(readLeakedText(text, options), undefined)
  })

test("text before the first markup is a preamble if an answer follows", () => {
  const outcome = readLeakedText(
    "Wait.<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>",
    options,
  )
  assert.deepEqual([outcome?.preambles, outcome?.final], [["Wait."], "Hi"])
  assert.deepEqual(outcome?.problems, ["leaked_markup"])
})

test("control tokens that the leaked answer shows as code stay text", () => {
  const answer = "`<|end|>` ends a message."
  const outcome = readLeakedText(`<|channel|>final<|message|>${answer}<|return|>`, options)
  assert.equal(outcome?.final, answer)
})

test("a megabyte takes no time worth naming", () => {
  for (const part of ["`", "<|start|>assistant", "``a`", "assistant", "<|end|>"])
    readLeakedText(part.repeat(1_000_000 / part.length), options)
})
