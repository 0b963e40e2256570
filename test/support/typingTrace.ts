// A recorded way of typing, as a text: what stands between ⟦ and ⟧ is typed key by key, one place after the other; ⌫
// takes the last character back. The rest is there from the beginning.

export type Keystroke = {
  readonly before: string
  readonly after: string
  /** `jump`: the first key at another place. `back`: ⌫. `forward`: everything else. */
  readonly kind: "jump" | "back" | "forward"
}

export function keystrokesOf(trace: string): readonly Keystroke[] {
  const places = trace.split(/[⟦⟧]/)
  const keys: Keystroke[] = []
  const typed = new Map<number, string>()
  const textOf = (from: number, to: number) =>
    places
      .slice(from, to)
      .map((text, index) => ((from + index) % 2 === 0 ? text : (typed.get(from + index) ?? "")))
      .join("")
  for (let place = 1; place < places.length; place += 2) {
    typed.set(place, "")
    for (const [index, key] of [...(places[place] ?? "")].entries()) {
      const now = typed.get(place) ?? ""
      typed.set(place, key === "⌫" ? now.slice(0, -1) : now + key)
      keys.push({
        before: textOf(0, place + 1),
        after: textOf(place + 1, places.length),
        kind: index === 0 ? "jump" : key === "⌫" ? "back" : "forward",
      })
    }
  }
  return keys
}
