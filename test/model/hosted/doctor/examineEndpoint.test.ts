import assert from "node:assert/strict"
import { test } from "node:test"
import { delta, eventReply, finished, jsonReply } from "../../../support/scriptedEndpoint.ts"
import { called, counting, examine, healthy, models, streamed, testServer, usage } from "./scriptedServer.ts"

test("a healthy vLLM passes everything, and what was seen is kept", async t => {
  const server = await testServer(t)
  const { report, reports, memory } = await examine(server, { rawProbe: async () => "vllm" })
  assert.deepEqual(report.findings, [])
  assert.equal(report.status, "done")
  assert.equal(report.verdict, "Works.")
  assert.match(report.passed[0] ?? "", /^Reachable, \d+ ms$/)
  assert.deepEqual(report.passed.slice(1), [
    "No key needed",
    "2 models listed",
    "Streaming",
    "No leaked markup",
    "Tool calls",
    "Effort levels",
    "Reasoning field: reasoning",
    "JSON by schema",
    "Context: 131,072 tokens",
    "Raw completions",
  ])
  assert.deepEqual(report.outlook, [
    "Ghost text will use raw completions here.",
    "Osprey keeps what it saw and adapts to it.",
  ])
  assert.deepEqual(memory.get(server.baseUrl, "openai/gpt-oss-20b"), {
    reasoningField: "reasoning",
    contextWindow: 131_072,
    rawCompletions: "vllm",
  })
  const pending = reports.map(each => each.pending.length)
  assert.deepEqual(pending, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0])
  assert.ok(
    reports.slice(0, -1).every(({ status, verdict }) => status === "running" && verdict === "Checking…"),
  )
})

test("questions are few, small and hold nothing of the user's", async t => {
  const server = await testServer(t)
  await examine(server, { key: "sk-CANARY-KEY" })
  assert.ok(server.requests.length <= 10, `${server.requests.length} requests`)
  for (const { body, path } of server.requests) {
    assert.ok(JSON.stringify(body).length < 1500, path)
    if (typeof body !== "object" || body === null || !("max_tokens" in body)) continue
    assert.ok(Number(body.max_tokens) <= 500)
  }
})

test("a vLLM without a tool parser refuses tools, or hands the markup on", async t => {
  const refuses = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
  const server = await testServer(t, {
    tools: () => jsonReply(400, { object: "error", message: refuses, type: "BadRequestError", code: 400 }),
  })
  const refused = await examine(server)
  assert.equal(refused.report.verdict, "Works. 1 thing to fix.")
  assert.deepEqual(refused.report.findings, [
    {
      id: "tools",
      severity: "error",
      title: "The server refuses tools",
      reason: "This vLLM was started without a tool parser. Start it with:",
      remedy: "--tool-call-parser openai\n--enable-auto-tool-choice",
      meanwhile: "The chat can't read or change files here until then.",
    },
  ])

  server.mend({
    tools: () =>
      streamed("", [
        "<|channel|>commentary to=functions.connection_check <|constrain|>json",
        '<|message|>{"word":"osprey"}<|call|>',
      ]),
  })
  const leaked = await examine(server)
  assert.deepEqual(leaked.report.findings, [
    {
      id: "tools",
      severity: "error",
      title: "Tool calls come back as plain text",
      reason: "This vLLM was started without a tool parser. Start it with:",
      remedy: "--tool-call-parser openai\n--enable-auto-tool-choice",
      meanwhile: "Until then Osprey reads the calls out of the text.",
    },
  ])

  server.mend({ tools: () => streamed("", ['{"word": ', '"osprey"}']) })
  const plain = await examine(server)
  assert.deepEqual(
    plain.report.findings.map(({ title, meanwhile }) => [title, meanwhile]),
    [["Tool calls come back as plain text", "Osprey runs nothing that it can't read for sure."]],
  )

  server.mend({ tools: () => called() })
  assert.deepEqual((await examine(server)).report.findings, [])
})

test("an Ollama with a small context is told how to give more", async t => {
  const server = await testServer(t, {
    paths: {
      "/api/version": () => jsonReply(200, { version: "0.12.6" }),
      "/v1/models": () => models("library", { id: "gpt-oss:20b" }),
      "/api/ps": () => jsonReply(200, { models: [{ name: "gpt-oss:20b", context_length: 8192 }] }),
      "/api/show": () => jsonReply(200, { model_info: { "gptoss.context_length": 131_072 } }),
    },
  })
  const { report, memory } = await examine(server, { as: "ollama", model: "gpt-oss:20b" })
  assert.equal(report.verdict, "Works. 1 thing to fix.")
  assert.deepEqual(report.findings, [
    {
      id: "context",
      severity: "warning",
      title: "Context is 8,192 tokens",
      reason:
        "gpt-oss-20b can hold 131,072. Move the slider in the settings of Ollama's app, or start it with:",
      remedy: "OLLAMA_CONTEXT_LENGTH=32768 ollama serve",
      meanwhile: "Until then Osprey sends less, and conversations are full sooner.",
    },
  ])
  assert.equal(memory.get(server.baseUrl, "gpt-oss:20b").contextWindow, 8192)
})

test("a llama-server without --jinja refuses tools with a status of 500, or leaks all markup", async t => {
  const server = await testServer(t, {
    paths: {
      "/health": () => jsonReply(200, { status: "ok" }),
      "/v1/models": () => models("llamacpp", { id: "gpt-oss-20b.gguf", meta: { n_ctx_train: 131_072 } }),
      "/props": () => jsonReply(200, { default_generation_settings: { n_ctx: 4096 } }),
    },
    tools: () =>
      jsonReply(500, {
        error: { code: 500, message: "tools param requires --jinja flag", type: "server_error" },
      }),
    plain: () =>
      streamed("", [
        "<|channel|>analysis<|message|>They want me to count.<|end|>",
        `<|start|>assistant<|channel|>final<|message|>${counting.join("")}`,
      ]),
  })
  const { report } = await examine(server, { as: "custom", model: "gpt-oss-20b" })
  assert.deepEqual(
    report.findings.map(({ id, severity, remedy }) => [id, severity, remedy]),
    [
      ["tools", "error", "--jinja"],
      ["markup", "warning", "--jinja --reasoning-format auto"],
      ["context", "warning", "-c 32768"],
    ],
  )
  assert.equal(report.findings[0]?.title, "The server refuses tools")
  assert.equal(report.verdict, "Works. 3 things to fix.")
  assert.ok(server.requests.length <= 12, `${server.requests.length} requests`)
})

test("words without control tokens are a leak as well", async t => {
  const server = await testServer(t, {
    plain: () => streamed("", ["analysisThey want me to count.assistantfinal", ...counting]),
  })
  const { report } = await examine(server)
  assert.deepEqual(
    report.findings.map(({ title }) => title),
    ["The format's markup leaks into answers"],
  )
})

test("a server that takes no effort, no stream options and no schema still works", async t => {
  const refuse = (key: string) =>
    jsonReply(400, { error: { message: `Unrecognized request argument supplied: ${key}`, param: key } })
  const server = await testServer(t, {
    plain: body => {
      if (body.stream_options !== undefined) return refuse("stream_options")
      if (body.reasoning_effort !== undefined) return refuse("reasoning_effort")
      return eventReply(delta({ content: counting[0] }), delta({ content: counting[1] }), finished())
    },
    json: () => refuse("response_format"),
  })
  const { report, memory } = await examine(server, { as: "groq" })
  assert.deepEqual(
    report.findings.map(({ id, severity }) => [id, severity]),
    [
      ["usage", "info"],
      ["effort", "info"],
      ["json", "info"],
    ],
  )
  assert.equal(report.verdict, "Works.")
  const { refusedKeys } = memory.get(server.baseUrl, "openai/gpt-oss-20b")
  assert.deepEqual([...(refusedKeys ?? [])].sort(), ["reasoning_effort", "stream_options"])

  const otherForm = await examine(server)
  assert.ok(otherForm.report.passed.includes("Effort levels"), "asked for in the template's own way")

  server.mend(healthy)
  const again = await examine(server, { as: "groq", memory })
  assert.deepEqual(again.report.findings, [])
  assert.equal(memory.get(server.baseUrl, "openai/gpt-oss-20b").refusedKeys, undefined)
})

test("raw completions that were missing come back, and a broken chat doesn't hide them", async t => {
  const server = await testServer(t)
  const { memory } = await examine(server, { rawProbe: async () => null })
  assert.equal(memory.get(server.baseUrl, "openai/gpt-oss-20b").rawCompletions, null)

  server.mend({ plain: () => jsonReply(500, { error: { message: "unexpected tokens in header" } }) })
  const { report } = await examine(server, { memory, rawProbe: async () => "vllm" })
  assert.equal(memory.get(server.baseUrl, "openai/gpt-oss-20b").rawCompletions, "vllm")
  assert.equal(report.verdict, "Doesn't work yet. 1 thing to fix.")
  assert.equal(report.findings[0]?.title, "A plain question fails")
  assert.ok(report.passed.includes("Raw completions"))

  const failing = await examine(server, { memory, rawProbe: () => Promise.reject(new Error("no")) })
  assert.equal(memory.get(server.baseUrl, "openai/gpt-oss-20b").rawCompletions, "vllm")
  assert.ok(!failing.report.passed.includes("Raw completions"))
})

test("hidden reasoning, an answer in one piece, a busy server", async t => {
  const server = await testServer(t, {
    plain: () => eventReply(delta({ content: counting.join("") }), finished(), usage),
    tools: () => {
      const call = { name: "connection_check", arguments: '{"word":"osprey"}' }
      return eventReply(delta({ tool_calls: [{ id: "c1", function: call }] }), finished("tool_calls"), usage)
    },
  })
  const { report } = await examine(server)
  assert.deepEqual(
    report.findings.map(({ title }) => title),
    ["Answers arrive in one piece", "The server keeps the reasoning to itself"],
  )

  server.mend({ plain: () => jsonReply(429, { error: { message: "Slow down" } }, { "retry-after": "40" }) })
  const { report: busy } = await examine(server)
  assert.deepEqual(
    busy.findings.map(({ severity, reason }) => [severity, reason]),
    [["warning", "It asks to wait 40 s."]],
  )
})

test("stopped midway: what was seen stays, nothing is called failed, the server is left", async t => {
  const stop = new AbortController()
  const server = await testServer(t, { tools: () => ({ headers: stream, body: [{ hang: true }] }) })
  const examined = examine(server, { signal: stop.signal })
  const index = 3 // health, list, the plain question, tools
  await Promise.race([server.arrived(index), examined])
  stop.abort()
  const { report } = await examined
  assert.equal(report.status, "stopped")
  assert.equal(report.verdict, "Stopped.")
  assert.deepEqual(report.findings, [])
  assert.deepEqual(report.pending, [])
  assert.equal(report.passed.at(-1), "No leaked markup")
  await server.hungUp(index)
})

test("a server that hangs is given up", async t => {
  const server = await testServer(t, { plain: () => ({ headers: stream, body: [{ hang: true }] }) })
  const patience = { questionMs: 5000, firstAnswerMs: 50, answerMs: 50 }
  const { report } = await examine(server, { patience })
  assert.deepEqual(
    report.findings.map(({ title }) => title),
    ["No answer came in time"],
  )
})

test("what a server says is bounded, on one line and without keys", async t => {
  const evil = `bad\n\u202egnp sk-${"a".repeat(40)} ${"x".repeat(5000)}`
  const server = await testServer(t, { plain: () => jsonReply(400, { error: { message: evil } }) })
  const { report } = await examine(server)
  const { reason = "" } = report.findings[0] ?? {}
  assert.match(reason, /^The server gave no answer\. It said: “bad gnp \[key\] x+…”$/)
  assert.ok(reason.length < 250)
})

const stream = { "content-type": "text/event-stream" }
