// An address's path as text.

/** Undefined: a "%" in it isn't followed by the two digits of a byte, or the bytes are no UTF-8. */
export function decodedPath(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
