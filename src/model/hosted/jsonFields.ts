// Reading single fields of JSON that a stranger wrote: each is there in the expected form, or it isn't there. Knows
// no shape as a whole.

export type JsonFields = Readonly<Record<string, unknown>>

/** An object's fields; none of anything else. */
export function jsonFields(value: unknown): JsonFields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A finite number, also one written as a string ("0.00000004"). */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) ? number : undefined
}

/** The first that is a number of tokens. */
export function tokensOf(...values: readonly unknown[]): number | undefined {
  return values.map(numberOf).find(number => number !== undefined && number >= 1 && number <= 1e9)
}

/** The first that can be shown as a name on one line and sent back: no control or formatting characters. */
export function nameOf(...values: readonly unknown[]): string | undefined {
  return values
    .filter(value => typeof value === "string")
    .find(value => /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(value) && value.trim() !== "")
}

/** The object without its undefined fields, as exact optional types want it. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> }
export function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
