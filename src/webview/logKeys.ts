// Keys in the conversation: ↑ ↓ from message to message, Enter goes inside, Escape goes to the text field,
// → opens a row and ← closes it.

/** Handles the key, or leaves it alone. */
export function logKey(event: KeyboardEvent, log: HTMLElement, focusComposer: () => void): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const target = event.target
  if (!(target instanceof HTMLElement)) return
  if (target instanceof HTMLButtonElement && target.matches(".row[aria-expanded]")) rowKey(event, target)
  if (event.key === "Escape") focusComposer()
  if (!target.matches("article")) return
  const articles = [...log.querySelectorAll<HTMLElement>("article")]
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (step !== undefined) {
    event.preventDefault()
    articles[articles.indexOf(target) + step]?.focus()
  } else if (event.key === "Enter") {
    target.querySelector<HTMLElement>("button, [tabindex='0'], vscode-button")?.focus()
  }
}

function rowKey(event: KeyboardEvent, row: HTMLButtonElement): void {
  const open = row.getAttribute("aria-expanded") === "true"
  if ((event.key === "ArrowRight" && !open) || (event.key === "ArrowLeft" && open)) {
    event.preventDefault()
    row.click()
  }
}
