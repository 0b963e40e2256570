// What the loop does when a model goes wrong, fault by fault: what the user sees as a line, what the model is told.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Message } from "../../src/harmony/message.ts"
import type { ModelRequest } from "../../src/model/languageModel.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { calls, says, scriptedModel } from "../support/scriptedModel.ts"
import { goesOnWith, history, hosted, readA, run, story, told, writes } from "./loopTest.ts"

const call = (header: string, content: string, end = "<|call|>") =>
  writes(`${header}<|message|>${content}${end}`)
const good = "<|channel|>commentary to=functions.read_file <|constrain|>json"
const thinks = (text: string, reason: "stop" | "length" = "stop") =>
  writes(`<|channel|>analysis<|message|>${text}`, reason)
const done = writes("<|channel|>final<|message|>Done.<|return|>")

const effortOf = (request: ModelRequest | undefined) =>
  /"reasoningEffort":"(\w+)"/.exec(JSON.stringify(request?.conversation.messages))?.[1]

for (const [fault, turn] of [
  ["a polluted name", call("<|channel|>commentary to=functions.read_filejson", '{"path":"a.ts"}')],
  [
    "a control token in the name",
    call("<|channel|>commentary to=functions.read_file<|channel|>commentary", '{"path":"a.ts"}'),
  ],
  ["a call on analysis", call("<|channel|>analysis to=functions.read_file code", '{"path":"a.ts"}')],
  ["a call that ends like an answer", call(good, '{"path":"a.ts"}', "<|return|>")],
  ["arguments in a list", call(good, '[{"path":"a.ts"}]')],
  ["arguments in a fence", call(good, '```json\n{"path":"a.ts"}\n```')],
  ["text after the arguments", call(good, '{"path":"a.ts"} ]')],
] as const)
  test(`${fault} is run, and the history holds the call in clean form`, async () => {
    const events = await run(scriptedModel(turn, done))
    assert.equal(story(events), "[read_file]Done. → done")
    const [clean] = history(events)
    assert.deepEqual(clean, {
      role: "assistant",
      recipient: "functions.read_file",
      channel: "commentary",
      contentType: "<|constrain|>json",
      content: '{"path":"a.ts"}',
    } satisfies Message)
  })

test("an unknown tool is answered under its name with the tools there are", async () => {
  const events = await run(scriptedModel(call("<|channel|>commentary to=functions.edit", "{}"), done))
  assert.equal(story(events), "[edit failed]Done. → done")
  assert.deepEqual(told(history(events)), [
    "call edit {}",
    'result edit: There is no tool "edit". Tools: read_file, list_directory, search_text.',
    "final: Done.",
  ])
})

for (const name of ["python", "browser.search", "container.exec", "repo_browser.open_file", "apply_patch"])
  test(`${name} wasn't offered: an unknown tool`, async () => {
    const events = await run(scriptedModel(call(`<|channel|>analysis to=${name} code`, '{"q":1}'), done))
    assert.equal(story(events), `[${name} failed]Done. → done`)
    assert.match(told(history(events))[1] ?? "", /^result .*: There is no tool/)
  })

test("unknown tools twice in a row: a reminder; a third time: the end", async () => {
  const unknown = (name: string) => call(`<|channel|>commentary to=functions.${name}`, "{}")
  const model = scriptedModel(unknown("edit"), unknown("bash"), unknown("edit"))
  const events = await run(model)
  assert.equal(story(events), "[edit failed][bash failed][edit failed] → unknownTools")
  assert.equal(
    told(history(events))[4],
    "developer: Reminder: you called tools that don't exist. Tools: read_file, list_directory, search_text. Use no others.",
  )
})

test("a tool that exists in between begins the count again", async () => {
  const unknown = call("<|channel|>commentary to=functions.edit", "{}")
  const events = await run(scriptedModel(unknown, unknown, calls(readA), unknown, unknown, done))
  assert.equal(story(events), "[edit failed][edit failed][read_file][edit failed][edit failed]Done. → done")
})

for (const [written, said] of [
  ['{"path": a.ts}', 'its arguments are no JSON from character 10 on, after `{"path": `: `a.ts}`.'],
  ['{path: "a.ts"}', 'its arguments are no JSON from character 2 on, after `{`: `path: "a.ts"}`.'],
  ['["a.ts", "b.ts"]', "its arguments are a list, not one JSON object."],
  ['"a.ts"', "its arguments are a string, not one JSON object."],
  ["cat a.ts", "its arguments are no JSON from character 1 on, at the beginning: `cat a.ts`."],
] as const)
  test(`arguments that can't be read are explained: ${written}`, async () => {
    const events = await run(scriptedModel(call(good, written), done))
    assert.equal(
      told(history(events))[1],
      `result read_file: read_file was not run: ${said} Call it as read_file {path: string, start_line?: integer, end_line?: integer}.`,
    )
    assert.equal(story(events), "[read_file failed]Done. → done")
  })

test("arguments that don't fit the schema are explained", async () => {
  const events = await run(scriptedModel(call(good, '{"path": 7}'), done))
  assert.equal(
    told(history(events))[1],
    "result read_file: read_file needs path to be a string. Call it as read_file {path: string, start_line?: integer, end_line?: integer}.",
  )
})

test("bad arguments may be tried again twice, for each tool by itself", async () => {
  const bad = (text: string) => call(good, text)
  const stuck = await run(scriptedModel(bad("{a"), bad("{b"), bad("{c"), done))
  assert.equal(story(stuck), "[read_file failed][read_file failed][read_file failed] → badArguments")
  const learns = await run(scriptedModel(bad("{a"), bad("{b"), calls(readA), bad("{a"), bad("{b"), done))
  assert.match(story(learns), / → done$/)
})

test("a call that was cut by the length is not run, and smaller steps are asked for", async () => {
  const cut = writes(`${good}<|message|>{"path": "a.t`, "length")
  const events = await run(scriptedModel(cut, calls(readA), done))
  assert.equal(story(events), "[read_file failed][read_file]Done. → done")
  assert.equal(
    told(history(events))[1],
    "result read_file: Not run: the call was cut off because it was longer than one answer may be. Make smaller steps: shorter arguments, several calls.",
  )
  assert.equal(story(await run(scriptedModel(cut))), "[read_file failed][read_file failed] → cut")
})

test("only reasoning: the answer is begun for a model that can go on with a text", async () => {
  const model = goesOnWith("Four.", scriptedModel(thinks("Two and two.")))
  const events = await run(model)
  assert.equal(story(events), "(Two and two.)Four. → done")
  assert.deepEqual(told(model.begun[0]?.slice(2) ?? []), ["analysis: Two and two."])
  assert.deepEqual(told(history(events)), ["analysis: Two and two.", "final: Four."])
  const nothing = goesOnWith("", scriptedModel(thinks("Hm.")))
  assert.equal(story(await run(nothing)), "(Hm.) → empty")
})

test("only reasoning and no room to begin the answer: the model is simply asked again", async () => {
  const model = goesOnWith("", scriptedModel(thinks("Hm."), done))
  const full = {
    ...model,
    // biome-ignore lint/correctness/useYield: it fails before it writes
    async *continueText() {
      throw new ModelError("contextFull")
    },
  }
  assert.equal(story(await run(full)), "(Hm.)Done. → done")
})

test("only reasoning: any other model is told to answer, once", async () => {
  const model = hosted(scriptedModel(thinks("Two and two."), says("Four.")))
  const events = await run(model)
  assert.equal(story(events), "(Two and two.)Four. → done")
  assert.deepEqual(told(history(events)), [
    "analysis: Two and two.",
    "user: Please give your answer now.",
    "final: Four.",
  ])
  assert.equal(story(await run(hosted(scriptedModel(thinks("Hm."))))), "(Hm.)(Hm.) → empty")
})

test("nothing at all: asked once more, then given up", async () => {
  assert.equal(story(await run(scriptedModel(writes(""), says("Here.")))), "Here. → done")
  assert.equal(story(await run(scriptedModel(writes("")))), " → empty")
})

test("reasoning cut by the length is kept and gone on with, on this computer", async () => {
  const model = scriptedModel(thinks("First half", "length"), done)
  const events = await run(model)
  assert.equal(story(events), "(First half)Done. → done")
  assert.deepEqual(told(model.requests[1]?.conversation.messages.slice(2) ?? []), ["analysis: First half"])
  assert.equal(story(await run(scriptedModel(thinks("Hm", "length")))), "(Hm)(Hm) → cut")
})

test("reasoning cut by the length is asked again with less effort, at an endpoint", async () => {
  const model = hosted(scriptedModel(thinks("On and on", "length"), done))
  assert.equal(story(await run(model)), "(On and on)✗endless_reasoning Done. → done")
  assert.deepEqual(model.requests.map(effortOf), ["medium", "low"])
  assert.equal(model.requests[1]?.conversation.messages.length, 2)
})

test("reasoning cut by the length at the lowest effort: told to answer", async () => {
  const model = hosted(scriptedModel(thinks("On and on", "length"), done))
  const events = await run(model, { effort: "low" })
  assert.equal(story(events), "(On and on)Done. → done")
  assert.equal(told(history(events))[1], "user: Please give your answer now.")
})

test("text that goes round in circles is taken back and asked again with less effort, once", async () => {
  const circles = says("and so on ".repeat(500))
  const model = scriptedModel(circles, done)
  const events = await run(model, { effort: "high" })
  assert.match(story(events), /^(and so on )+✗repeated_text Done\. → done$/)
  assert.ok(story(events).length < 2000, "it stops long before the model does")
  assert.deepEqual(told(history(events)), ["final: Done."])
  assert.deepEqual(
    model.requests.map(request => [effortOf(request), request.temperature]),
    [
      ["high", undefined],
      ["medium", 1],
    ],
  )
  const again = await run(scriptedModel(circles))
  assert.match(story(again), /✗repeated_text (and so on )+ → looped$/)
  assert.match(String(history(again).at(-1)?.content), /^and so on/)
})

test("the same call a third time isn't run but pointed out, a fourth time ends the turn", async () => {
  const model = scriptedModel(calls(readA), calls(readA), calls(readA), done)
  const events = await run(model)
  assert.equal(story(events), "[read_file][read_file]Done. → done")
  assert.equal(
    told(history(events))[5],
    "result read_file: Not run: this exact call was made before; use its result.",
  )
  assert.deepEqual(model.requests.map(effortOf), ["medium", "medium", "medium", "low"])
  assert.equal(story(await run(scriptedModel(calls(readA)))), "[read_file][read_file] → looped")
})

test("an invented turn of somebody else's is cut off; what came before is the answer", async () => {
  const invents = writes(
    "<|channel|>final<|message|>Four.<|end|><|start|>user<|message|>And five?<|end|><|start|>assistant<|channel|>final<|message|>Six.",
  )
  const events = await run(scriptedModel(invents))
  assert.equal(story(events), "Four. → done")
  assert.deepEqual(told(history(events)), ["final: Four."])
})

test("whatever goes wrong, every call in the history has its result right after it", async () => {
  const two = calls(readA, { name: "edit", arguments: {} })
  for (const options of [{}, { maxToolCalls: 1 }, { maxToolCalls: 3 }]) {
    const messages = history(await run(scriptedModel(two), options))
    const made = messages.filter(message => message.recipient?.startsWith("functions.")).length
    assert.equal(messages.filter(message => message.role === "tool").length, made)
  }
})
