// R24 in short: five windows end, and none leaves a model process behind.
import { test } from "node:test"
import { orphanCycles } from "./orphanCycles.ts"

test("five hosts end, idle and busy by turns: no model process is left", () => orphanCycles(5))
