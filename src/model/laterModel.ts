// A model whose code is loaded when it is first asked: what is known of it stands at once, the rest follows. Knows
// nothing of what is loaded.
import type { LanguageModel, ModelDescription } from "./languageModel.ts"

/**
 * `load` is called once, at the first request or when somebody wants to know whether it can continue text; until it
 * is there, it can't.
 */
export function laterModel(
  describe: () => ModelDescription,
  countTokens: LanguageModel["countTokens"],
  load: () => Promise<LanguageModel>,
): LanguageModel {
  let loading: Promise<LanguageModel> | undefined
  let model: LanguageModel | undefined

  async function loaded(): Promise<LanguageModel> {
    loading ??= load()
    model = await loading
    return model
  }

  return {
    get description() {
      return model?.description ?? describe()
    },
    countTokens: conversation =>
      model === undefined ? countTokens(conversation) : model.countTokens(conversation),
    async *stream(request, signal) {
      const there = await loaded()
      if (!signal.aborted) yield* there.stream(request, signal)
    },
    get continueText() {
      // Once it is there it is asked too: it may have to find out.
      if (model === undefined)
        loaded()
          .then(({ continueText }) => continueText)
          .catch(() => {})
      return model?.continueText
    },
  }
}
