import assert from "node:assert/strict"
import { test } from "node:test"
import { endpointUrl } from "../../../src/model/hosted/endpointUrl.ts"

for (const [entered, origin, baseUrl, isLoopback] of [
  ["https://openrouter.ai/api/v1", "https://openrouter.ai", "https://openrouter.ai/api/v1", false],
  ["  https://OpenRouter.ai:443/api/v1/  ", "https://openrouter.ai", "https://openrouter.ai/api/v1", false],
  ["https://good.test:8443/v1", "https://good.test:8443", "https://good.test:8443/v1", false],
  ["https://good.test/v1/chat/completions", "https://good.test", "https://good.test/v1", false],
  ["https://192.168.1.5/v1", "https://192.168.1.5", "https://192.168.1.5/v1", false],
  ["http://localhost:11434/v1", "http://localhost:11434", "http://localhost:11434/v1", true],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080", true],
  ["http://127.8.9.1/v1", "http://127.8.9.1", "http://127.8.9.1/v1", true],
  ["http://[::1]:1234/v1", "http://[::1]:1234", "http://[::1]:1234/v1", true],
  ["http://2130706433/v1", "http://127.0.0.1", "http://127.0.0.1/v1", true],
  ["http://0x7f.1/v1", "http://127.0.0.1", "http://127.0.0.1/v1", true],
  ["http://[::ffff:127.0.0.1]/v1", "http://[::ffff:7f00:1]", "http://[::ffff:7f00:1]/v1", true],
] as const)
  test(`${entered.trim()} → ${baseUrl}`, () =>
    assert.deepEqual(endpointUrl(entered), { ok: true, origin, baseUrl, isLoopback }))

for (const [reason, ...addresses] of [
  ["empty", "", "   "],
  [
    "malformed",
    "openrouter.ai/api/v1",
    "ftp://good.test",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://user:secret@good.test/v1",
    "https://good.test/v1?key=abc",
    "https://good.test/v1#x",
    "https://",
  ],
  [
    "insecure",
    "http://203.0.113.5/v1",
    "http://good.test/v1",
    "http://192.168.1.5:8080/v1",
    "http://127.0.0.1.evil.test/v1",
    "http://localhost.evil.test/v1",
    "http://[2001:db8::1]/v1",
  ],
  [
    "forbidden",
    "http://169.254.169.254/",
    "https://169.254.169.254/latest",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://0251.0376.0251.0376/",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[::]/",
    "http://0/",
    "https://0.0.0.0/",
    "https://metadata.google.internal/",
    "https://metadata.google.internal./",
    "https://METADATA/",
    "https://168.63.129.16/",
    "https://100.100.100.200/",
    "https://255.255.255.255/",
    "https://224.0.0.1/",
    "https://[ff02::1]/",
  ],
] as const)
  for (const address of addresses)
    test(`"${address}" is refused: ${reason} (SEC-048)`, () => {
      const checked = endpointUrl(address)
      assert.equal(checked.ok, false)
      assert.equal(checked.reason, reason)
      assert.match(checked.sentence, /^\S.*\.$/)
    })
