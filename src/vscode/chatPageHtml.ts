// The chat page's HTML: a shell with a strict content security policy and our own files. Pure text in, text out;
// knows no VS Code.
import { randomBytes } from "node:crypto"

export type ChatPageParts = {
  /** From `newNonce`, another one for every load. */
  readonly nonce: string
  /** `webview.cspSource`. */
  readonly cspSource: string
  /** Addresses the page may load, from `webview.asWebviewUri`. */
  readonly scriptUri: string
  readonly highlightUri: string
  readonly styleUri: string
  readonly codiconUri: string
}

export function chatPageHtml(parts: ChatPageParts): string {
  const { nonce, scriptUri, highlightUri, styleUri, codiconUri } = parts
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy(parts))}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Osprey</title>
    <link rel="stylesheet" href="${attribute(codiconUri)}" id="vscode-codicon-stylesheet">
    <link rel="stylesheet" href="${attribute(styleUri)}">
  </head>
  <body>
    <main></main>
    <div class="only-heard" role="status" id="said-status"></div>
    <div class="only-heard" role="alert" id="said-alert"></div>
    <script nonce="${attribute(nonce)}" src="${attribute(scriptUri)}" data-highlight="${attribute(highlightUri)}"></script>
  </body>
</html>
`
}

/** 128 random bits. */
export function newNonce(): string {
  return randomBytes(16).toString("base64url")
}

/** Nothing may be loaded but our files; no inline script or style; markup only through lit's own policy. */
function policy({ nonce, cspSource }: ChatPageParts): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html osprey-highlight",
  ].join("; ")
}

function attribute(text: string): string {
  return text.replace(/[&"<>]/g, character => `&#${character.charCodeAt(0)};`)
}
