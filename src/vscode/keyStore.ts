// API keys, each bound to the origin it was entered for. They live in VS Code's SecretStorage alone: not in
// settings, not in a log, not in a message. Knows no endpoint and no model.

export type KeyStore = {
  /** The key entered for exactly this origin (scheme, host and port). */
  get(origin: string): Promise<string | undefined>
  set(origin: string, key: string): Promise<void>
  delete(origin: string): Promise<void>
}

/** What of VS Code's SecretStorage is used. */
export type Secrets = {
  get(name: string): PromiseLike<string | undefined>
  store(name: string, value: string): PromiseLike<void>
  delete(name: string): PromiseLike<void>
}

/** Anything that isn't an origin in its one canonical spelling has no key, and can't be given one. */
export function keyStore(secrets: Secrets): KeyStore {
  return {
    async get(origin) {
      return isOrigin(origin) ? await secrets.get(nameOf(origin)) : undefined
    },
    async set(origin, key) {
      if (!isOrigin(origin)) throw new TypeError("A key can only be stored for an origin.")
      await secrets.store(nameOf(origin), key.trim())
    },
    async delete(origin) {
      await secrets.delete(nameOf(origin))
    },
  }
}

function nameOf(origin: string): string {
  return `osprey.key:${origin}`
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
