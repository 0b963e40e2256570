// How a result differs from what was expected.
import { isDeepStrictEqual } from "node:util"

export type Difference = { readonly expected: unknown; readonly actual: unknown }

/** undefined: they are the same. */
export function difference(expected: unknown, actual: unknown): Difference | undefined {
  return isDeepStrictEqual(expected, actual) ? undefined : { expected, actual }
}
