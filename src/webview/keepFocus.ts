// The keyboard's place when what had the focus goes away: from the welcome page to the text field and back, from
// "Look for local servers" to what was found. Focus that stands elsewhere is left alone.

/** Draws; if the focused part of the welcome page or the composer is gone afterwards, its successor has the focus. */
export function keepFocus(root: HTMLElement, composerId: string, draw: () => void): void {
  const focused = root.ownerDocument.activeElement
  const watched = focused?.closest(".welcome, .composer") ?? null
  const looked = focused?.closest(".look") ?? null
  draw()
  if (watched === null || focused?.isConnected !== false) return
  const found = looked === null ? null : root.querySelector<HTMLElement>(".found-title")
  const next = found ?? firstPlace(root, composerId)
  next?.focus()
  // The kit's buttons take the focus only once they have drawn themselves.
  setTimeout(() => {
    if (root.ownerDocument.activeElement === root.ownerDocument.body) next?.focus()
  })
}

/** Where the page's focus goes by itself: the text field, or on the welcome page what is most likely pressed. */
export function firstPlace(root: HTMLElement, composerId: string): HTMLElement | null {
  return (
    root.querySelector<HTMLElement>(`#${composerId}`) ??
    root.querySelector<HTMLElement>(".welcome vscode-button:not([secondary])")
  )
}
