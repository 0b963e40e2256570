import assert from "node:assert/strict"
import { test } from "node:test"
import { reportText } from "../../../../src/model/hosted/doctor/reportText.ts"

test("a report as text", () => {
  const text = reportText(
    {
      status: "done",
      verdict: "Works. 1 thing to fix.",
      checkedAt: Date.UTC(2026, 10, 20, 14, 31),
      ms: 6123,
      findings: [
        {
          id: "tools",
          severity: "error",
          title: "Tool calls come back as plain text",
          reason: "This vLLM was started without a tool parser. Start it with:",
          remedy: "--tool-call-parser openai\n--enable-auto-tool-choice",
          meanwhile: "Until then Osprey reads the calls out of the text.",
        },
      ],
      passed: ["Reachable, 38 ms", "Key accepted"],
      pending: [],
      outlook: ["Ghost text will use raw completions here."],
    },
    {
      place: "vllm.team.lan:8000",
      model: "openai/gpt-oss-120b",
      preset: "vLLM",
      record: {
        answers: 40,
        toolCalls: 212,
        malformedCalls: 3,
        problems: [{ code: "name_polluted", count: 2 }],
      },
    },
  )
  assert.equal(
    text,
    `# Osprey: vllm.team.lan:8000

Model: openai/gpt-oss-120b
Endpoint: vLLM

Works. 1 thing to fix. Checked 2026-11-20T14:31:00.000Z, 6 s.

## Error: Tool calls come back as plain text

This vLLM was started without a tool parser. Start it with:

    --tool-call-parser openai
    --enable-auto-tool-choice

Until then Osprey reads the calls out of the text.

Passed:

- Reachable, 38 ms
- Key accepted

Ghost text will use raw completions here.

Counted on this computer: 40 answers, 212 tool calls, 3 malformed.
Problems: name_polluted 2
`,
  )
})

test("no key gets into it, wherever it came from", () => {
  const report = {
    status: "stopped",
    verdict: "Stopped.",
    findings: [
      { id: "key", severity: "error", title: "Refused", reason: "It said: “bad key sk-abcd1234efgh”" },
    ],
    passed: [],
    pending: ["Tool calls"],
    outlook: [],
  } as const
  const text = reportText(report, { place: "x", model: "y", preset: "Custom endpoint" })
  assert.match(text, /bad key \[key\]/)
  assert.match(text, /Not checked yet: Tool calls/)
})
