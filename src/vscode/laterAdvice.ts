// Advice about models before the formulae for it are loaded: none until then.
import type { Logger } from "../base/logger.ts"
import type { ModelAdvice, ModelAdviceOptions } from "./modelAdvice.ts"

export type LaterAdvice = ModelAdvice & {
  /** From then on there is advice; never rejects. */
  ready(): Promise<void>
}

export function laterAdvice({ log, ...options }: ModelAdviceOptions & { readonly log: Logger }): LaterAdvice {
  let loading: Promise<void> | undefined
  let loaded: ModelAdvice | undefined

  async function load(): Promise<void> {
    try {
      const { fitParts } = await import("./fitParts.ts")
      loaded = fitParts.modelAdvice(options)
    } catch (error) {
      log.error(`A part could not be loaded: ${error instanceof Error ? error.name : "unknown"}`)
    }
  }

  function ready(): Promise<void> {
    loading ??= load()
    return loading
  }

  return {
    beforeDownload: name => loaded?.beforeDownload(name),
    ofFile: (path, bytes) => loaded?.ofFile(path, bytes),
    ready,
    async settled() {
      await ready()
      await loaded?.settled()
    },
  }
}
