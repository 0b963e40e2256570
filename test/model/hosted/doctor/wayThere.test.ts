import assert from "node:assert/strict"
import { test } from "node:test"
import { selfSignedCertificate } from "../../../support/certificate.ts"
import { jsonReply, scriptedEndpoint } from "../../../support/scriptedEndpoint.ts"
import { examine, healthy, models, testServer } from "./scriptedServer.ts"

test("a key that is refused, and one that is missing", async t => {
  const server = await testServer(t, {
    paths: {
      ...healthy.paths,
      "/v1/models": ({ headers }) =>
        headers.authorization === "Bearer sk-right-key-1234"
          ? models("vllm", { id: "openai/gpt-oss-20b" })
          : jsonReply(401, { error: { message: `Invalid key ${headers.authorization ?? ""}` } }),
    },
  })
  const { report: wrong } = await examine(server, { key: "sk-wrong-key-1234" })
  assert.equal(wrong.verdict, "Doesn't work yet. 1 thing to fix.")
  assert.deepEqual(
    wrong.findings.map(({ id, title }) => [id, title]),
    [["key", `${new URL(server.baseUrl).host} refused the key`]],
  )
  assert.doesNotMatch(JSON.stringify(wrong), /wrong-key/)
  assert.equal(wrong.passed.length, 1)

  const { report: none } = await examine(server, { as: "groq" })
  assert.equal(none.findings[0]?.title, `${new URL(server.baseUrl).host} asks for a key`)
  assert.equal(none.findings[0]?.remedy, "https://console.groq.com/keys")

  const { report: right } = await examine(server, { key: "sk-right-key-1234" })
  assert.deepEqual(right.findings, [])
  assert.equal(right.passed[1], "Key accepted")
})

test("a key that only chat refuses", async t => {
  const server = await testServer(t, { plain: () => jsonReply(401, { error: { message: "No" } }) })
  const { report } = await examine(server, { key: "sk-wrong-key-1234" })
  assert.deepEqual(
    report.findings.map(({ id }) => id),
    ["key"],
  )
})

test("a web page, a redirect, and nobody", async t => {
  const html = { headers: { "content-type": "text/html" }, body: ["<!doctype html><title>Welcome</title>"] }
  const page = await testServer(t, { paths: { "/health": () => html, "/v1/models": () => html } })
  const host = new URL(page.baseUrl).host
  const { report: fromPage } = await examine(page)
  assert.deepEqual(
    fromPage.findings.map(({ title }) => title),
    [`What answers at ${host} is no model endpoint`],
  )
  assert.deepEqual(fromPage.passed, [])

  const moved = () => ({ status: 307, headers: { location: "https://evil.example/v1?x=1" }, body: [] })
  page.mend({ paths: { "/v1/models": moved } })
  const { report: redirected } = await examine(page, { as: "custom" })
  assert.equal(redirected.findings[0]?.title, `${host} redirects to another address`)
  assert.match(
    redirected.findings[0]?.reason ?? "",
    /redirects to https:\/\/evil\.example\. Osprey doesn't follow/,
  )

  await page.stop()
  const { report: nobody } = await examine(page, { as: "ollama" })
  assert.deepEqual(nobody.findings, [
    {
      id: "reach",
      severity: "error",
      title: `Nothing answers at ${host}`,
      reason: "Ollama isn't running. Start it with:",
      remedy: "ollama serve",
    },
  ])
  assert.equal(nobody.verdict, "Doesn't work yet. 1 thing to fix.")
  assert.deepEqual(nobody.outlook, [])
})

test("an address without /v1", async t => {
  const server = await testServer(t)
  const { report } = await examine({ baseUrl: server.origin }, { as: "custom" })
  assert.deepEqual(
    report.findings.map(({ title, remedy }) => [title, remedy]),
    [["The address lacks /v1", server.baseUrl]],
  )
})

test("an address that can't be used is said before anything is sent", async () => {
  const { report } = await examine({ baseUrl: "http://vllm.team.lan:8000/v1" })
  assert.equal(report.findings[0]?.title, "This address can't be used")
  assert.match(report.findings[0]?.reason ?? "", /https:\/\//)
})

test("a model that isn't there: near names, or the command that fetches it", async t => {
  const missing = () => jsonReply(404, { error: { message: "model not found", code: "model_not_found" } })
  const server = await testServer(t, {
    paths: {
      "/v1/models": () =>
        models("library", { id: "llama3:8b" }, { id: "gpt-oss:120b" }, { id: "gpt-oss:20b" }),
    },
    plain: missing,
  })
  const { report: near } = await examine(server, { as: "custom", model: "gpt-oss-20b" })
  assert.deepEqual(near.findings, [
    {
      id: "models",
      severity: "error",
      title: "No model called gpt-oss-20b is there",
      reason: "It has gpt-oss:20b, gpt-oss:120b. Set one of these names as the model:",
      remedy: "gpt-oss:20b",
      meanwhile: "Nothing can be answered with this name.",
    },
  ])

  server.mend({ paths: { "/v1/models": () => models("library", { id: "llama3:8b" }) } })
  const { report: far } = await examine(server, { as: "ollama", model: "gpt-oss:20b" })
  assert.equal(far.findings[0]?.remedy, "ollama pull gpt-oss:20b")
  assert.equal(far.findings[0]?.reason, "It lists 1 model. Fetch it with:")
})

test("a certificate that nobody trusts", async t => {
  const day = 24 * 3_600_000
  const certificate = selfSignedCertificate({
    names: ["localhost"],
    from: new Date(Date.now() - day),
    until: new Date(Date.now() + day),
  })
  const server = await scriptedEndpoint(t, () => jsonReply(200, {}), certificate)
  const { report } = await examine(server)
  assert.deepEqual(
    report.findings.map(({ title }) => title),
    [`The certificate of ${new URL(server.baseUrl).host} isn't trusted`],
  )
  assert.match(report.findings[0]?.reason ?? "", /DEPTH_ZERO_SELF_SIGNED_CERT/)
  assert.deepEqual(server.requests, [])
})

test("a llama-server that loads its model", async t => {
  const loading = () => jsonReply(503, { error: { code: 503, message: "Loading model" } })
  const server = await testServer(t, { paths: { "/health": loading } })
  const { report } = await examine(server, { as: "llamaServer" })
  assert.equal(report.findings[0]?.title, `${new URL(server.baseUrl).host} is still loading its model`)
  assert.equal(server.requests.length, 1)
})

test("a listed model that isn't given out, an alias that isn't listed, and no name at all", async t => {
  const server = await testServer(t, {
    plain: () => jsonReply(404, { error: { message: "No endpoints found for your data policy", code: 404 } }),
  })
  const { report: kept } = await examine(server)
  assert.equal(kept.findings[0]?.title, "openai/gpt-oss-20b isn't available to you")
  assert.match(kept.findings[0]?.reason ?? "", /“No endpoints found for your data policy”/)

  server.mend(healthy)
  const { report: alias } = await examine(server, { model: "house-model" })
  assert.deepEqual(alias.findings, [])
  assert.ok(alias.passed.includes("2 models listed"))

  const { report: nameless } = await examine(server, { model: " " })
  assert.deepEqual(
    nameless.findings.map(({ title }) => title),
    ["No model is chosen"],
  )
})
