// R24: fifty windows end, and none leaves a model process behind.
import { test } from "node:test"
import { orphanCycles } from "./orphanCycles.ts"

test("fifty hosts end, with an idle, answering, loading or probing child by turns: no model process is left", () =>
  orphanCycles(50))
