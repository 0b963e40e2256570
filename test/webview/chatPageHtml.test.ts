// SEC-015: what the page may load, in the words of its policy.
import assert from "node:assert/strict"
import { test } from "node:test"
import { chatPageHtml, newNonce } from "../../src/vscode/chatPageHtml.ts"

const cspSource = "https://*.vscode-cdn.net"

function html(nonce = newNonce()): string {
  const uri = (name: string) => `https://file.vscode-cdn.net/dist/webview/${name}?a=1&b=2`
  return chatPageHtml({
    nonce,
    cspSource,
    scriptUri: uri("page.js"),
    highlightUri: uri("highlight.js"),
    styleUri: uri("page.css"),
    codiconUri: uri("codicon.css"),
  })
}

test("the policy is exactly this", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html("NONCE"))?.[1]
  assert.deepEqual(policy?.split("; "), [
    "default-src 'none'",
    "script-src 'nonce-NONCE'",
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types lit-html osprey-highlight",
  ])
})

test("a hundred pages have a hundred nonces of at least 128 bits", () => {
  const nonces = Array.from({ length: 100 }, () => /'nonce-([^']+)'/.exec(html())?.[1] ?? "")
  assert.equal(new Set(nonces).size, 100)
  assert.ok(nonces.every(nonce => Buffer.from(nonce, "base64url").length >= 16))
})

test("there is no inline script and no inline style, and every script has the nonce", () => {
  const page = html("NONCE")
  assert.doesNotMatch(page, /<style|style=|\son\w+=|javascript:/i)
  assert.deepEqual(
    page.match(/<script[^>]*>/g)?.every(tag => tag.includes('nonce="NONCE"')),
    true,
  )
  assert.match(page, /<script[^>]*><\/script>/)
})

test("addresses can't break out of their attribute", () => {
  const page = chatPageHtml({
    nonce: "n",
    cspSource,
    scriptUri: '"><script>alert(1)</script>',
    highlightUri: "h",
    styleUri: "s",
    codiconUri: "c",
  })
  assert.doesNotMatch(page, /<script>alert/)
})
