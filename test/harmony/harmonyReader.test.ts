// The turn reader as the product uses it: what is given out when, what the turn came to, what goes into history.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createHarmonyReader, type ReaderOptions } from "../../src/harmony/harmonyReader.ts"
import type { ReaderEvent } from "../../src/harmony/readerEvent.ts"
import type { TurnOutcome } from "../../src/harmony/turnOutcome.ts"
import { pieces } from "./pieces.ts"

describe("while an answer arrives", () => {
  test("reasoning, preamble and answer are given out piece by piece", () => {
    const { events } = read(
      "<|channel|>analysis<|message|>I|think<|end|>|<|start|>assistant<|channel|>commentary<|message|>Plan.<|end|><|start|>assistant<|channel|>final<|message|>Done|.<|return|>",
    )
    assert.deepEqual(events, [
      { type: "reasoning", text: "I" },
      { type: "reasoning", text: "think" },
      { type: "preamble", text: "Plan." },
      { type: "text", text: "Done" },
      { type: "text", text: "." },
    ])
  })

  test("two messages of a kind are parted by a newline", () => {
    const { events, outcome } = read(
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|>",
    )
    assert.deepEqual(events, [
      { type: "reasoning", text: "a" },
      { type: "reasoning", text: "\nb" },
    ])
    assert.equal(outcome.reasoning, "a\nb")
  })

  test("a call is given out once it is complete, never as text", () => {
    const { events } = read(
      '<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path"|:"a"}<|call|>',
    )
    assert.deepEqual(events, [
      {
        type: "toolCall",
        call: {
          id: "call_1",
          name: "read_file",
          arguments: { path: "a" },
          rawArguments: '{"path":"a"}',
          problems: [],
        },
      },
    ])
  })

  test("leading white space waits until it is clear that a content has begun", () => {
    const { events } = read("<|channel|>commentary<|message|>\n|<|channel|>analysis<|message|>\n|t<|end|>")
    assert.deepEqual(events, [{ type: "reasoning", text: "\nt" }])
  })

  test("behind a recipient on analysis, the first character decides between prose and arguments", () => {
    const prose = read("<|channel|>analysis to=functions.read_file<|message|> |`|a` first|.<|end|>")
    assert.deepEqual(prose.events, [
      { type: "reasoning", text: " `a` first" },
      { type: "reasoning", text: "." },
    ])
    assert.deepEqual(prose.outcome.problems, ["final_missing", "recipient_without_call"])
    const fenced = read(
      '<|channel|>analysis to=functions.read_file<|message|>`|``json\n{"path":"a"}\n```<|call|>',
    )
    assert.deepEqual(fenced.outcome.calls[0]?.arguments, { path: "a" })
  })
})

describe("what is uncertain doesn't run", () => {
  test("arguments cut by length, even if they parse", () => {
    const { outcome } = read(
      '<|channel|>commentary to=functions.read_file json<|message|>{"path":"a"}',
      "length",
    )
    assert.equal(outcome.calls[0]?.arguments, null)
    assert.equal(outcome.status, "truncated")
  })

  test("a header that breaks off after the recipient", () => {
    const { outcome } = read("<|channel|>commentary to=functions.list_problems")
    assert.deepEqual(
      outcome.calls.map(call => [call.name, call.arguments]),
      [["list_problems", null]],
    )
    assert.deepEqual(outcome.problems, ["missing_message", "unterminated_call"])
  })

  test("a result that the model made up itself, with everything after it", () => {
    const { outcome } = read(
      '<|channel|>commentary to=functions.read_file json<|message|>{"path":"a"}<|call|><|start|>functions.read_file<|channel|>commentary<|message|>AAA<|end|><|start|>assistant<|channel|>final<|message|>AAA<|return|>',
    )
    assert.equal(outcome.calls.length, 1)
    assert.equal(outcome.final, null)
    assert.deepEqual(outcome.problems, ["hallucinated_turn"])
  })

  test("a channel called like somebody else is a bad channel, not somebody else's turn", () => {
    const { outcome } = read("<|channel|>final<|message|>Hi.<|end|><|channel|>user<|message|>More.<|end|>")
    assert.equal(outcome.final, "Hi.\nMore.")
  })

  test("control tokens that the answer only spells", () => {
    const spelled =
      "<|end|><|start|>assistant<|channel|>commentary to=functions.read_file<|message|>{}<|call|>"
    const reader = createHarmonyReader({ tools: ["read_file"] })
    for (const piece of pieces("<|channel|>final<|message|>")) reader.push(piece)
    assert.deepEqual(reader.push({ text: spelled }), [{ type: "text", text: spelled }])
    const { outcome } = reader.finish("stop")
    assert.equal(outcome.final, spelled)
    assert.deepEqual(outcome.calls, [])
  })
})

describe("no text is lost", () => {
  test("words where a header was due are an answer", () => {
    const { outcome } = read("Hello there<|start|>assistant<|channel|>final<|message|>Hi<|return|>")
    assert.equal(outcome.final, "Hello there\nHi")
    assert.deepEqual(outcome.problems, ["missing_end", "missing_message", "no_channel"])
  })

  test("an answer that begins with a channel's name keeps its first word", () => {
    assert.equal(read("final words are hard<|return|>").outcome.final, "final words are hard")
    assert.equal(read("analysis of the code<|return|>").outcome.final, "analysis of the code")
  })

  test("an answer that came as a preamble is the answer, and is so in the history", () => {
    const { outcome } = read("<|channel|>commentary<|message|>4.<|return|>")
    assert.equal(outcome.final, "4.")
    assert.deepEqual(outcome.preambles, [])
    assert.deepEqual(outcome.messages[0]?.message, { role: "assistant", channel: "final", content: "4." })
  })

  test("a cut answer stays, a cut header shows nothing", () => {
    const cut = read("<|channel|>final<|message|>So far", "length").outcome
    assert.deepEqual([cut.status, cut.final, cut.problems], ["truncated", "So far", []])
    const header = read("<|channel|>fin", "length").outcome
    assert.deepEqual([header.status, header.final], ["truncated", null])
  })

  test("nothing at all is empty", () => {
    const { outcome } = read("")
    assert.deepEqual([outcome.status, outcome.final, outcome.problems], ["empty", null, ["final_missing"]])
  })
})

describe("the messages for the history", () => {
  test("what the model wrote well may be fed again as it was generated", () => {
    const { outcome } = read(
      '<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>{"path":"a"}<|call|>',
    )
    assert.deepEqual(outcome.messages, [
      {
        message: { role: "assistant", channel: "analysis", content: "t" },
        verbatim: true,
        pieces: [0, 5],
      },
      {
        message: {
          role: "assistant",
          recipient: "functions.read_file",
          channel: "commentary",
          contentType: "<|constrain|>json",
          content: '{"path":"a"}',
        },
        verbatim: true,
        pieces: [7, 14],
      },
    ])
  })

  test("a repeated start and author stay outside", () => {
    const [message] = read("<|start|>ass|istant<|channel|>final<|message|>x<|return|>").outcome.messages
    assert.deepEqual([message?.verbatim, message?.pieces], [true, [3, 8]])
  })

  for (const [what, text] of Object.entries({
    "a polluted name": '<|channel|>commentary to=functions.read_filejson<|message|>{"path":"a"}<|call|>',
    "the wrong channel": '<|channel|>analysis to=functions.read_file json<|message|>{"path":"a"}<|call|>',
    "repaired arguments":
      '<|channel|>commentary to=functions.read_file json<|message|>[{"path":"a"}]<|call|>',
    "the wrong end": '<|channel|>commentary to=functions.read_file json<|message|>{"path":"a"}<|end|>',
    "a stray token":
      '<|channel|>commentary to=functions.read_file json<|message|>{"path":"a"}<|constrain|><|call|>',
  }))
    test(`${what} is rewritten in clean form`, () => {
      const [only, ...more] = read(text).outcome.messages
      assert.deepEqual(more, [])
      assert.equal(only?.verbatim, false)
      assert.deepEqual(only?.message, {
        role: "assistant",
        recipient: "functions.read_file",
        channel: "commentary",
        contentType: "<|constrain|>json",
        content: '{"path":"a"}',
      })
    })

  test("a message that names itself the recipient, or was cut, isn't fed as it was", () => {
    for (const text of ["<|channel|>final to=user<|message|>x<|return|>", "<|channel|>final<|message|>x"])
      assert.equal(read(text).outcome.messages[0]?.verbatim, false)
  })

  test("an offered built-in keeps its channel and its type", () => {
    const { outcome } = read(
      '<|channel|>analysis to=browser.search code<|message|>{"query":"x"}<|call|>',
      "stop",
      {
        builtins: ["browser"],
      },
    )
    assert.deepEqual(outcome.problems, [])
    assert.deepEqual(outcome.messages[0]?.message, {
      role: "assistant",
      recipient: "browser.search",
      channel: "analysis",
      contentType: "code",
      content: '{"query":"x"}',
    })
  })
})

/** Reads a turn written as text: control tokens by name, `|` between pieces. */
function read(
  text: string,
  reason: "stop" | "length" = "stop",
  options: ReaderOptions = {},
): { readonly events: readonly ReaderEvent[]; readonly outcome: TurnOutcome } {
  let ids = 0
  const newCallId = () => `call_${++ids}`
  const reader = createHarmonyReader({ tools: ["read_file", "list_problems"], newCallId, ...options })
  const events = pieces(text).flatMap(piece => [...reader.push(piece)])
  const last = reader.finish(reason)
  return { events: [...events, ...last.events], outcome: last.outcome }
}
