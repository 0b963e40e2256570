// Splits what a model really writes into messages: rules 1 to 6 for answers that break the format. It never
// throws and drops nothing but what it names as a problem.
import type { HarmonyPiece } from "./harmonyPiece.ts"
import type { HeaderOpening, HeaderReading } from "./headerReading.ts"
import type { MessageEnd, MessageHeader, MessageReader, ReaderStep } from "./messageReader.ts"
import type { Offered } from "./offered.ts"
import { readHeader } from "./readHeader.ts"
import { readUnfinishedHeader } from "./readUnfinishedHeader.ts"

export type TolerantOptions = Offered & {
  /** The author of the first message, if the prompt named it; null: the stream should begin with `<|start|>`. */
  readonly role: "assistant" | null
}

type OpenHeader = {
  readonly at: "header"
  readonly opening: HeaderOpening
  readonly pieces: HarmonyPiece[]
  /** Index of the first piece. */
  readonly first: number
  readonly problems: Set<string>
}

type OpenContent = {
  readonly at: "content"
  readonly header: OpenHeader
  readonly open: ReaderStep
  /** White space so far: until something else comes, the message may still turn out to be a header. */
  blank: string | undefined
  readonly problems: Set<string>
}

type State = { readonly at: "between" } | OpenHeader | OpenContent | { readonly at: "over" }

export function createTolerantReader(options: TolerantOptions): MessageReader {
  let index = -1
  let state: State = { at: "between" }
  if (options.role !== null) openHeader("prompt", [], 0)

  function openHeader(opening: HeaderOpening, pieces: HarmonyPiece[], first: number): ReaderStep[] {
    state = { at: "header", opening, pieces, first, problems: new Set() }
    return []
  }

  function openContent(header: OpenHeader): ReaderStep[] {
    const reading = readHeader(header.pieces, header.opening, options)
    if (!reading.byAssistant) return inventedTurn()
    for (const problem of header.problems) reading.problems.add(problem)
    state = { at: "content", header, open: openStep(header, reading), blank: "", problems: new Set() }
    return []
  }

  function closeHeader(header: OpenHeader, by: MessageEnd, to: number): ReaderStep[] {
    state = { at: "between" }
    const { reading, content } = readUnfinishedHeader(header.pieces, header.opening, options)
    if (!reading.byAssistant) return inventedTurn()
    if (content === "" && reading.recipient === undefined && (by === "cut" || reading.channel === undefined))
      return [...header.problems, ...(by === "cut" ? [] : ["missing_message"])].map(problemStep)
    for (const problem of header.problems) reading.problems.add(problem)
    reading.problems.add("missing_message")
    return [openStep(header, reading), ...contentSteps(content), { type: "close", by, to, problems: [] }]
  }

  function closeContent(content: OpenContent, by: MessageEnd, to: number): ReaderStep[] {
    state = { at: "between" }
    const { blank, problems, open } = content
    const held = blank === undefined ? [] : [open, ...contentSteps(blank)]
    return [...held, { type: "close", by, to, problems: [...problems] }]
  }

  /** The model goes on with somebody else's message: everything from here on is made up. */
  function inventedTurn(): ReaderStep[] {
    state = { at: "over" }
    return [problemStep("hallucinated_turn")]
  }

  function between(piece: HarmonyPiece): ReaderStep[] {
    if ("text" in piece) {
      const text = piece.text.trimStart()
      return text === "" ? [] : openHeader("nothing", [{ text }], index)
    }
    if ("reserved" in piece) return [problemStep("stray_control")]
    switch (piece.control) {
      case "start":
        return openHeader("start", [], index + 1)
      case "channel":
        return openHeader("nothing", [piece], index)
      case "message":
        return openContent({
          at: "header",
          opening: "nothing",
          pieces: [],
          first: index,
          problems: new Set(),
        })
      case "endoftext":
        state = { at: "over" }
        return []
      default:
        return [problemStep("stray_control")]
    }
  }

  function inHeader(header: OpenHeader, piece: HarmonyPiece): ReaderStep[] {
    if ("reserved" in piece) header.problems.add("stray_control")
    if (!("control" in piece)) {
      header.pieces.push(piece)
      return []
    }
    switch (piece.control) {
      case "message":
        return openContent(header)
      case "start":
        // Words before it are content if a header was due here, and only noise between messages.
        if (header.opening !== "nothing" && hasContent(header, options)) {
          header.problems.add("missing_end")
          return [...closeHeader(header, "cut", index), ...openHeader("start", [], index + 1)]
        }
        header.pieces.push(piece)
        return []
      case "channel":
      case "constrain":
        header.pieces.push(piece)
        return []
      case "endoftext":
        return endOfText(closeHeader(header, "cut", index))
      default:
        return closeHeader(header, piece.control, index + 1)
    }
  }

  function inContent(content: OpenContent, piece: HarmonyPiece): ReaderStep[] {
    if ("text" in piece) {
      if (content.blank === undefined) return [{ type: "content", text: piece.text }]
      const text = content.blank + piece.text
      content.blank = text.trim() === "" ? text : undefined
      return content.blank === undefined ? [content.open, { type: "content", text }] : []
    }
    const control = "control" in piece ? piece.control : "reserved"
    switch (control) {
      case "start":
        content.problems.add("missing_end")
        return [...closeContent(content, "cut", index), ...openHeader("start", [], index + 1)]
      case "channel":
        if (content.blank === undefined) {
          content.problems.add("missing_end")
          return [...closeContent(content, "cut", index), ...openHeader("prompt", [piece], index)]
        }
        state = { ...content.header, pieces: [...content.header.pieces, piece] }
        for (const problem of [...content.problems, "repeated_header"]) state.problems.add(problem)
        return []
      case "end":
      case "return":
      case "call":
        return closeContent(content, control, index + 1)
      case "endoftext":
        return endOfText(closeContent(content, "cut", index))
      default:
        content.problems.add("stray_control")
        return []
    }
  }

  function endOfText(steps: ReaderStep[]): ReaderStep[] {
    state = { at: "over" }
    return steps
  }

  return {
    push(piece) {
      index++
      if (state.at === "between") return between(piece)
      if (state.at === "header") return inHeader(state, piece)
      return state.at === "content" ? inContent(state, piece) : []
    },
    finish() {
      const to = index + 1
      if (state.at === "header") return endOfText(closeHeader(state, "cut", to))
      return state.at === "content" ? endOfText(closeContent(state, "cut", to)) : endOfText([])
    },
  }
}

function hasContent(header: OpenHeader, offered: Offered): boolean {
  return readUnfinishedHeader(header.pieces, header.opening, offered).content !== ""
}

function openStep(header: OpenHeader, reading: HeaderReading): ReaderStep {
  const { recipient, channel, contentType, problems } = reading
  const fields: MessageHeader = {
    role: "assistant",
    ...(recipient === undefined ? {} : { recipient }),
    ...(channel === undefined ? {} : { channel }),
    ...(contentType === undefined ? {} : { contentType }),
  }
  const from = afterAuthor(header)
  return {
    type: "open",
    header: fields,
    from: from ?? header.first,
    tidy: reading.tidy && problems.size === 0 && from !== undefined,
    problems: [...problems],
  }
}

/** Index of the first piece after the author, if the author's name ends where a piece ends. */
function afterAuthor({ opening, pieces, first }: OpenHeader): number | undefined {
  const start = pieces.findLastIndex(piece => "control" in piece && piece.control === "start")
  if (opening === "prompt" && start < 0) return first
  let author = ""
  for (const [offset, piece] of pieces.entries()) {
    if (offset <= start) continue
    if (!("text" in piece)) return undefined
    author += piece.text
    if (author === "assistant") return first + offset + 1
  }
  return undefined
}

function contentSteps(text: string): ReaderStep[] {
  return text === "" ? [] : [{ type: "content", text }]
}

function problemStep(code: string): ReaderStep {
  return { type: "problem", code }
}
