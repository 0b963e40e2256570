// Messages that arrive whenever they like, read at the reader's own pace with `for await`. One reader.

export type ReplyQueue<Item> = AsyncIterable<Item> & {
  push(item: Item): void
  /** No more items. Only the first `end` or `fail` counts. */
  end(): void
  /** What has arrived is still read, then the reader gets the error. */
  fail(error: Error): void
  /** How many arrived that weren't read yet. */
  unread(): number
}

export function replyQueue<Item>(): ReplyQueue<Item> {
  const items: Item[] = []
  let over: { readonly error: Error | undefined } | undefined
  let wake = () => {}

  const finish = (error: Error | undefined) => {
    over ??= { error }
    wake()
  }
  return {
    push: item => {
      if (over !== undefined) return
      items.push(item)
      wake()
    },
    end: () => finish(undefined),
    fail: error => finish(error),
    unread: () => items.length,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let item = items.shift(); item !== undefined; item = items.shift()) yield item
        if (over?.error !== undefined) throw over.error
        if (over !== undefined) return
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
  }
}
