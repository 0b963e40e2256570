// Whose turn it is on the processor. Two evaluations at once would slow each other down, so every request works in
// steps (a chunk of a prompt, a token), one at a time, and waits while a more urgent request is under way.

/** The most urgent first: typing pre-empts an answer, reading ahead waits for everybody. */
const priorities = ["load", "typing", "chat", "ahead"] as const

export type Priority = (typeof priorities)[number]

/** Runs the work when it is this request's turn. Rejects when the request is cancelled before. */
export type Step = <T>(work: () => Promise<T>) => Promise<T>

export type Turns = {
  /** The request counts as under way until the task settles, between its steps too. */
  run<T>(priority: Priority, signal: AbortSignal, task: (step: Step) => Promise<T>): Promise<T>
}

export function turns(): Turns {
  const underWay = new Map<Priority, number>()
  let isTaken = false
  let changed: PromiseWithResolvers<void> | undefined

  const mustWait = (priority: Priority) =>
    isTaken || priorities.slice(0, priorities.indexOf(priority)).some(other => underWay.get(other))

  const wakeAll = () => {
    changed?.resolve()
    changed = undefined
  }
  const count = (priority: Priority, by: number) => underWay.set(priority, (underWay.get(priority) ?? 0) + by)

  return {
    async run(priority, signal, task) {
      count(priority, 1)
      signal.addEventListener("abort", wakeAll, { once: true })
      try {
        return await task(async work => {
          while (mustWait(priority)) {
            signal.throwIfAborted()
            changed ??= Promise.withResolvers()
            await changed.promise
          }
          isTaken = true
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
