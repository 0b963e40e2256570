// A hundred thousand random and mutated streams, each at five random splits, from another seed every time.
import { test } from "node:test"
import { checkStreams } from "./propertyLaws.ts"

const seed = Number(process.env.OSPREY_SEED ?? Date.now() % 2 ** 31)

test(`100,000 streams, seed ${seed} (OSPREY_SEED repeats one)`, () => checkStreams(100_000, seed))
