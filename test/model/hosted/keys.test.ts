import assert from "node:assert/strict"
import { test } from "node:test"
import { inspect } from "node:util"
import { selfSignedCertificate } from "../../support/certificate.ts"
import { collect, testKey, testModel } from "../../support/hostedTest.ts"
import { delta, eventReply, finished, jsonReply, scriptedEndpoint } from "../../support/scriptedEndpoint.ts"

const good = () => eventReply(delta({ content: "Here." }), finished())
const year = 365 * 24 * 3600 * 1000

for (const status of [301, 302, 303, 307, 308])
  test(`a redirect (${status}) is an error, and the other place is never asked (SEC-040)`, async t => {
    const evil = await scriptedEndpoint(t, good)
    const endpoint = await scriptedEndpoint(t, () => ({
      status,
      headers: { location: `${evil.origin}/v1/chat/completions?token=abc` },
      body: [],
    }))
    const { error } = await collect(testModel(endpoint.baseUrl))
    assert.deepEqual(
      [error?.kind, error?.detail],
      ["redirected", { subject: endpoint.origin, status, said: `The endpoint redirects to ${evil.origin}` }],
    )
    assert.deepEqual([endpoint.requests.length, evil.requests.length], [1, 0])
  })

test("the key is asked for by origin, before every request, and a new one counts at once (SEC-004)", async t => {
  const one = await scriptedEndpoint(t, good)
  const other = await scriptedEndpoint(t, good)
  const keys = new Map([[one.origin, "sk-one"]])
  const asked: string[] = []
  const apiKey = async (origin: string) => {
    asked.push(origin)
    return keys.get(origin)
  }
  const model = testModel(one.baseUrl, { apiKey })
  await collect(model)
  keys.set(one.origin, "  sk-two\n")
  await collect(model)
  await collect(testModel(`${one.origin}/another/path`, { apiKey }))
  await collect(testModel(other.baseUrl, { apiKey }))
  assert.deepEqual(
    [...one.requests, ...other.requests].map(({ path, headers }) => [path, headers.authorization]),
    [
      ["/v1/chat/completions", "Bearer sk-one"],
      ["/v1/chat/completions", "Bearer sk-two"],
      ["/another/path/chat/completions", "Bearer sk-two"],
      ["/v1/chat/completions", undefined],
    ],
  )
  assert.deepEqual(asked, [one.origin, one.origin, one.origin, other.origin])
})

test("a key that can't be sent as a header is refused without being quoted", async t => {
  const endpoint = await scriptedEndpoint(t, good)
  const { error } = await collect(testModel(endpoint.baseUrl, { apiKey: async () => `${testKey}\nx: y` }))
  assert.deepEqual([error?.kind, endpoint.requests.length], ["unauthorized", 0])
  assert.ok(!inspect(error, { depth: 9 }).includes("CANARY"))
})

test("variables of the environment change nothing", async t => {
  const evil = await scriptedEndpoint(t, good)
  const endpoint = await scriptedEndpoint(t, good)
  const variables = {
    OPENAI_API_KEY: "sk-from-the-environment",
    OPENAI_ADMIN_KEY: "sk-admin",
    OPENAI_BASE_URL: evil.baseUrl,
    OPENAI_ORG_ID: "org-x",
    OPENAI_PROJECT_ID: "project-x",
    OPENAI_CUSTOM_HEADERS: "x-evil: 1\nauthorization: Bearer sk-custom",
    OPENAI_LOG: "debug",
  }
  const before = new Map(Object.keys(variables).map(name => [name, process.env[name]]))
  Object.assign(process.env, variables)
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  const printed = (["debug", "info", "log", "warn", "error"] as const).map(level =>
    t.mock.method(console, level, () => {}),
  )
  const withKey = await collect(testModel(endpoint.baseUrl))
  const without = await collect(testModel(endpoint.baseUrl, { apiKey: async () => undefined }))
  assert.deepEqual([withKey.text, without.text, evil.requests.length], ["Here.", "Here.", 0])
  assert.deepEqual(
    endpoint.requests.map(({ headers }) => headers.authorization),
    [`Bearer ${testKey}`, undefined],
  )
  for (const { headers } of endpoint.requests)
    assert.deepEqual(
      Object.keys(headers).filter(name => /^(x-|openai-)/.test(name)),
      [],
    )
  assert.deepEqual(
    printed.flatMap(({ mock }) => mock.calls),
    [],
  )
})

test("a server that echoes the request's headers gets no key into the error (SEC-043)", async t => {
  const other = "opaque-token-0123456789"
  for (const key of [testKey, other]) {
    const endpoint = await scriptedEndpoint(t, ({ headers }) =>
      jsonReply(401, { error: { message: `Bad request: ${JSON.stringify(headers)} key=${key}`, code: 401 } }),
    )
    const { error } = await collect(testModel(endpoint.baseUrl, { apiKey: async () => key }))
    assert.equal(error?.kind, "unauthorized")
    assert.match(error?.detail.said ?? "", /Bad request/)
    const shown = inspect(error, { depth: 9, showHidden: true }) + String(error) + JSON.stringify(error)
    assert.ok(!shown.includes(key) && !shown.includes("CANARY"), shown)
  }
})

test("what a server says is short", async t => {
  const endpoint = await scriptedEndpoint(t, () => jsonReply(400, { error: "no ".repeat(100_000) }))
  const { error } = await collect(testModel(endpoint.baseUrl))
  assert.ok((error?.detail.said?.length ?? 0) <= 2049)
})

for (const [name, facts, code] of [
  [
    "signed by itself",
    { names: ["localhost"], from: new Date(Date.now() - year), until: new Date(Date.now() + year) },
    "DEPTH_ZERO_SELF_SIGNED_CERT",
  ],
  [
    "expired",
    { names: ["localhost"], from: new Date(Date.now() - 2 * year), until: new Date(Date.now() - year) },
    "CERT_HAS_EXPIRED",
  ],
] as const)
  test(`a certificate that is ${name} is refused, and no key leaves (SEC-049)`, async t => {
    const endpoint = await scriptedEndpoint(t, good, selfSignedCertificate(facts))
    const { error } = await collect(testModel(endpoint.baseUrl.replace("127.0.0.1", "localhost")))
    assert.deepEqual([error?.kind, error?.detail.said, endpoint.requests.length], ["insecure", code, 0])
  })

test("an environment that turns certificate checks off is refused (SEC-049)", async t => {
  const facts = {
    names: ["localhost"],
    from: new Date(Date.now() - year),
    until: new Date(Date.now() + year),
  }
  const endpoint = await scriptedEndpoint(t, good, selfSignedCertificate(facts))
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"
  t.after(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  })
  const { error } = await collect(testModel(endpoint.baseUrl))
  assert.deepEqual([error?.kind, endpoint.requests.length], ["insecure", 0])
})

for (const [address, kind] of [
  ["http://203.0.113.5/v1", "insecure"],
  ["https://169.254.169.254/v1", "insecure"],
  ["", "notConfigured"],
  ["ftp://example.org", "notConfigured"],
] as const)
  test(`the address "${address}" is "${kind}" before anything is sent (SEC-041)`, async () => {
    const asked: string[] = []
    const apiKey = async (origin: string) => {
      asked.push(origin)
      return testKey
    }
    const { error } = await collect(testModel(address, { apiKey }))
    assert.deepEqual([error?.kind, asked], [kind, []])
    assert.match(error?.detail.said ?? "", /\.$|\)\.$/)
  })
