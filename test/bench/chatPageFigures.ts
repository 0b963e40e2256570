// What is measured in the chat page, as data between the benchmark and the code that runs the browser.

export type ChatPageFigures = {
  readonly streams: readonly StreamFigures[]
  readonly opened: OpenedFigures
}

/** One answer of 64 KB that streams into a conversation of 200 messages. */
export type StreamFigures = {
  readonly answer: string
  /** Milliseconds of the main thread's longest task: by the clock, and of processor time alone. */
  readonly longestTask: number
  readonly longestTaskCpu: number
  /** Tokens a second that the page took in and drew; 1,000 were sent. */
  readonly tokensPerSecond: number
  /** Of the main thread's time. */
  readonly busy: number
}

/** A conversation of 10,000 messages. */
export type OpenedFigures = {
  /** Milliseconds, from the host's message to the drawn page; one value for each time. */
  readonly ms: readonly number[]
  readonly elements: number
  /** Of a conversation of 100 messages of the same kinds. */
  readonly elementsOf100: number
}
