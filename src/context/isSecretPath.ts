// Whether a file is never shown to a model unasked: keys, tokens, .env. By its names alone.
import { pathClass } from "../workspace/pathClass.ts"

/** `path`: absolute or relative, with either slash. */
export function isSecretPath(path: string): boolean {
  return pathClass(path.split(/[\\/]+/).filter(name => name !== "")) === "secret"
}
