// Brings the highlighting script after the first paint. Its address and the nonce come from the page's own script
// element; the Trusted Types policy lets exactly that address through.

/** The part of the Trusted Types interface used here; TypeScript's DOM types don't have it yet. */
type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes
  }
}

export function loadHighlight(own: HTMLScriptElement): void {
  const address = own.dataset.highlight
  if (address === undefined) return
  const policy = window.trustedTypes?.createPolicy("osprey-highlight", {
    createScriptURL: url => {
      if (url !== address) throw new TypeError("Only the page's own second script may be loaded")
      return url
    },
  })
  const script = document.createElement("script")
  script.nonce = own.nonce
  script.src = policy?.createScriptURL(address) ?? address
  document.head.append(script)
}
