// What a link of the model's may do: https opens on a click, through the host; everything else is a word with
// its target in a tooltip (SR-3). Says the real host where the words claim another one.

export type SafeLink =
  | { readonly opens: true; readonly href: string; readonly host: string; readonly realHost?: string }
  | { readonly opens: false; readonly reason: string }

export function safeLink(href: string, words: string): SafeLink {
  const url = URL.canParse(href) ? new URL(href) : undefined
  if (url?.protocol !== "https:" || url.host === "" || url.username !== "" || href.length > 4000) {
    return { opens: false, reason: `Osprey opens https links only: ${shortened(decoded(href))}` }
  }
  const claimed = claimedHost(words)
  const differs = claimed !== undefined && claimed !== url.host && `www.${claimed}` !== url.host
  return { opens: true, href: url.href, host: url.host, ...(differs ? { realHost: url.host } : {}) }
}

/** "https://good.test/x" and "good.test" claim "good.test"; "the docs" claims nothing. */
function claimedHost(words: string): string | undefined {
  const shown = words.trim()
  if (URL.canParse(shown)) return new URL(shown).host || undefined
  return /^((?:[\w-]+\.)+[a-z]{2,})(?:[/:?#]\S*)?$/i.exec(shown)?.[1]?.toLowerCase()
}

function decoded(href: string): string {
  try {
    return decodeURI(href)
  } catch {
    return href
  }
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
