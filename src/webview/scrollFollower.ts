// Keeps the log at its end while the reader is there, and never moves it while they read elsewhere.
import type { ScrollAnchor } from "./savedView.ts"

export type ScrollFollower = {
  follows(): boolean
  /** To call after every paint; the log may have grown. */
  settle(): void
  toEnd(): void
  /** Where the reader is, or undefined at the end. */
  anchor(): ScrollAnchor | undefined
  restore(anchor: ScrollAnchor): void
}

/** CSS pixels from the end within which the page still follows. */
const reach = 24

/** `mayFollow`: false while what is shown is read from its top. */
export function scrollFollower(
  log: HTMLElement,
  onChange: () => void,
  mayFollow: () => boolean,
): ScrollFollower {
  let follows = true
  let lastTop = 0

  const distance = () => log.scrollHeight - log.clientHeight - log.scrollTop

  function settle(): void {
    if (follows && mayFollow() && distance() > 0) log.scrollTop = log.scrollHeight
    lastTop = log.scrollTop
  }

  log.addEventListener(
    "scroll",
    () => {
      const before = follows
      // Only a scroll upwards stops following: the log also "scrolls" when its content or height changes.
      if (distance() <= reach) follows = true
      else if (log.scrollTop < lastTop - 1) follows = false
      lastTop = log.scrollTop
      if (follows !== before) onChange()
    },
    { passive: true },
  )
  // The content too: turns that come into sight get their real height only then.
  const sizes = new ResizeObserver(settle)
  for (const element of [log, ...log.children]) sizes.observe(element)

  return {
    follows: () => follows,
    settle,
    toEnd() {
      follows = true
      settle()
      onChange()
    },
    anchor() {
      if (follows) return undefined
      const top = log.getBoundingClientRect().top
      const turn = turnsOf(log).find(element => element.getBoundingClientRect().bottom > top)
      if (turn === undefined) return undefined
      return { turnId: turn.dataset.turn ?? "", offset: turn.getBoundingClientRect().top - top }
    },
    restore({ turnId, offset }) {
      const turn = turnsOf(log).find(element => element.dataset.turn === turnId)
      if (turn === undefined) return
      follows = false
      log.scrollTop += turn.getBoundingClientRect().top - log.getBoundingClientRect().top - offset
      lastTop = log.scrollTop
      onChange()
    },
  }
}

function turnsOf(log: HTMLElement): HTMLElement[] {
  return [...log.querySelectorAll<HTMLElement>("[data-turn]")]
}
