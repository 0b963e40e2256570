// The keyboard's place when what had the focus goes away: from the welcome page to the text field and back, from
// "Look for local servers" to what was found, onto the page about the endpoint and from it. Focus that stands
// elsewhere is left alone.

/** Draws; if the focused part of such a page or the composer is gone afterwards, its successor has the focus. */
export function keepFocus(root: HTMLElement, composerId: string, draw: () => void): void {
  const focused = root.ownerDocument.activeElement
  const watched = focused?.closest(".welcome, .composer, .cover") ?? null
  const looked = focused?.closest(".look") ?? null
  const loaded = focused?.closest(".download") ?? null
  const covered = root.querySelector(".cover") !== null
  draw()
  // What the cover hides loses the focus by itself; that of another window stays where it is.
  const covers = !covered && root.ownerDocument.hasFocus() && root.querySelector(".cover") !== null
  if (covers) firstPlace(root, composerId)?.focus()
  if (watched === null || focused?.isConnected !== false) return
  const successor =
    looked !== null ? ".found-title" : loaded !== null ? firstOfDownload : ".cover .check-button"
  const next = root.querySelector<HTMLElement>(successor) ?? firstPlace(root, composerId)
  next?.focus()
  // The kit's buttons take the focus only once they have drawn themselves.
  setTimeout(() => {
    if (root.ownerDocument.activeElement === root.ownerDocument.body) next?.focus()
  })
}

/** What of a download's card can be pressed next; where the card is gone, the page says. */
const firstOfDownload = ".download :is(vscode-button:not([secondary]), button)"

/**
 * Where the page's focus goes by itself: the text field, on the welcome page what is most likely pressed, on the
 * page about the endpoint its title.
 */
export function firstPlace(root: HTMLElement, composerId: string): HTMLElement | null {
  return (
    root.querySelector<HTMLElement>(".cover h1") ??
    root.querySelector<HTMLElement>(`#${composerId}`) ??
    root.querySelector<HTMLElement>(".welcome vscode-button:not([secondary])")
  )
}
