// Two thousand random and mutated streams, each at five random splits. `npm run test:long` reads a hundred thousand.
import { test } from "node:test"
import { checkStreams } from "./propertyLaws.ts"

const seed = Number(process.env.OSPREY_SEED ?? 20_261_120)

test(`2,000 streams, seed ${seed} (OSPREY_SEED sets another)`, () => checkStreams(2000, seed))
