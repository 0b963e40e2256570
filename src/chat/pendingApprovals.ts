// Questions that wait for the user. An abort or an unknown answer means no.

export type PendingApprovals = {
  /** Resolves with the user's answer; false when the signal aborts first. */
  wait(stepId: string, signal: AbortSignal): Promise<boolean>
  answer(stepId: string, allow: boolean): void
}

export function pendingApprovals(): PendingApprovals {
  const waiting = new Map<string, (allow: boolean) => void>()
  return {
    wait(stepId, signal) {
      return new Promise(resolve => {
        const settle = (allow: boolean) => {
          waiting.delete(stepId)
          signal.removeEventListener("abort", refuse)
          resolve(allow)
        }
        const refuse = () => settle(false)
        if (signal.aborted) return settle(false)
        signal.addEventListener("abort", refuse, { once: true })
        waiting.set(stepId, settle)
      })
    },
    answer: (stepId, allow) => waiting.get(stepId)?.(allow),
  }
}
