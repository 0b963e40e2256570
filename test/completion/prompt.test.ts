// The prompt of ghost text can be opened and read: test/golden/prompts. OSPREY_GOLDEN=write renews the files, and
// then the demo model is to be trained anew, because this form is part of its contract.
import assert from "node:assert/strict"
import { readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import { completionPrompt, type PromptParts } from "../../src/completion/completionPrompt.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"

const folder = path.resolve(import.meta.dirname, "../golden/prompts")

const cart: PromptParts = {
  path: "src/cart.ts",
  languageId: "typescript",
  related: [
    {
      path: "src/taxFor.ts",
      languageId: "typescript",
      text: "export function taxFor(net: number, country: string): number {\n  return net * rates[country]\n}",
    },
  ],
  edits: [
    {
      path: "src/order.ts",
      lines: [" type Order = {", "-  readonly sum: number", "+  readonly net: number", " }"],
    },
  ],
  suffix: "}\n\nexport function count(lines: readonly Line[]): number {\n  return lines.length\n}\n",
  window:
    'import { taxFor } from "./taxFor.ts"\n\nexport function total(lines: readonly Line[], country: string) {\n  const net = ',
}

const cases: Readonly<Record<string, PromptParts>> = {
  "completion-cart": cart,
  "completion-bare": {
    ...cart,
    path: "scripts/report.py",
    languageId: "python",
    related: [],
    edits: [],
    suffix: "",
    window: "def total(prices):\n    return ",
  },
  "completion-markdown": {
    ...cart,
    path: "README.md",
    languageId: "markdown",
    related: [],
    edits: [],
    suffix: "````sh\nnpm start\n````\n",
    window: "# Osprey\n\n```sh\nnpm ci\n```\n\n",
  },
}

for (const [name, parts] of Object.entries(cases)) {
  test(`${name} reads as its golden file`, () => {
    const { conversation, prefill, seam, closingFence } = completionPrompt(parts)
    const rendered = renderConversation(conversation).map(segment =>
      "control" in segment ? `<|${segment.control}|>` : "text" in segment ? segment.text : "",
    )
    const text = `${rendered.join("")}<|channel|>final<|message|>${prefill}█\n\nseam ${JSON.stringify(seam)}, ends with ${closingFence}\n`
    const file = path.join(folder, `${name}.txt`)
    if (process.env.OSPREY_GOLDEN === "write") writeFileSync(file, text)
    assert.equal(text, readFileSync(file, "utf8"))
  })
}

test("what is typed only appends to the prompt", () => {
  const typed = "items.reduce((sum, item) => sum + item.price, 0)\n  return net"
  const prompts = Array.from({ length: typed.length }, (_, end) =>
    completionPrompt({ ...cart, window: cart.window + typed.slice(0, end) }),
  )
  for (const [index, prompt] of prompts.entries()) {
    const next = prompts[index + 1]
    if (next === undefined) break
    assert.deepEqual(next.conversation, prompt.conversation)
    assert.ok(next.prefill.startsWith(prompt.prefill))
  }
})

test("a fence in the file never ends the fence around it", () => {
  const { closingFence } = completionPrompt({ ...cart, suffix: "`````\n" })
  assert.equal(closingFence, "``````")
})
