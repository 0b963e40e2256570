// The port of the readers that split a model's pieces into messages: reads as the reference does (strict or
// permissive, for the golden vectors) or tolerates what models really write (the product). Steps, not meanings:
// whether a message is a call or an answer is the turn reader's business.
import type { HarmonyPiece } from "./harmonyPiece.ts"
import type { Role } from "./message.ts"

export type MessageHeader = {
  readonly role: Role
  readonly name?: string
  readonly recipient?: string
  readonly channel?: string
  readonly contentType?: string
}

/** What ended a message; `cut`: nothing did, the stream ended or the next message began. */
export type MessageEnd = "end" | "return" | "call" | "cut"

/** Problem codes are those of outcome.problems, see turnOutcome.ts. */
export type ReaderStep =
  /**
   * A message is open. `from`: index of the first piece after its author. `tidy`: the header holds what a
   * header should and nothing else, so the model may read it again as it stands.
   */
  | {
      readonly type: "open"
      readonly header: MessageHeader
      readonly from: number
      readonly tidy: boolean
      readonly problems: readonly string[]
    }
  | { readonly type: "content"; readonly text: string }
  /** `to`: index after the message's last piece. */
  | {
      readonly type: "close"
      readonly by: MessageEnd
      readonly to: number
      readonly problems: readonly string[]
    }
  /** A problem between messages. */
  | { readonly type: "problem"; readonly code: string }
  /** Only of the reference: it reads nothing after this. `expectedStart`: the piece just pushed isn't `<|start|>`. */
  | { readonly type: "error"; readonly code: "expectedStart" | "badHeader"; readonly reason: string }

export interface MessageReader {
  push(piece: HarmonyPiece): readonly ReaderStep[]
  /** The stream has ended. */
  finish(): readonly ReaderStep[]
}
