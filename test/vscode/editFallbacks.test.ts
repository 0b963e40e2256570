// The models behind a role's model: how one gets into the list and out of it, and that nothing leaves this computer
// by a model's failing unless the user said so to its host.
import assert from "node:assert/strict"
import { test } from "node:test"
import { askingForModels as asking } from "../support/askingForModels.ts"

const router = "https://openrouter.ai/api/v1 openai/gpt-oss-120b"
const groq = "https://api.groq.com/openai/v1 openai/gpt-oss-120b"
const file = "/models/gpt-oss-20b.gguf"

const behind = { row: "Other models if this one can’t answer…" }
const add = { row: "Add a model…" }
const stay = { button: "Stay on This Computer" }

test("behind a model on this computer, a host gets in by the user's yes to its name alone", async () => {
  const given = { values: { "chat.model": file }, recent: [router] }
  const model = { row: "openai/gpt-oss-120b" }
  const sentence =
    "? Send your messages and the code that goes with them to openrouter.ai whenever gpt-oss-20b on this computer can’t answer?"

  const refused = asking([behind, add, model, stay, { row: "Done" }], given)
  await refused.chooseModel("chat")
  assert.ok(refused.dialogue.asked.includes(sentence))
  assert.deepEqual(refused.values, given.values)

  const allowed = asking([behind, add, model, { button: "Ask openrouter.ai Too" }, { row: "Done" }], given)
  await allowed.chooseModel("chat")
  assert.deepEqual(allowed.values, { ...given.values, "chat.fallbacks": [router] })
})

test("behind an endpoint, another one or the demo model needs no question", async () => {
  const answers = [behind, add, { row: "openai/gpt-oss-120b" }, add, { row: "Demo model" }, "Escape"] as const
  const chat = asking(answers, { values: { "chat.model": groq }, recent: [router] })
  await chat.chooseModel("chat")
  assert.deepEqual(chat.values["chat.fallbacks"], [router, "demo"])
})

test("the list is moved and cleared, and what names no model is shown and kept", async () => {
  const values = { "chat.model": groq, "chat.fallbacks": ["demo", "nonsense", router] }
  const moved = asking(
    [
      behind,
      { row: "3. openai/gpt-oss-120b" },
      { row: "Ask earlier" },
      { row: "1. Demo model" },
      { row: "Ask later" },
      "Escape",
    ],
    { values },
  )
  await moved.chooseModel("chat")
  assert.deepEqual(moved.values["chat.fallbacks"], [router, "demo", "nonsense"])
  const cleared = asking([behind, { row: "2. Not a model" }, { row: "Remove" }, "Escape"], { values })
  await cleared.chooseModel("chat")
  assert.deepEqual(cleared.values["chat.fallbacks"], ["demo", router])
})

test("from an endpoint to this computer: hosts behind it stay only by the user's word", async () => {
  const values = {
    "chat.model": groq,
    "chat.fallbacks": [router, "demo"],
    "completion.model": "chat",
    "completion.fallbacks": [router],
  }
  const given = { values, recent: [file] }
  const here = { row: "gpt-oss-20b" }

  const cancelled = asking([here, "Escape"], given)
  assert.equal(await cancelled.chooseModel("chat"), false)
  assert.deepEqual(cancelled.values, values)

  const left = asking([here, stay], given)
  assert.equal(await left.chooseModel("chat"), true)
  assert.deepEqual(left.values, {
    ...values,
    "chat.model": file,
    "chat.fallbacks": ["demo"],
    "completion.fallbacks": [],
  })

  const kept = asking([here, { button: "Ask openrouter.ai Too" }], given)
  assert.equal(await kept.chooseModel("chat"), true)
  assert.deepEqual(kept.values, { ...values, "chat.model": file })
  assert.match(kept.dialogue.asked.at(-1) ?? "", /code around your cursor to openrouter\.ai/)
})
