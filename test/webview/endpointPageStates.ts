// Pages about an endpoint that the page tests draw: every state that exists, once.
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import type { DoctorReport, EndpointPage, EndpointRecord } from "../../src/protocol/endpointPage.ts"

/** Of today, so that only a time is shown. */
export const checkedAt = new Date().setHours(14, 31, 0, 0)

export const report: DoctorReport = {
  status: "done",
  verdict: "Works. 2 things to fix.",
  checkedAt,
  ms: 6200,
  findings: [
    {
      id: "tools",
      severity: "error",
      title: "Tool calls come back as plain text",
      reason: "This vLLM was started without a tool parser. Start it with:",
      remedy: "--tool-call-parser openai\n--enable-auto-tool-choice",
      meanwhile: "Until then Osprey reads the calls out of the text.",
    },
    {
      id: "context",
      severity: "warning",
      title: "Context is 8,192 tokens",
      reason: "gpt-oss-120b can hold 131,072. Raise it with:",
      remedy: "--max-model-len 131072",
    },
  ],
  passed: [
    "Reachable, 38 ms",
    "Key accepted",
    "2 models listed",
    "Streaming",
    "Reasoning field",
    "Effort levels",
    "JSON by schema",
    "No leaked markup",
    "Raw completions",
  ],
  pending: [],
  outlook: ["Ghost text will use raw completions here.", "Osprey keeps what it saw and adapts to it."],
}

export const running: DoctorReport = {
  status: "running",
  verdict: "Checking…",
  findings: [],
  passed: ["Reachable, 38 ms", "Key accepted"],
  pending: ["Models", "Streaming", "Tool calls"],
  outlook: [],
}

export const record: EndpointRecord = {
  answers: 240,
  toolCalls: 212,
  malformedCalls: 3,
  problems: [
    { code: "missing_end", count: 12 },
    { code: "name_polluted", count: 3 },
    { code: "some_new_code", count: 1 },
  ],
  tokensPerSecond: 41.2,
  firstTokenMs: 620,
  cost: 0.4213,
}

const place = { place: "vllm.team.lan:8000", model: "openai/gpt-oss-120b", preset: "vLLM" }

export function endpointPage(parts: Partial<EndpointPage> = {}): HostToView {
  return { type: "endpoint", page: { ...place, account: [], ...parts } }
}

/** Each state by name; the message that puts an endpoint's page over the conversation. */
export const endpointPages: Readonly<Record<string, HostToView>> = {
  endpointUnchecked: endpointPage(),
  endpointRunning: endpointPage({ report: running }),
  endpointDone: endpointPage({ report }),
  endpointSeen: endpointPage({
    report,
    record,
    account: ["4.20 $ of 10.00 $ left", "Free models: 50 requests a day"],
  }),
  endpointFine: endpointPage({
    report: { ...report, verdict: "Everything works.", findings: [] },
    record: { answers: 1, toolCalls: 0, malformedCalls: 0, problems: [] },
  }),
  endpointNote: endpointPage({
    report: {
      ...report,
      verdict: "Not reachable.",
      findings: [
        {
          id: "reach",
          severity: "info",
          title: "A-very-long-name-without-any-space-in-it-that-a-server-made-up-itself",
          reason:
            "http://a-host-with-a-name-that-is-longer-than-the-page-is-wide.example.test:8000/v1/models",
          remedy: `--served-model-name ${"x".repeat(90)} --port 8000`,
        },
      ],
      passed: [],
      outlook: [],
    },
  }),
}

export const closed: HostToView = { type: "endpoint", page: null }
