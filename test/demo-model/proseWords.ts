// The words of our own sentences and of the code that the corpus writes: whatever isn't a name. The tokenizer keeps
// them whole, and the trainer never takes them apart.
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import { paraphrases, productOffer } from "./offers.ts"
import { ospreyInstructions, productOpening } from "./openings.ts"
import {
  fixedQuestions,
  listQuestions,
  readQuestions,
  searchQuestions,
  selectionQuestions,
} from "./questions.ts"
import { randomFrom } from "./random.ts"

const code = `export function const let return import from class private constructor this new for of in if while else interface type
string number boolean void unknown true false null undefined console log length map filter join get set includes trim
toLowerCase toUpperCase Math max min def self init with open as read print len int str list dict None True False strip
lower upper assert equal test node strict typeof param file path line value error default async await throw
ts js py tsx json md css go rs java yaml mjs html sh javascript python markdown rust shellscript typescriptreact plaintext
diff txt`

const answers = `The question is about. The tool for it: starts with It defines holds is here That did not work Error not found is a
file folder no matches empty code starts problem is this Fix with Osprey can repair it must be a number without quotes
needs bracket is missing be declared with let comment before the code function test for the function becomes Line Cannot
find name Did you mean implicitly has an any type Property does not exist assignable Parameter expected declared but its
value is never read because constant Rename File Code Change Problems Before After Write whole again corrected the end cursor`

const questions = [...readQuestions, ...listQuestions, ...searchQuestions].map(question => question(""))
const texts = [
  code,
  answers,
  ospreyInstructions,
  ...questions,
  ...selectionQuestions.map(question => question("", "", "")),
  ...fixedQuestions.flatMap(({ asked, thought, answer }) => [...asked, thought, answer]),
  ...Object.values(paraphrases).flat(),
  ...renderConversation({ messages: productOpening(randomFrom(1), productOffer().tools) }).map(segment =>
    "text" in segment ? segment.text : " ",
  ),
]

/** As they are written, each once. */
export const proseWords: readonly string[] = [
  ...new Set(texts.flatMap(text => text.match(/\p{Lu}*\p{Ll}+/gu) ?? [])),
]
