// The two hidden live regions that stand in the page from the start. Says each sentence once.
import type { Announcement } from "./announcements.ts"

export function announcer(root: Document): (announcement: Announcement) => void {
  return ({ region, text }) => {
    const element = root.getElementById(`said-${region}`)
    if (element === null) return
    // The same words twice would not be read again: a new node is.
    const sentence = root.createElement("span")
    sentence.textContent = text
    element.replaceChildren(sentence)
  }
}
