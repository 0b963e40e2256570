// What is opened is closed: one list of things to dispose, in reverse order, each exactly once.

export type Disposable = { dispose(): void }

export type Disposables = Disposable & {
  /** Returns the item; disposed at once when the list already is. */
  add<T extends Disposable>(item: T): T
}

/** A list whose items are disposed with it, last first; one that throws doesn't stop the others. */
export function disposables(onError: (error: unknown) => void = () => {}): Disposables {
  const items: Disposable[] = []
  let disposed = false
  const disposeItem = (item: Disposable) => {
    try {
      item.dispose()
    } catch (error) {
      onError(error)
    }
  }
  return {
    add(item) {
      if (disposed) disposeItem(item)
      else items.push(item)
      return item
    },
    dispose() {
      disposed = true
      for (let item = items.pop(); item !== undefined; item = items.pop()) disposeItem(item)
    },
  }
}
