// How large a prompt may be, from what reading one took.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type PromptBudgetOptions, promptBudget } from "../../src/completion/promptBudget.ts"

function characters(budget: ReturnType<typeof promptBudget>): number {
  return Object.values(budget.limits()).reduce((sum, part) => sum + part, 0)
}

/** 2,000 characters in 1,000 tokens, read at the given speed. */
function measured(tokensPerSecond: number, options: PromptBudgetOptions = {}) {
  const budget = promptBudget(options)
  budget.observe({
    promptCharacters: 2000,
    promptTokens: 1000,
    evaluatedTokens: 1000,
    ms: 1_000_000 / tokensPerSecond,
  })
  return budget
}

test("a slow machine gets small prompts, a fast one as many as the model takes", () => {
  assert.equal(characters(measured(25)), 600)
  assert.equal(characters(measured(100)), 1000)
  assert.equal(characters(measured(10_000)), 6000)
  assert.equal(characters(measured(10_000, { mostTokens: 1500 })), 3000)
})

test("before anything is measured it is careful; what is known from before counts at once", () => {
  assert.equal(characters(promptBudget()), 1400)
  assert.equal(characters(promptBudget({ tokensPerSecond: 1000 })), 6000)
})

test("a few appended tokens say nothing about speed", () => {
  const budget = measured(10_000)
  budget.observe({ promptCharacters: 2000, promptTokens: 1000, evaluatedTokens: 3, ms: 600 })
  assert.equal(characters(budget), 6000)
})

test("a text of many tokens makes it careful again", () => {
  const budget = measured(10_000)
  budget.tooLong()
  assert.equal(characters(budget), 3000)
})
