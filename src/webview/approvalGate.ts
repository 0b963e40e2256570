// A question counts only after it was on the page for 300 ms, so that a click or key meant for something else
// can't answer it (SR-13). Puts the focus on the refusing button, once, and never steals it from another window.
const reactsAfter = 300

export type ApprovalGate = {
  /** To call after every paint with the question that waits, if any. */
  shown(stepId: string | undefined): void
  mayAnswer(stepId: string): boolean
}

export function approvalGate(root: Document): ApprovalGate {
  let asked: string | undefined
  let since = 0
  let focused = false

  function focusRefuse(): void {
    if (asked === undefined || focused || !root.hasFocus()) return
    const refuse = root.querySelector<HTMLElement>(`.ask[data-step="${CSS.escape(asked)}"] .refuse`)
    refuse?.focus()
    focused = refuse !== null
  }

  window.addEventListener("focus", focusRefuse)
  return {
    shown(stepId) {
      if (stepId !== asked) {
        asked = stepId
        since = performance.now()
        focused = false
      }
      focusRefuse()
    },
    mayAnswer: stepId => stepId === asked && performance.now() - since >= reactsAfter,
  }
}
