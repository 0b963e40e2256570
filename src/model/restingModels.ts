// Models that failed a moment ago are asked last for a while, so that not every request waits for them again.
// Knows names only; ends with the process.
import type { ModelError } from "./modelError.ts"

export type RestingModels = {
  /** `failure` absent: it wanted to wait, nobody knows why. */
  rest(id: string, failure?: ModelError): void
  wake(id: string): void
  /** Those that don't rest, in their order; then the resting ones, in theirs. */
  sorted<T extends { readonly id: string }>(models: readonly T[]): readonly T[]
}

/** Milliseconds. A model that isn't there won't be in two minutes either. */
const [shortRest, longRest] = [120_000, 900_000]

export function restingModels(now: () => number): RestingModels {
  const until = new Map<string, number>()
  const rests = ({ id }: { readonly id: string }) => (until.get(id) ?? 0) > now()
  return {
    rest: (id, failure) => void until.set(id, now() + restOf(failure)),
    wake: id => void until.delete(id),
    sorted: models => [...models.filter(model => !rests(model)), ...models.filter(rests)],
  }
}

/** What the server asks for, within bounds. */
function restOf(failure: ModelError | undefined): number {
  if (failure?.kind === "modelNotFound") return longRest
  return Math.min(longRest, Math.max(shortRest, (failure?.detail.retryAfter ?? 0) * 1000))
}
