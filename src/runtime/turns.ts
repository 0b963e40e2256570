// Whose turn it is on the processor. Two evaluations at once would slow each other down, so every request works in
// steps (a chunk of a prompt, a token), one at a time, and waits while a more urgent request is under way.

/** The most urgent first: typing pre-empts an answer, an answer what nobody waits for; reading ahead is last. */
const priorities = ["load", "typing", "chat", "background", "ahead"] as const

export type Priority = (typeof priorities)[number]

/** Runs the work when it is this request's turn. Rejects when the request is cancelled before. */
export type Step = <T>(work: () => Promise<T>) => Promise<T>

export type Turns = {
  /**
   * The request counts as under way until the task settles, between its steps too. `onWait` is told for whom it
   * waits, once it has waited so long that somebody may wonder.
   */
  run<T>(
    priority: Priority,
    signal: AbortSignal,
    task: (step: Step) => Promise<T>,
    onWait?: (other: Priority) => void,
  ): Promise<T>
}

/** A pause between two words that nobody notices. */
const noticedAfterMs = 200

export function turns(): Turns {
  const underWay = new Map<Priority, number>()
  let isTaken = false
  let changed: PromiseWithResolvers<void> | undefined

  const moreUrgent = (priority: Priority) =>
    priorities.slice(0, priorities.indexOf(priority)).find(other => underWay.get(other))

  const wakeAll = () => {
    changed?.resolve()
    changed = undefined
  }
  const count = (priority: Priority, by: number) => underWay.set(priority, (underWay.get(priority) ?? 0) + by)

  const takeTurn = async (priority: Priority, signal: AbortSignal, onWait: (other: Priority) => void) => {
    const tell = () => {
      const other = moreUrgent(priority)
      if (other !== undefined) onWait(other)
    }
    let notice: NodeJS.Timeout | undefined
    try {
      while (isTaken || moreUrgent(priority) !== undefined) {
        signal.throwIfAborted()
        notice ??= setTimeout(tell, noticedAfterMs)
        changed ??= Promise.withResolvers()
        await changed.promise
      }
      isTaken = true
    } finally {
      clearTimeout(notice)
    }
  }

  return {
    async run(priority, signal, task, onWait = () => {}) {
      count(priority, 1)
      signal.addEventListener("abort", wakeAll, { once: true })
      try {
        return await task(async work => {
          await takeTurn(priority, signal, onWait)
          try {
            return await work()
          } finally {
            isTaken = false
            wakeAll()
          }
        })
      } finally {
        signal.removeEventListener("abort", wakeAll)
        count(priority, -1)
        wakeAll()
      }
    },
  }
}
