// Runs one golden vector and says how it differs from what is expected. Knows all six kinds.
import type { HarmonyPiece } from "../../src/harmony/harmonyPiece.ts"
import { createHarmonyReader } from "../../src/harmony/harmonyReader.ts"
import { readLeakedText } from "../../src/harmony/readLeakedText.ts"
import { renderConversation } from "../../src/harmony/renderConversation.ts"
import type { TurnOutcome } from "../../src/harmony/turnOutcome.ts"
import { createPieceDecoder, encodeSegments, type Vocabulary } from "../../src/harmony/vocabulary.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import { type Difference, difference } from "./difference.ts"
import { runParse, runStream } from "./referenceVectors.ts"
import { toConversation } from "./vectorConversation.ts"
import type { ExpectedTurn, Vector, VectorOf } from "./vectorFile.ts"

/** undefined: the vector passes. Never throws. */
export function runVector(vector: Vector, vocabulary: Vocabulary): Difference | undefined {
  try {
    return run(vector, vocabulary)
  } catch (error) {
    return { expected: "no exception", actual: String(error) }
  }
}

function run(vector: Vector, vocabulary: Vocabulary): Difference | undefined {
  switch (vector.kind) {
    case "render":
      return runRender(vector, vocabulary)
    case "parse":
      return runParse(vector, vocabulary)
    case "stream":
      return runStream(vector, vocabulary)
    case "encode":
      return difference(vector.expected_tokens, encode(vector, vocabulary))
    case "recovery":
      return difference(sorted(vector.expected), summary(readTokens(vector, vocabulary)))
    case "leak":
      return difference(sorted(vector.expected), readContent(vector))
  }
}

function runRender(vector: VectorOf<"render">, vocabulary: Vocabulary): Difference | undefined {
  const { options, expected_error, expected_text, expected_tokens } = vector
  try {
    const segments = renderConversation(toConversation(vector.conversation.messages), {
      mode: options.mode,
      nextRole: options.next_role ?? "assistant",
      headerStyle: options.header_style,
      historyRule: options.history_rule ?? (options.auto_drop_analysis ? "auto-drop-analysis" : "keep-all"),
    })
    const actual = { text: segments.map(literal).join(""), tokens: encodeSegments(vocabulary, segments) }
    if (expected_error !== undefined) return { expected: expected_error, actual: actual.text }
    return (
      difference(expected_text ?? actual.text, actual.text) ??
      difference(expected_tokens ?? actual.tokens, actual.tokens)
    )
  } catch (error) {
    const reason = String(error)
    const foreseen = expected_error !== undefined && reason.includes(expected_error)
    return foreseen ? undefined : { expected: expected_error ?? "no error", actual: reason }
  }
}

function literal(segment: Segment): string {
  if ("text" in segment) return segment.text
  return "control" in segment ? `<|${segment.control}|>` : ""
}

/** With `all`, literals of control tokens become these: what a prompt must never do, and a yardstick may. */
function encode({ text, options }: VectorOf<"encode">, vocabulary: Vocabulary): readonly number[] {
  if (options.allowed_special === "none") return vocabulary.encode(text)
  const ids = specialIds(vocabulary)
  return text
    .split(/(<\|[a-z0-9_]+\|>)/)
    .flatMap(part => ids.get(part) ?? (part === "" ? [] : vocabulary.encode(part)))
}

function specialIds(vocabulary: Vocabulary): ReadonlyMap<string, number> {
  const ids = new Map<string, number>()
  for (let id = 199_998; id <= 201_088; id++) {
    const meaning = vocabulary.meaningOf(id)
    if ("control" in meaning) ids.set(`<|${meaning.control}|>`, id)
    if ("reserved" in meaning) ids.set(meaning.reserved, id)
  }
  return ids
}

function readTokens({ tokens, options }: VectorOf<"recovery">, vocabulary: Vocabulary): TurnOutcome {
  const { role = null, tools, builtins, finish } = options
  const reader = createHarmonyReader({ role, tools, builtins })
  const decoder = createPieceDecoder(vocabulary)
  const pieces: readonly HarmonyPiece[] = [...tokens.flatMap(id => decoder.push(id)), ...decoder.flush()]
  for (const piece of pieces) reader.push(piece)
  return reader.finish(finish === "length" ? "length" : "stop").outcome
}

function readContent({ text, options }: VectorOf<"leak">): ExpectedTurn {
  const outcome = readLeakedText(text, options)
  if (outcome !== undefined) return summary(outcome)
  return { reasoning: "", preambles: [], final: text, calls: [], status: "final", problems: [] }
}

function summary({ reasoning, preambles, final, calls, status, problems }: TurnOutcome): ExpectedTurn {
  return {
    reasoning,
    preambles: [...preambles],
    final,
    calls: calls.map(call => ({ name: call.name, arguments: call.arguments })),
    status,
    problems: [...problems],
  }
}

function sorted(expected: ExpectedTurn): ExpectedTurn {
  return { ...expected, problems: expected.problems.toSorted() }
}
