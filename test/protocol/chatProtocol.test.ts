// SEC-017: what the page may say to the host, and everything else is refused.
import assert from "node:assert/strict"
import { test } from "node:test"
import { maxMessageLength, parseViewToHost } from "../../src/protocol/chatProtocol.ts"

for (const message of [
  { type: "ready" },
  { type: "send", text: "What is this?" },
  { type: "stop" },
  { type: "newChat" },
  { type: "retry", turnId: "a-1" },
  { type: "continue", turnId: "a-1" },
  { type: "answerApproval", stepId: "s", allow: true },
  { type: "copy", text: "x" },
  { type: "insertAtCursor", text: "x" },
  { type: "saveAsNewFile", text: "x", language: "ts" },
  { type: "openLink", href: "https://example.com" },
  { type: "action", does: "enterKey" },
  { type: "action", does: "lookForServers" },
  { type: "action", does: "use:ollama" },
])
  test(`${message.type} is understood`, () => assert.deepEqual(parseViewToHost(message), message))

test("a message is trimmed before it is sent on", () => {
  assert.deepEqual(parseViewToHost({ type: "send", text: "  hello \n" }), { type: "send", text: "hello" })
})

for (const [name, value] of [
  ["an unknown type", { type: "runCommand", command: "workbench.action.terminal.new" }],
  ["no type", { text: "x" }],
  ["a missing field", { type: "send" }],
  ["an extra field", { type: "stop", command: "x" }],
  ["a wrong type", { type: "send", text: 7 }],
  ["an empty message", { type: "send", text: " \n " }],
  ["a list for an object", [{ type: "ready" }]],
  ["a text", '{"type":"ready"}'],
  ["nothing", undefined],
  ["null", null],
  ["50 MB of text", { type: "send", text: "x".repeat(50_000_000) }],
  ["text just over the limit", { type: "copy", text: "x".repeat(maxMessageLength + 1) }],
  ["a long id", { type: "retry", turnId: "x".repeat(101) }],
  ["a server that isn't one of ours", { type: "action", does: "use:evil.test" }],
  ["an address with an action", { type: "action", does: "use:ollama", baseUrl: "http://evil.test/v1" }],
  ["a command name as an action", { type: "action", does: "workbench.action.quit" }],
  ["a path to write", { type: "saveAsNewFile", text: "x", language: "ts", path: "/etc/passwd" }],
  ["a polluted prototype", JSON.parse('{"type":"stop","__proto__":{"polluted":true}}')],
  ["a constructor", JSON.parse('{"type":"stop","constructor":{"prototype":{"polluted":true}}}')],
] as const)
  test(`${name} is refused`, () => {
    assert.equal(parseViewToHost(value), undefined)
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false)
  })
