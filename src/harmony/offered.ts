// What a model was offered to call, as far as reading its answer needs it.

export type Offered = {
  /** Names of functions, without a namespace. */
  readonly tools: readonly string[]
  /** Namespaces of built-in tools, e.g. `python`, `browser`. */
  readonly builtins: readonly string[]
}

/** `browser` and `browser.search` are of the namespace `browser`. */
export function isBuiltin(name: string, { builtins }: Offered): boolean {
  return builtins.includes(name.split(".", 1)[0] ?? name)
}
