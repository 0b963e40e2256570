import assert from "node:assert/strict"
import { test } from "node:test"
import { turnFigures } from "../../src/chat/turnFigures.ts"
import type { ModelDescription, Usage } from "../../src/model/languageModel.ts"

const local: ModelDescription = {
  id: "m",
  label: "gpt-oss-20b",
  where: "local",
  contextWindow: 8192,
  outputLimit: 1024,
  abilities: { tools: true, continueText: false },
}
const hosted: ModelDescription = { ...local, where: "hosted", origin: "https://example.com" }

function usage(more: Partial<Usage>): Usage {
  return {
    promptTokens: 0,
    reusedTokens: 0,
    generatedTokens: 0,
    firstTokenMs: 0,
    generationMs: 0,
    ...more,
  }
}

test("two model turns of one answer: counts and costs add up, first token and last prompt stand for themselves", () => {
  const figures = turnFigures(hosted)
  figures.streamed("reasoning", 7)
  figures.reported(
    usage({
      promptTokens: 1000,
      generatedTokens: 30,
      reasoningTokens: 20,
      firstTokenMs: 400,
      generationMs: 500,
      cost: 0.001,
      provider: "Groq",
    }),
  )
  figures.streamed("reasoning", 4)
  figures.reported(
    usage({
      promptTokens: 1100,
      reusedTokens: 1050,
      generatedTokens: 70,
      firstTokenMs: 90,
      generationMs: 500,
      cost: 0.002,
      provider: "Cerebras",
    }),
  )
  assert.deepEqual(figures.meta(), {
    model: "gpt-oss-20b",
    provider: "Cerebras",
    tokens: 100,
    reasoningTokens: 24, // the second turn's were counted as they came
    tokensPerSecond: 100,
    firstTokenMs: 400,
    promptTokens: 1100,
    reused: 0.5,
    cost: 0.003,
  })
})

test("a model turn that was cut off is counted by what was streamed; at an endpoint that is an estimate", () => {
  for (const model of [local, hosted]) {
    const figures = turnFigures(model)
    figures.reported(usage({ promptTokens: 100, generatedTokens: 10, generationMs: 100 }))
    figures.streamed("reasoning", 3)
    figures.streamed("text", 5)
    const { tokens, reasoningTokens, isEstimate } = figures.meta()
    assert.deepEqual(
      [tokens, reasoningTokens, isEstimate],
      [18, 3, model.where === "hosted" ? true : undefined],
    )
  }
})

test("one estimate makes the sum an estimate, and says nothing of what was reused", () => {
  const figures = turnFigures(hosted)
  figures.reported(usage({ promptTokens: 100, generatedTokens: 10, isEstimate: true }))
  assert.deepEqual(figures.meta(), {
    model: "gpt-oss-20b",
    tokens: 10,
    firstTokenMs: 0,
    promptTokens: 100,
    isEstimate: true,
  })
})

test("nothing reported, nothing claimed", () => {
  assert.deepEqual(turnFigures(local).meta(), { model: "gpt-oss-20b", tokens: 0 })
})
