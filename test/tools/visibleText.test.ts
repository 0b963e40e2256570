import assert from "node:assert/strict"
import { test } from "node:test"
import { visibleText } from "../../src/tools/visibleText.ts"

test("SEC-036: hidden characters are written out", () => {
  assert.equal(visibleText("a\u{e0041}b").text, "a[U+E0041]b")
  assert.equal(visibleText("x\u202ey\u2066z").text, "x[U+202E]y[U+2066]z")
  assert.equal(visibleText("pass\u200bword").text, "pass[U+200B]word")
  assert.equal(visibleText("pass\u200dword\u200c").text, "pass[U+200D]word[U+200C]")
  assert.equal(visibleText("mid\ufeffdle").text, "mid[U+FEFF]dle")
  assert.equal(visibleText("a\ufe00b").text, "a[U+FE00]b")
  assert.equal(visibleText("esc\x1b[31m\x00").text, "esc[U+001B][31m[U+0000]")
  assert.equal(visibleText("😀\ufe0f\ufe01\ufe02").text, "😀[U+FE0F][U+FE01][U+FE02]")
  assert.equal(visibleText(`😀${"\ufe01".repeat(500)}!`).text, "😀[U+FE01][and 499 more hidden characters]!")
})

test("how many and where", () => {
  assert.deepEqual(visibleText("one\ntwo \u{e0041}\u{e0042}\n\u200b"), {
    text: "one\ntwo [U+E0041][U+E0042]\n[U+200B]",
    count: 3,
    firstLine: 2,
  })
})

test("B7: emoji, flags, keycaps, Arabic, Persian, Hebrew, Hindi and ligatures stay as they are", () => {
  const texts = [
    "👩‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 👍🏽",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇩🇪",
    "1️⃣ #️⃣ ©️ ™️",
    "مرحبا بالعالم",
    "می‌خواهم",
    "שלום\u200f עולם\u200e",
  ]
  texts.push("क्‍ष हिन्दी", "ﬁle eﬃcient", "葛󠄀", "\ttab\r\nline\n")
  for (const text of texts) assert.deepEqual(visibleText(text), { text, count: 0, firstLine: 0 })
})
