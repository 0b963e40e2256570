// What VS Code keeps for the page while it is hidden or reloaded: draft, waiting messages, open rows, place in
// the text. Read back with suspicion, as an older version may have written it.

/** A turn, and how many pixels its top stands below the top of the visible part. */
export type ScrollAnchor = { readonly turnId: string; readonly offset: number }

export type SavedView = {
  readonly draft: string
  readonly queue: readonly string[]
  readonly sending: string | undefined
  readonly open: readonly string[]
  /** Undefined: the page follows its end. */
  readonly anchor: ScrollAnchor | undefined
}

export const nothingSaved: SavedView = {
  draft: "",
  queue: [],
  sending: undefined,
  open: [],
  anchor: undefined,
}

export function savedView(value: unknown): SavedView {
  if (!isRecord(value)) return nothingSaved
  return {
    draft: typeof value.draft === "string" ? value.draft : "",
    queue: strings(value.queue),
    sending: typeof value.sending === "string" ? value.sending : undefined,
    open: strings(value.open),
    anchor: anchor(value.anchor),
  }
}

function anchor(value: unknown): ScrollAnchor | undefined {
  if (!isRecord(value) || typeof value.turnId !== "string" || typeof value.offset !== "number")
    return undefined
  return { turnId: value.turnId, offset: value.offset }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === "string") : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}
