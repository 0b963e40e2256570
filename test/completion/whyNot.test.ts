// Every reason for silence has a name, and none of them reaches the model.
import assert from "node:assert/strict"
import { test } from "node:test"
import { reasonText } from "../../src/completion/reasonText.ts"
import type { SuggestRequest } from "../../src/completion/suggestion.ts"
import type { CompletionOptions } from "../../src/completion/whyNot.ts"
import { powerPolicy } from "../../src/model/local/power/powerPolicy.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { editor } from "../support/completionTest.ts"
import { requestAt } from "../support/cursorText.ts"

const now = 1_000_000
const onBattery = powerPolicy("manual", true)

type Row = readonly [
  picture: string,
  outcome: string,
  fields?: Partial<SuggestRequest>,
  options?: Partial<CompletionOptions>,
]

const rows: readonly Row[] = [
  ["const x = █", "const x = ├1┤"],
  ["const x = █", "off", {}, { enabled: false }],
  ["const x = █", "languageOff", {}, { disabledLanguages: ["typescript"] }],
  ["const x = █", "snoozed", {}, { snoozedUntil: now + 1 }],
  ["const x = █", "const x = ├1┤", {}, { snoozedUntil: now }],
  ["const x = █", "onRequest", {}, { trigger: "onRequest" }],
  ["const x = █", "onBattery", {}, { power: onBattery }],
  ["const x = █", "onRequest", {}, { power: onBattery, trigger: "onRequest" }],
  ["const x = █", "unsupported", { document: "unsupported" }],
  ["const x = █", "readOnly", { document: "readOnly" }],
  ["const x = █", "tooLarge", { document: "tooLarge" }],
  ["const x = █", "severalCursors", { cursors: 2 }],
  ["const x = █", "selection", { hasSelection: true }],
  ["KEY=█", "secretFile", { fullPaths: ["/work/.env"] }],
  ["KEY=█", "secretFile", { fullPaths: ["C:\\Users\\me\\.ssh\\id_ed25519"] }],
  ["KEY=█", "secretFile", { fullPaths: ["/work/harmless.txt", "/work/.env.local"] }],
  ["co█nst x", "midWord"],
  ["const █ = 1", "midLine"],
  ["const x = █ + 2", "midLine"],
  ["sum(█);", "sum(├1┤);"],
  ["  \n█", "emptyFile"],
  [`${"x".repeat(2001)}█`, "longLine"],
  [`const x = █\n${"x".repeat(2001)}`, `const x = ├1┤\n${"x".repeat(2001)}`],
]

test("the first reason that applies is the one that is told", async () => {
  for (const [picture, outcome, fields, options] of rows) {
    const { at, model } = editor("1", { now: () => now, ...(options === undefined ? {} : { options }) })
    assert.equal(await at(picture, fields), outcome)
    assert.equal(model.requests.length, outcome.includes("├") ? 1 : 0, `${outcome} asks no model`)
  }
})

test("who asks for a suggestion gets one, even when it is off, snoozed, on request only, or on battery", async () => {
  for (const options of [
    { enabled: false },
    { disabledLanguages: ["typescript"] },
    { snoozedUntil: now + 1 },
    { trigger: "onRequest" as const },
    { power: onBattery },
  ])
    assert.equal(
      await editor("1", { options, now: () => now }).at("const x = █", { trigger: "invoked" }),
      "const x = ├1┤",
    )
})

test("the reason on battery names the setting that changes it", () => {
  assert.match(
    reasonText({ type: "none", reason: "onBattery" }),
    /^this computer runs on battery, .*osprey\.local\.onBattery/,
  )
})

test("but not in a secret file", async () => {
  const { at } = editor("1")
  assert.equal(await at("KEY=█", { trigger: "invoked", fullPaths: ["/work/.env"] }), "secretFile")
})

test("over an open suggest list only what extends the chosen item, and only if it is known", async () => {
  const { at, model } = editor(".log(x)")
  const logItem = { text: ".log", replaces: "." }
  assert.equal(await at("console.█", { selected: logItem }), "suggestList")
  assert.equal(model.requests.length, 0)
  assert.equal(await at("console█"), "console├.log(x)┤")
  assert.equal(await at("console.█", { selected: logItem }), "console.├log(x)┤")
  assert.equal(await at("console.█", { selected: { text: ".table", replaces: "." } }), "suggestList")
  assert.equal(model.requests.length, 1)
})

test("no model is a reason, a model that fails is another, and the next half minute is quiet", async () => {
  const none = editor("1")
  const unset = {
    ...none.parts,
    model: () => {
      throw new ModelError("notConfigured")
    },
  }
  const { suggest } = await import("../../src/completion/suggest.ts")
  const asked = requestAt("const x = █")
  const never = new AbortController().signal
  assert.deepEqual(await suggest(asked, unset, never), { type: "none", reason: "noModel" })

  let at = now
  let broken = true
  const failing = editor(
    () => {
      if (broken) throw new ModelError("modelBroken")
      return " 1"
    },
    { now: () => at },
  )
  const failed = { type: "none", reason: "modelFailed", failure: "modelBroken" }
  assert.deepEqual(await failing.outcome(asked), failed)
  assert.deepEqual(await failing.outcome(asked), failed)
  assert.equal(failing.model.requests.length, 1, "the second keystroke doesn't try again")
  broken = false
  assert.equal(await failing.at("const x = █", { trigger: "invoked" }), "const x = ├1┤")
  at += 31_000
  assert.equal(await failing.at("const y = █"), "const y = ├1┤")
})
