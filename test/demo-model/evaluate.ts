// Measures the demo model on the product's own prompts, with names it never saw:
// `evaluate.ts [--model FILE] [--names 200] [--only chat,ghost,fix] [--card FILE]`. Prints the table and, with --card,
// writes it between the card's markers. Needs `npm run build`; ghost text also python3.
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { demoModel } from "./demoModel.ts"
import { evaluateChat } from "./evaluateChat.ts"
import { evaluateFix, evaluateGhostText } from "./evaluateCode.ts"
import { evaluateRewrites } from "./evaluateRewrites.ts"
import { namesFrom } from "./names.ts"
import { randomFrom } from "./random.ts"
import { score } from "./score.ts"

/** Far from the seeds that corpora are made with. */
const seed = 880_001

/** Words that no name of the corpus is made of. */
const unseenWords =
  `acorn anchor apron arrow attic badger bamboo barrel beacon biscuit blanket blossom bonfire bottle bramble bucket cactus candle
canyon carpet castle cavern cedar chimney cinnamon clover cobweb compass copper coral cottage cradle cricket curtain
daisy dolphin donkey dragon drawer eagle elbow ember falcon feather fiddle fossil fountain garlic geyser ginger glacier
gravel hammer harbor hazel helmet hornet igloo island ivory jacket jigsaw juniper kettle kitten ladder lantern lizard
lobster magnet mango maple marble meadow mitten mosaic napkin needle nettle nugget oboe orchard otter oyster paddle
parrot pebble pelican pepper pigeon pillow pocket pumpkin puppet quokka quiver rabbit radish raven ribbon robin saddle
salmon sandal saucer sparrow spruce squirrel sunset teapot thimble thistle tractor trumpet tulip turnip turtle tuxedo
umbrella velvet violin waffle walnut walrus whistle willow yogurt zeppelin`.split(/\s+/)

const file = path.resolve(
  option("--model") ?? fileURLToPath(new URL("../../media/demo-model.gguf", import.meta.url)),
)
const count = Number(option("--names") ?? "200")
const only = (option("--only") ?? "chat,ghost,fix").split(",")
const random = randomFrom(seed)
const names = namesFrom(random, 0.5, unseenWords)
const results = score()
const { model, stop } = demoModel(file)
const started = performance.now()
try {
  if (only.includes("chat")) await evaluateChat(model, random, names, count, results)
  if (only.includes("ghost")) await evaluateGhostText(model, random, names, count * 2, results)
  if (only.includes("fix")) {
    await evaluateFix(model, random, names, count, results)
    await evaluateRewrites(model, random, names, Math.ceil(count / 4), results)
  }
} finally {
  await stop()
}
const hash = createHash("sha256").update(readFileSync(file)).digest("hex")
const report = `${results.table()}\n\n${path.basename(file)}, SHA-256 \`${hash}\`, ${count} names each, greedy, one thread.`
if (process.argv.includes("--failures")) console.log(`${results.failures.join("\n\n")}\n`)
console.log(`${report}\n${Math.round((performance.now() - started) / 1000)} s`)
const card = option("--card")
if (card !== undefined) {
  const text = readFileSync(card, "utf8")
  writeFileSync(card, text.replace(/(?<=<!-- evaluation -->\n)[\s\S]*?(?=<!-- end -->)/, `\n${report}\n\n`))
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
