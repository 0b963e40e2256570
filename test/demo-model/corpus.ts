// Writes the demo model's training text: `corpus.ts FILE [--seed 1] [--groups 6000]`. Conversations are made of the
// product's own parts (prompts, tools, renderer) and come as groups of rows that share a beginning: one JSON line
// each, {kind, prefix, rows}. A row is a list of segments, [text, weight] or [null, weight, control token]; the weight
// says how much it counts that the model writes this itself. The first line has the words that names are made of and
// those of our own sentences.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs"
import path from "node:path"
import { completionPrompt } from "../../src/completion/completionPrompt.ts"
import type { Message } from "../../src/harmony/message.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import { actionConversation } from "./actionTurns.ts"
import { ghostText } from "./ghostText.ts"
import { type Names, namesFrom, nameWords } from "./names.ts"
import { type Ability, productOffer, variedOffer } from "./offers.ts"
import { bareOpening, productOpening, variedOpening } from "./openings.ts"
import { proseWords } from "./proseWords.ts"
import { type Random, randomFrom } from "./random.ts"
import { plainTurn, type TurnOptions, toolTurn } from "./turns.ts"

type WeightedSegment =
  | readonly [text: string, weight: number]
  | readonly [text: null, weight: number, control: string]

type Row = readonly WeightedSegment[]

type Group = { readonly kind: string; readonly prefix: Row; readonly rows: readonly Row[] }

/** Rows of a group, and groups that share an opening: rows of like length stand together. */
const rowsOf = { chat: 8, varied: 6, long: 4, ghost: 12, action: 10, fixed: 14 } as const
const groupsPerOpening = 4

/** Groups that are shuffled together. */
const shuffleWindow = 64

/**
 * From this part of the corpus on, what is hard counts more (which tool, and what it is called), suggestions end where
 * the product ends them, and there are results that speak of a wrong call.
 */
const refinedFrom = 0.628

/** How much there is of each kind, in the order of the training: copying is learnt first, on short texts. */
const stages = [
  { until: 0.1, product: 36, varied: 26, long: 0, far: 0, ghost: 20, action: 14, fixed: 4, bare: 0 },
  { until: 0.3, product: 32, varied: 30, long: 4, far: 0, ghost: 20, action: 12, fixed: 3, bare: 1 },
  { until: 0.6, product: 28, varied: 30, long: 6, far: 1, ghost: 22, action: 11, fixed: 3, bare: 1 },
  {
    until: refinedFrom,
    product: 28,
    varied: 28,
    long: 6,
    far: 1.5,
    ghost: 26,
    action: 11,
    fixed: 5,
    bare: 2,
  },
  { until: 1, product: 24, varied: 42, long: 5, far: 1, ghost: 24, action: 12, fixed: 3, bare: 1 },
] as const

const random = randomFrom(Number(option("--seed", "1")))
const names = namesFrom(random)
const wanted = Number(option("--groups", "6000"))
const target = process.argv[2] ?? "corpus.jsonl"
mkdirSync(path.dirname(target), { recursive: true })
const file = openSync(target, "w")
writeSync(file, `${JSON.stringify({ nameWords, proseWords })}\n`)
let written = 0
let pool: Group[] = []
while (written < wanted) {
  while (pool.length < shuffleWindow) pool.push(...nextGroups(written / wanted))
  pool = random.shuffled(pool)
  for (const group of pool.splice(0, shuffleWindow / 2)) {
    writeSync(file, `${JSON.stringify(group)}\n`)
    written++
  }
}
closeSync(file)
console.log(`${written} groups`)

function nextGroups(done: number): Group[] {
  const { until: _, ...shares } = stages.find(({ until }) => done < until) ?? stages[4]
  const refined = done >= refinedFrom
  const kinds = ["product", "varied", "long", "far", "ghost", "action", "fixed", "bare"] as const
  const kind = random.weighted(kinds.map(each => [shares[each], each] as const))
  if (kind === "ghost") return groups("ghost", rowsOf.ghost, () => ghostRow(random, names, refined))
  if (kind === "action")
    return groups("action", rowsOf.action, () => {
      const messages = actionConversation(random, names, refined ? 0.5 : 0.7)
      return conversationRow(messages.slice(0, 2), [messages.slice(2)])
    })
  const sure = random.weighted<Ability | undefined>([
    [4, "read"],
    [4, "list"],
    [4, "search"],
    [1, undefined],
  ])
  const offer =
    kind === "product" || random.chance(refined ? 0.05 : 0.15)
      ? productOffer()
      : random.chance(refined ? 0.06 : 0.12)
        ? { tools: [], abilities: {} }
        : variedOffer(random, names, sure)
  const words =
    kind === "far"
      ? random.whole(1_000, 2_300)
      : kind === "long"
        ? random.whole(0, 700)
        : random.weighted([
            [6, 0],
            [3, random.whole(5, 60)],
            [1, random.whole(60, 250)],
          ])
  if (kind === "fixed" || kind === "bare") {
    const opening = kind === "bare" ? bareOpening() : productOpening(random, productOffer().tools)
    const options: TurnOptions = { random, names, offer: productOffer(), parts: 1, refined }
    return groups("fixed", rowsOf.fixed, () => conversationRow(opening, [plainTurn(options)]))
  }
  const opening =
    kind === "product"
      ? productOpening(random, offer.tools)
      : variedOpening(random, names, offer.tools, words)
  const turn = (parts: number): readonly Message[] => {
    const options: TurnOptions = { random, names, offer, parts, refined }
    if (random.chance(offer.tools.length === 0 ? 0.75 : 0.16)) return plainTurn(options)
    return toolTurn(
      options,
      random.weighted([
        [5, "read"],
        [2, "list"],
        [3, "search"],
      ] as const),
    )
  }
  if (kind === "long" || kind === "far") {
    return groups("long", rowsOf.long, () =>
      conversationRow(opening, [
        ...several(random.whole(0, 2), () => turn(2)),
        turn(kind === "far" ? random.whole(1, 6) : random.whole(8, 28)),
      ]),
    )
  }
  const earlier = () =>
    several(
      random.weighted([
        [64, 0],
        [24, 1],
        [12, 2],
      ]),
      () => turn(1),
    )
  const size = kind === "varied" ? rowsOf.varied : rowsOf.chat
  return groups(kind, size, () =>
    conversationRow(
      opening,
      [
        ...earlier(),
        turn(
          random.weighted([
            [5, 1],
            [4, 2],
            [1, 5],
          ]),
        ),
      ],
      refined ? 2.5 : 1,
    ),
  )
}

function several<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

type SplitRow = { readonly prefix: Row; readonly row: Row }

/** About `size` rows each: fewer long ones or more short ones, so that the groups are equally much work. */
function groups(kind: string, size: number, make: () => SplitRow): Group[] {
  const made = several(size * groupsPerOpening, make)
  const prefix = made[0]?.prefix ?? []
  const sorted = made.map(({ row }) => row).toSorted((a, b) => lengthOf(b) - lengthOf(a))
  const room = (1.1 * sorted.reduce((sum, row) => sum + lengthOf(row), 0)) / groupsPerOpening
  const found: Group[] = []
  while (sorted.length > 0) {
    const most = Math.max(1, Math.floor(room / lengthOf(sorted[0] ?? [])))
    found.push({ kind, prefix, rows: sorted.splice(0, most) })
  }
  return found
}

function lengthOf(row: Row): number {
  return row.reduce((sum, [text]) => sum + (text?.length ?? 4), 0)
}

/** The turns after an opening: the last one is the model's to write, of earlier ones only the answers' words. */
function conversationRow(
  opening: readonly Message[],
  turns: readonly (readonly Message[])[],
  thoughtWeight = 1,
): SplitRow {
  const last = turns.at(-1) ?? []
  // The product drops the analysis of finished turns; here it is done turn by turn, as at each of them.
  const earlier = turns
    .slice(0, -1)
    .flat()
    .filter(message => message.channel !== "analysis")
  const messages = [...opening, ...earlier, ...last]
  const rendered = splitMessages(
    renderConversation({ messages }, { mode: "training", historyRule: "keep-all" }),
  )
  const parts = messages.map((message, index) => {
    const segments = rendered[index] ?? []
    if (message.role !== "assistant") return weighted(segments, () => 0)
    if (index < opening.length + earlier.length)
      return weighted(segments, at => (message.channel === "final" && at === segments.length - 2 ? 1 : 0))
    // `<|start|>assistant` ends the prompt, unless the model goes on by itself after a message of its own.
    const continues = messages[index - 1]?.channel === "analysis"
    const weight = message.channel === "analysis" ? thoughtWeight : 1
    return weighted(segments, at => (continues || at > 1 ? weight : 0))
  })
  return { prefix: parts.slice(0, opening.length).flat(), row: parts.slice(opening.length).flat() }
}

/** The text up to the cursor counts a little: it teaches how code goes on. */
function ghostRow(from: Random, namesOf: Names, refined: boolean): SplitRow {
  const { parts, missing } = ghostText(from, namesOf, refined)
  const { conversation, prefill, seam, closingFence } = completionPrompt(parts)
  const prompt = weighted(renderConversation(conversation), () => 0)
  const opening = splitMessages(renderConversation(conversation, { mode: "conversation" }))
    .slice(0, -1)
    .flat()
  return {
    prefix: prompt.slice(0, opening.length),
    row: [
      ...prompt.slice(opening.length),
      [null, 0, "channel"],
      ["final", 0],
      [null, 0, "message"],
      [prefill, 0.1],
      [`${seam}${missing}\n${closingFence}`, 1],
      [null, 1, "return"],
    ],
  }
}

function splitMessages(segments: readonly Segment[]): Segment[][] {
  const messages: Segment[][] = []
  for (const segment of segments) {
    if ("control" in segment && segment.control === "start") messages.push([])
    messages.at(-1)?.push(segment)
  }
  return messages
}

function weighted(segments: readonly Segment[], weightAt: (index: number) => number): WeightedSegment[] {
  return segments.map((segment, index): WeightedSegment => {
    if ("text" in segment) return [segment.text, weightAt(index)]
    if ("control" in segment) return [null, weightAt(index), segment.control]
    throw new Error("a conversation made here has no token ids")
  })
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise)
}
