// The chat as its user meets it: the page while text streams and when a long conversation opens, what the model has
// to read for a message, and what our own code takes before the model is asked.
import type { BenchRow } from "./benchRow.ts"
import { chatOwnTimeRows } from "./chatOwnTime.ts"
import { chatPageRows } from "./chatPageRows.ts"
import { chatReadingRows } from "./chatReading.ts"

export async function chatBench(): Promise<BenchRow[]> {
  return [...(await chatPageRows()), ...(await chatReadingRows()), ...(await chatOwnTimeRows())]
}
