import assert from "node:assert/strict"
import { test } from "node:test"
import { blankCode } from "../../../src/harmony/blankCode.ts"
import { readLeakedText } from "../../../src/harmony/readLeakedText.ts"
import { codeLines } from "../../../src/model/hosted/codeLines.ts"
import { leakGuard } from "../../../src/model/hosted/leakGuard.ts"
import { randomFrom } from "../../demo-model/random.ts"

/** What is shown while these pieces arrive, and what is still held at the end. */
function guarded(pieces: readonly string[]) {
  const guard = leakGuard()
  const shown = pieces.map(piece => guard.add(piece)).join("")
  return { shown, held: guard.held }
}

const header = "<|start|>assistant<|channel|>final<|message|>"

for (const [name, text, held] of [
  ["plain text", "Hello.\nTwo lines.", ""],
  ["a text about the format", "The tokens <|start|> and <|channel|> exist, and <div> too.", ""],
  ["a beginning like a channel's", " <|channel|>analysis<|message|>x", " <|channel|>analysis<|message|>x"],
  ["a beginning like a leaked word", "analysisThe user", "analysisThe user"],
  ["the word itself", "analysis of it", ""],
  ["a message's start", `So.${header}x`, `${header}x`],
  ["stop tokens before it", `So.<|end|>\n${header}x`, `<|end|>\n${header}x`],
  ["a stop token at the end", "So.<|return|> \n", "<|return|> \n"],
  ["a stop token in the middle", "So <|return|> it is.", ""],
  ["half a marker at the end", "So <|sta", "<|sta"],
  ["half a marker that was none", "So <|star|", ""],
  ["a start in a fence", `\`\`\`\n${header}\n\`\`\`\nDone.`, ""],
  ["a start in an open fence", `\`\`\`\n${header}`, ""],
  ["a start behind a closed fence", `\`\`\`\nx\n\`\`\`\n${header}`, header],
  ["a start in a code span, line unfinished", `Write \`${header}\` so`, `${header}\` so`],
  ["a start in a code span, line finished", `Write \`${header}\` so\nand`, ""],
  ["a start in no code span, line finished", `Write \`x ${header} so\nand`, `${header} so\nand`],
] as const)
  test(`${name}: ${JSON.stringify(held)} is held`, () => {
    const whole = { shown: text.slice(0, text.length - held.length), held }
    assert.deepEqual(guarded([text]), whole)
    assert.deepEqual(guarded([...text]), whole, "character by character")
  })

const parts = [
  "<|start|>assistant",
  "<|start|>",
  "assistant",
  "<|channel|>",
  "<|message|>",
  "<|end|>",
  "<|return|>",
  "<|",
  "analysis",
  "assistantfinal",
  "`",
  "``",
  "```",
  "\n",
  " ",
  "x",
  "<",
]

test("whatever comes: nothing lost, the same at every split, and no leak is shown before it is read", () => {
  const random = randomFrom(7)
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: random.whole(0, 14) }, () => random.pick(parts)).join("")
    const once = guarded([text])
    assert.equal(once.shown + once.held, text)
    assert.deepEqual(guarded([...text]), once, JSON.stringify(text))
    const at = random.whole(0, text.length)
    assert.deepEqual(guarded([text.slice(0, at), text.slice(at)]), once, JSON.stringify(text))
    const outcome = readLeakedText(text, { tools: [] })
    if (outcome === undefined) continue
    assert.notEqual(once.held, "", JSON.stringify(text))
    const [first = ""] = [...outcome.preambles, outcome.final ?? ""]
    // Tokens that stand alone in text are text, until something later makes markup of them.
    if (once.shown.trim() !== "" && !once.shown.includes("<|"))
      assert.ok(first.startsWith(once.shown), JSON.stringify(text))
  }
})

test("code is told from text line by line as it is from the whole", () => {
  const random = randomFrom(11)
  const pieces = ["`", "``", "```", "````", "a", " ", "\n"]
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: random.whole(0, 20) }, () => random.pick(pieces)).join("")
    const lines = codeLines()
    const blanked = text.split("\n").map(line => lines.next(line))
    const whole = blankCode(text)
    let at = 0
    for (const line of blanked) {
      assert.equal(line, whole.slice(at, at + line.length), JSON.stringify(text))
      at += line.length + 1
    }
  }
})

for (const part of [
  "<|end|>",
  "<|end|> ",
  " ",
  "`<|start|>assistant",
  "`<|start|>assistant` ",
  "```\n<|start|>assistant\n",
  "<|start|>assistant",
  "<",
  "`",
  "\n",
])
  test(`two hundred thousand characters of ${JSON.stringify(part)} take no time worth naming`, () => {
    const guard = leakGuard()
    for (const character of part.repeat(200_000 / part.length)) guard.add(character)
    assert.ok(guard.held.length <= 200_000)
  })
