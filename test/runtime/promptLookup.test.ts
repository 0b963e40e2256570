// What stood after the same tokens before: words stand for tokens here.
import assert from "node:assert/strict"
import { test } from "node:test"
import { promptLookup } from "../../src/runtime/promptLookup.ts"

const numbers = new Map<string, number>()
const numberOf = (word: string) => {
  const known = numbers.get(word) ?? numbers.size
  numbers.set(word, known)
  return known
}
const tokens = (text: string) => text.split(" ").map(numberOf)
const words = (found: readonly number[]) => found.map(token => [...numbers.keys()][token] ?? "?").join(" ")

/** The prompt, and an answer as far as it is written: what may come next, four tokens at most. */
function next(prompt: string, answer: string, most = 4): string {
  const lookup = promptLookup(tokens(prompt))
  for (const token of tokens(answer)) lookup.push(token)
  return words(lookup.following(most))
}

test("what followed the last three tokens", () => {
  assert.equal(next("let a = b + c ; Again :", "let a ="), "b + c ;")
})

test("no more than is asked for, and no further than the text goes", () => {
  assert.equal(next("let a = b + c", "let a =", 2), "b +")
  assert.equal(next("let a = b", "+ c let a ="), "b + c let")
  assert.equal(next("let a = b", "let a =", 0), "")
})

test("two tokens alike are no match; nor is an empty text", () => {
  assert.equal(next("let a = b", "const a ="), "")
  assert.deepEqual(promptLookup([]).following(4), [])
  assert.deepEqual(promptLookup([1]).following(4), [])
})

test("the longest match wins", () => {
  assert.equal(next("return a ; } or let a ; } end", "then let a ; }"), "end then let a")
  assert.equal(next("then let a ; } go return a ; } or", "then let a ; }"), "go return a ;")
})

test("of equal ones the first after what was followed last, as a rewriting goes from the beginning to the end", () => {
  const text = "one ( ) ; two ( ) ; three ( ) ; four"
  const lookup = promptLookup(tokens(text))
  const after: string[] = []
  for (const answer of ["X ( ) ;", "Y ( ) ;", "Z ( ) ;"]) {
    for (const token of tokens(answer)) lookup.push(token)
    after.push(words(lookup.following(1)))
    for (const token of lookup.following(1)) lookup.push(token)
  }
  assert.deepEqual(after, ["two", "three", "four"])
})

test("what the answer itself said before counts too", () => {
  assert.equal(next("nothing", "cell , row 1 : cell , row"), "1 : cell ,")
})

test("a text of one token a thousand times is followed as any other", () => {
  const lookup = promptLookup(Array.from({ length: 1000 }, () => 7))
  assert.deepEqual(lookup.following(3), [7, 7, 7])
})
