// An edit proposal up to the replacement that the diff shows: code and surroundings into a prompt, the streamed answer
// read, its code fitted to the file. Against the same request alone, over real HTTP.
import { rewriteSelection } from "../../src/actions/rewriteSelection.ts"
import { never } from "../support/runtimeTest.ts"
import { delta, eventReply, finished, startScriptedEndpoint } from "../support/scriptedEndpoint.ts"
import { bareRequests, benchModel } from "./bareRequest.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, timed } from "./benchRows.ts"
import { codeText } from "./longConversation.ts"

const pairs = 9
const row = benchRows("agent")

export async function editRows(): Promise<readonly BenchRow[]> {
  const short = await proposals(40)
  const long = await proposals(400)
  return [
    row("edit proposal of 40 lines: own cost, median", short.own, "ms"),
    row("edit proposal of 40 lines ÷ the same request alone, median", short.ratio, "×"),
    row("edit proposal of 400 lines: own cost, median", long.own, "ms"),
    row("edit proposal of 400 lines ÷ the same request alone, median", long.ratio, "×"),
    row("edit proposal: own cost per line, 400 lines ÷ 40", long.own / short.own / 10, "×"),
  ]
}

/** In the middle of a file of 2,000 lines; the answer comes in pieces of four characters. */
async function proposals(lineCount: number): Promise<{ readonly own: number; readonly ratio: number }> {
  const lines = codeText(1, 90_000).split("\n").slice(0, 2_000)
  const range = { first: 1_000, last: 1_000 + lineCount - 1 }
  const rewritten = lines
    .slice(range.first, range.last + 1)
    .map(line => line.replace("order", "basket"))
    .join("\n")
  const pieces = `\`\`\`ts\n${rewritten}\n\`\`\`\n`.match(/[\s\S]{1,4}/g) ?? []
  const reply = eventReply(...pieces.map(content => delta({ content })), finished())
  const endpoint = await startScriptedEndpoint(() => reply)
  try {
    const model = benchModel(endpoint)
    const task = { action: "refactor", instruction: "Call it basket." } as const
    const request = {
      model,
      task,
      path: "src/a.ts",
      languageId: "typescript",
      text: lines.join("\n"),
      lines: range,
    }
    const own: number[] = []
    const ratios: number[] = []
    // The first pair only warms up.
    for (let pair = 0; pair <= pairs; pair++) {
      const first = endpoint.requests.length
      const ours = await timed(async () => {
        const rewrite = await rewriteSelection(request, never)
        if (!rewrite.ok) throw new Error(`there was no proposal: ${rewrite.reason}`)
      })
      const bare = await bareRequests(endpoint, endpoint.requests.slice(first))
      if (pair === 0) continue
      own.push(ours - bare)
      ratios.push(ours / bare)
    }
    return { own: median(own), ratio: median(ratios) }
  } finally {
    await endpoint.stop()
  }
}
