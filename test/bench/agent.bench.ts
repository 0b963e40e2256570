// What our own code costs while the model works with tools: a round of the agent loop over real HTTP and on the demo
// model, the tools on a workspace of some thousand files, and an edit proposal. Raw counterparts run by turns.
import type { BenchRow } from "./benchRow.ts"
import { editRows } from "./editProposal.ts"
import { demoRoundRows, endpointRoundRows } from "./toolRounds.ts"
import { toolRows } from "./toolSpeed.ts"

export async function agentBench(): Promise<BenchRow[]> {
  return [
    ...(await endpointRoundRows()),
    ...(await demoRoundRows()),
    ...(await toolRows()),
    ...(await editRows()),
  ]
}
