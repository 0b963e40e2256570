// What is left of a key's credit, from an answer of `GET /key` to the lines on the page.
import assert from "node:assert/strict"
import { test } from "node:test"
import { accountLines, openRouterAccount } from "../../../../src/model/hosted/openRouter/openRouterAccount.ts"
import { jsonReply, scriptedEndpoint } from "../../../support/scriptedEndpoint.ts"

type Context = Parameters<typeof scriptedEndpoint>[0]

async function asked(t: Context, status: number, body: unknown) {
  const server = await scriptedEndpoint(t, () => jsonReply(status, body))
  const signal = new AbortController().signal
  const answer = await openRouterAccount({ key: "sk-or-v1-CANARY", baseUrl: server.baseUrl, signal })
  return { answer, requests: server.requests }
}

test("the account is asked with the key, and only for itself", async t => {
  const data = {
    label: "sk-or-v1-abc…",
    limit: 10,
    limit_remaining: 4.2,
    limit_reset: null,
    usage: 5.8,
    is_free_tier: false,
  }
  const { answer, requests } = await asked(t, 200, { data })
  assert.deepEqual(answer, {
    ok: true,
    account: { limit: 10, remaining: 4.2, usage: 5.8, isFreeTier: false },
  })
  assert.deepEqual(
    requests.map(({ method, path, headers }) => [method, path, headers.authorization]),
    [["GET", "/v1/key", "Bearer sk-or-v1-CANARY"]],
  )
})

for (const [name, status, body, kind] of [
  ["a wrong key", 401, { error: { code: 401, message: "No auth" } }, "unauthorized"],
  ["an answer about something else", 200, { data: {} }, "badResponse"],
] as const)
  test(`${name} is "${kind}"`, async t => {
    const { answer } = await asked(t, status, body)
    assert.equal(!answer.ok && answer.error.kind, kind)
  })

const paid = "Free models: 1000 requests a day once 10 $ of credits were bought, else 50"

for (const [account, lines] of [
  [{ limit: 10, remaining: 4.2, usage: 5.8, isFreeTier: false }, ["4.20 $ of 10.00 $ left", paid]],
  [{ limit: 10, usage: 12, isFreeTier: false }, ["0.00 $ of 10.00 $ left", paid]],
  [
    { limit: 5, remaining: 5, limitReset: "monthly", usage: 0, isFreeTier: false },
    ["5.00 $ of 5.00 $ left, renewed monthly", paid],
  ],
  [{ usage: 0, isFreeTier: true }, ["0.00 $ used, no limit on this key", "Free models: 50 requests a day"]],
] as const)
  test(lines.join(" · "), () => assert.deepEqual(accountLines(account), lines))
