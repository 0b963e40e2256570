// Reads messages as openai/harmony v0.0.8 does, faults included: the yardstick that the golden vectors state.
// The product never reads with it: one stray token and it is done.
import { type HarmonyPiece, pieceLiteral } from "./harmonyPiece.ts"
import type { Role } from "./message.ts"
import type { MessageEnd, MessageReader, ReaderStep } from "./messageReader.ts"
import { readReferenceHeader } from "./readReferenceHeader.ts"

export type ReferenceOptions = {
  /** `permissive` forgives one thing: a message that ends before its `<|message|>`. */
  readonly strictness: "strict" | "permissive"
  /** The author of the first message, if the prompt named it; null: the stream begins with `<|start|>`. */
  readonly role: Role | null
}

type State =
  | { readonly at: "between" }
  | { readonly at: "header"; readonly text: string; readonly role: Role | undefined; readonly from: number }
  | { readonly at: "content" }
  | { readonly at: "failed" }

const between: State = { at: "between" }

export function createReferenceReader({ strictness, role }: ReferenceOptions): MessageReader {
  let state: State = role === null ? between : { at: "header", text: "", role, from: 0 }
  let index = -1

  function fail(code: "expectedStart" | "badHeader", reason: string): ReaderStep[] {
    state = { at: "failed" }
    return [{ type: "error", code, reason }]
  }

  function close(by: MessageEnd): ReaderStep[] {
    state = between
    return [{ type: "close", by, to: index + 1, problems: [] }]
  }

  function open(header: Extract<State, { at: "header" }>): ReaderStep[] {
    const reading = readReferenceHeader(header.text, header.role)
    if ("error" in reading) return fail("badHeader", reading.error)
    if (reading.rest.length > 0) return fail("badHeader", "unexpected tokens remaining in message header")
    state = { at: "content" }
    return [{ type: "open", header: reading.header, from: header.from, tidy: true, problems: [] }]
  }

  /** A message without `<|message|>`: its words are its content; dropped if its author wasn't given. */
  function recover(header: Extract<State, { at: "header" }>, by: MessageEnd): ReaderStep[] {
    state = between
    if (header.role === undefined || header.text === "") return []
    const reading = readReferenceHeader(header.text, header.role, "content follows")
    if ("error" in reading) return fail("badHeader", reading.error)
    return [
      { type: "open", header: reading.header, from: header.from, tidy: false, problems: ["missing_message"] },
      { type: "content", text: reading.rest.join(" ") },
      ...close(by),
    ]
  }

  return {
    push(piece) {
      index++
      const control = "control" in piece ? piece.control : undefined
      const stop = stopOf(piece)
      switch (state.at) {
        case "failed":
          return []
        case "between":
          if (control !== "start")
            return fail("expectedStart", `Unexpected ${pieceLiteral(piece)} while expecting <|start|>`)
          state = { at: "header", text: "", role: undefined, from: index + 1 }
          return []
        case "header":
          if (control === "message") return open(state)
          if (stop !== undefined && strictness === "permissive") return recover(state, stop)
          state = { ...state, text: state.text + pieceLiteral(piece) }
          return []
        case "content":
          return stop === undefined ? [{ type: "content", text: pieceLiteral(piece) }] : close(stop)
      }
    },
    finish() {
      if (state.at === "content") return close("cut")
      if (state.at === "header")
        return fail("badHeader", "Unexpected EOS while waiting for message header to complete")
      return []
    },
  }
}

function stopOf(piece: HarmonyPiece): Exclude<MessageEnd, "cut"> | undefined {
  if (!("control" in piece)) return undefined
  const { control } = piece
  return control === "end" || control === "return" || control === "call" ? control : undefined
}
