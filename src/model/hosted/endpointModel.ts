// START HERE for endpoints: one model at one endpoint, over Chat Completions or over raw Harmony, whichever the
// server was seen to do. What was learnt of it decides anew for each request; knows no settings and no key store.
import type { LanguageModel, ModelDescription } from "../languageModel.ts"
import type { EndpointMemory } from "./endpointFacts.ts"
import { endpointSize } from "./endpointSize.ts"
import { endpointUrl } from "./endpointUrl.ts"
import { type HostedModelOptions, hostedModel } from "./hostedModel.ts"
import type { Preset } from "./presets.ts"
import { rawModel } from "./raw/rawModel.ts"
import { rawProbe } from "./raw/rawProbe.ts"

export type EndpointModelOptions = Pick<
  HostedModelOptions,
  "baseUrl" | "model" | "label" | "apiKey" | "countTokens" | "extra" | "clock" | "limits"
> & {
  readonly preset: Preset
  readonly memory: EndpointMemory
  /** Tokens; 0: what the endpoint says. */
  readonly contextWindow: number
  /** Chat goes over raw Harmony too, where the endpoint can; ghost text always does. */
  readonly rawChat: boolean
}

/** Milliseconds until a server that couldn't be asked whether it takes token ids is asked again. */
const askAgainAfter = 60_000

/**
 * Never throws and asks nothing until it is used. `continueText` is there as soon as the server was seen to take
 * and give token ids; looking for it asks the server once, where such a server may be.
 */
export function endpointModel(options: EndpointModelOptions): LanguageModel {
  const { baseUrl, model, label, preset, memory, apiKey, countTokens, rawChat } = options
  const made = new Map<string, LanguageModel>()
  let probing: Promise<void> | undefined
  let askAgainAt = 0

  function sizes() {
    return endpointSize(options.contextWindow, memory.get(baseUrl, model))
  }

  /** Made anew when what is known of the server changed. */
  function kept(key: object, make: () => LanguageModel): LanguageModel {
    const name = JSON.stringify(key)
    const known = made.get(name) ?? make()
    made.set(name, known)
    return known
  }

  function chat(): LanguageModel {
    const size = sizes()
    return kept({ chat: size }, () => hostedModel({ ...options, ...size }))
  }

  /** The same model over token ids, where it is known that this works. */
  function raw(): LanguageModel | undefined {
    const { rawCompletions: form, rawVocabulary: vocabulary } = memory.get(baseUrl, model)
    if (form === undefined || form === null || vocabulary === undefined) return undefined
    const size = sizes()
    const limits = options.limits === undefined ? {} : { limits: options.limits }
    const clock = options.clock === undefined ? {} : { clock: options.clock }
    return kept({ form, vocabulary, size }, () =>
      rawModel({
        baseUrl,
        form,
        model,
        apiKey,
        label,
        vocabulary,
        countTokens,
        ...size,
        ...limits,
        ...clock,
      }),
    )
  }

  /** Resolves when it is known, or can't be known just now. */
  async function findRaw(): Promise<void> {
    const { rawCompletions, rawVocabulary } = memory.get(baseUrl, model)
    const isKnown = rawCompletions === null || (rawCompletions !== undefined && rawVocabulary !== undefined)
    const mayBe = preset.dialect.rawCompletions !== null || preset.id === "custom"
    if (isKnown || !mayBe || Date.now() < askAgainAt) return
    probing ??= probe().finally(() => {
      probing = undefined
    })
    await probing
  }

  async function probe(): Promise<void> {
    const endpoint = endpointUrl(baseUrl)
    if (!endpoint.ok) return
    const form = preset.dialect.rawCompletions
    try {
      const found = await rawProbe({
        ...{ baseUrl, model, signal: AbortSignal.timeout(askAgainAfter) },
        key: await apiKey(endpoint.origin),
        ...(form !== null && { form }),
      })
      memory.learn(baseUrl, model, {
        rawCompletions: found?.form ?? null,
        rawVocabulary: found?.vocabulary,
      })
    } catch {
      // Out of reach or refused for now: chat says so where it matters; this was only a question.
      askAgainAt = Date.now() + askAgainAfter
    }
  }

  return {
    get description(): ModelDescription {
      const { description } = chat()
      return { ...description, abilities: { ...description.abilities, continueText: raw() !== undefined } }
    },
    countTokens,
    async *stream(request, signal) {
      if (rawChat) await findRaw()
      if (signal.aborted) return
      yield* ((rawChat ? raw() : undefined) ?? chat()).stream(request, signal)
    },
    get continueText() {
      void findRaw()
      return raw()?.continueText
    },
  }
}
