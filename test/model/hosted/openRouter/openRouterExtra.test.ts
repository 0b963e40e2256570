// The user's routing wishes → the `provider` object of a request.
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  type OpenRouterOptions,
  openRouterExtra,
} from "../../../../src/model/hosted/openRouter/openRouterExtra.ts"

const untouched: OpenRouterOptions = {
  routing: "balanced",
  order: [],
  only: [],
  ignore: [],
  allowFallbacks: true,
  maxInputPrice: 0,
  maxOutputPrice: 0,
  dataCollection: "allow",
  zeroRetention: false,
}

for (const [name, options, provider] of [
  ["Nitro", { routing: "nitro" }, { sort: "throughput" }],
  ["Exacto", { routing: "exacto" }, { sort: "exacto" }],
  ["Floor", { routing: "floor" }, { sort: "price" }],
  ["an order", { order: [" deepinfra ", "", "groq"] }, { order: ["deepinfra", "groq"] }],
  ["only these", { only: ["groq"] }, { only: ["groq"] }],
  ["not those", { ignore: ["groq"] }, { ignore: ["groq"] }],
  ["no fallbacks", { allowFallbacks: false }, { allow_fallbacks: false }],
  [
    "a price limit",
    { maxInputPrice: 0.1, maxOutputPrice: 0.5 },
    { max_price: { prompt: 0.1, completion: 0.5 } },
  ],
  ["a limit for answers only", { maxOutputPrice: 0.5 }, { max_price: { completion: 0.5 } }],
  ["limits that are none", { maxInputPrice: -1, maxOutputPrice: Number.NaN }, undefined],
  ["no training on prompts", { dataCollection: "deny" }, { data_collection: "deny" }],
  ["nothing kept", { zeroRetention: true }, { zdr: true }],
  ["Balanced", {}, undefined],
] as const)
  test(`${name}`, () => {
    const extra = openRouterExtra({ ...untouched, ...options })
    assert.deepEqual(extra(false), provider === undefined ? {} : { provider })
    assert.deepEqual(extra(true), { provider: { ...provider, require_parameters: true } })
  })
