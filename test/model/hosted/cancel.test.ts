// Twenty stops at random moments (R18). `npm run test:long` makes five hundred.
import { test } from "node:test"
import { checkCancels } from "./cancelLaw.ts"

const seed = Number(process.env.OSPREY_SEED ?? 20_261_120)

test(`20 stops at random, seed ${seed} (OSPREY_SEED sets another)`, async t => {
  t.diagnostic(
    `95 of 100 answers ended within ${(await checkCancels(t, 20, seed)).toFixed(1)} ms of the stop`,
  )
})
