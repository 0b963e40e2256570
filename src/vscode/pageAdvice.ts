// The advice on the chat's page while no model is chosen: there at once with what is known, and shown again when the
// graphics cards have been asked. Nobody is asked before the page is there.
import type { ModelState } from "../protocol/chatState.ts"

export type PageAdvice = {
  /** The page is there, or is there again. Ends when the state can be shown with advice; what follows is shown later. */
  shown(): Promise<void>
  /** A setting changed: the model, or what may compute for it. */
  changed(): Promise<void>
}

export type PageAdviceOptions = {
  /** Of the chat. */
  readonly state: () => ModelState
  /** Ends when there is advice at all. */
  readonly ready: () => Promise<void>
  /** Ends when all is known that the advice can be made of. */
  readonly settled: () => Promise<void>
  /** The state is another one by now. */
  readonly show: (state: ModelState) => void
}

export function pageAdvice({ state, ready, settled, show }: PageAdviceOptions): PageAdvice {
  let isThere = false

  async function refine(): Promise<void> {
    const before = state()
    if (before.kind !== "none") return
    await ready()
    showUnless(before)
    void showSettled(state())
  }

  async function showSettled(before: ModelState): Promise<void> {
    await settled()
    showUnless(before)
  }

  function showUnless(before: ModelState): void {
    const now = state()
    if (JSON.stringify(now) !== JSON.stringify(before)) show(now)
  }

  return {
    async shown() {
      isThere = true
      await refine()
    },
    async changed() {
      if (isThere) await refine()
    },
  }
}
