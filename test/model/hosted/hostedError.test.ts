import assert from "node:assert/strict"
import { test } from "node:test"
import { type HostedFailure, hostedError } from "../../../src/model/hosted/hostedError.ts"

function failure(status: number | undefined, body: unknown): HostedFailure {
  return hostedError({
    subject: "https://example.com",
    ...(status !== undefined && { status }),
    body,
    key: undefined,
    now: 0,
  })
}

const openRouter = (code: number, more: object) => ({ error: { code, message: "m", ...more } })
const typed = (code: number, error_type: string) => openRouter(code, { metadata: { error_type } })
const available = (code: number, availability: object) => openRouter(code, { availability })

/** HTTP status (undefined: inside a stream), body, kind, whether it may be tried again. */
for (const [status, body, kind, mayRetry] of [
  // OpenAI style
  [
    400,
    { error: { message: "m", type: "invalid_request_error", param: null, code: null } },
    "badRequest",
    false,
  ],
  [401, { error: { message: "m", code: "invalid_api_key" } }, "unauthorized", false],
  [403, { error: { message: "m" } }, "unauthorized", false],
  [404, { error: { message: "m", code: "model_not_found" } }, "modelNotFound", false],
  [429, { error: { message: "m", type: "tokens", code: "rate_limit_exceeded" } }, "rateLimited", true],
  [429, { error: { message: "m", code: "insufficient_quota" } }, "paymentRequired", false],
  [500, { error: { message: "m", type: "server_error" } }, "serverError", true],
  // Groq: too many tokens for a minute of the plan, no full context
  [
    413,
    { error: { message: "Request too large: TPM", type: "tokens", code: "rate_limit_exceeded" } },
    "rateLimited",
    true,
  ],
  // OpenRouter by its status, with and without HTTP's
  [200, openRouter(402, {}), "paymentRequired", false],
  [402, openRouter(402, {}), "paymentRequired", false],
  [undefined, openRouter(502, {}), "serverError", true],
  [undefined, openRouter(429, {}), "rateLimited", true],
  // OpenRouter's error_type
  [400, typed(400, "context_length_exceeded"), "contextFull", false],
  [400, typed(400, "max_tokens_exceeded"), "contextFull", false],
  [400, typed(400, "token_limit_exceeded"), "contextFull", false],
  [400, typed(400, "string_too_long"), "contextFull", false],
  [413, typed(413, "payload_too_large"), "contextFull", false],
  [401, typed(401, "authentication"), "unauthorized", false],
  [402, typed(402, "payment_required"), "paymentRequired", false],
  [403, typed(403, "permission_denied"), "unauthorized", false],
  [404, typed(404, "not_found"), "modelNotFound", false],
  [412, typed(412, "precondition_failed"), "badRequest", false],
  [422, typed(422, "unprocessable"), "badRequest", false],
  [429, typed(429, "rate_limit_exceeded"), "rateLimited", true],
  [400, typed(400, "invalid_request"), "badRequest", false],
  [400, typed(400, "invalid_prompt"), "badRequest", false],
  [400, typed(400, "content_policy_violation"), "badRequest", false],
  [400, typed(400, "refusal"), "badRequest", false],
  [500, typed(500, "server"), "serverError", true],
  [500, typed(500, "unmapped"), "serverError", true],
  [502, typed(502, "provider_unavailable"), "serverError", true],
  [503, typed(503, "provider_overloaded"), "serverError", true],
  [504, typed(504, "timeout"), "serverError", true],
  // OpenRouter's availability
  [404, available(404, { code: "model_not_found" }), "modelNotFound", false],
  [404, available(404, { code: "no_endpoints" }), "modelNotFound", false],
  [404, available(404, { code: "privacy_restricted" }), "modelNotFound", false],
  [404, available(404, { code: "free_variant_ended" }), "modelNotFound", false],
  [503, available(503, { code: "capacity_exhausted", retryable: true }), "rateLimited", true],
  [503, available(503, { code: "temporarily_unavailable", retryable: true }), "serverError", true],
  [503, available(503, { code: "region_restricted", retryable: false }), "modelNotFound", false],
  // OpenRouter's moderation
  [403, openRouter(403, { metadata: { reasons: ["violence"], flagged_input: "x" } }), "badRequest", false],
  // Cerebras: flat, and inside a stream
  [
    400,
    { message: "m", type: "invalid_request_error", param: "x", code: "wrong_api_format" },
    "badRequest",
    false,
  ],
  [
    429,
    { message: "m", type: "too_many_requests_error", code: "request_quota_exceeded" },
    "rateLimited",
    true,
  ],
  [undefined, { error: { message: "m", code: "server_error" }, status_code: 500 }, "serverError", true],
  // Groq
  [400, { error: { message: "m", code: "tool_use_failed", failed_generation: "x" } }, "badRequest", false],
  // Ollama: in either interface, and its own parser's fault
  [404, { error: "model 'x' not found" }, "modelNotFound", false],
  [undefined, { error: "an error was encountered while running the model" }, "serverError", true],
  [
    500,
    { error: { message: "error parsing tool call: raw='{' err=EOF", type: "api_error" } },
    "serverError",
    true,
  ],
  // llama-server
  [
    400,
    { error: { code: 400, message: "m", type: "exceed_context_size_error", n_ctx: 4096 } },
    "contextFull",
    false,
  ],
  [503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }, "serverError", true],
  [501, { error: { code: 501, message: "m", type: "not_supported_error" } }, "serverError", true],
  // LM Studio
  [
    400,
    {
      error:
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
    },
    "contextFull",
    false,
  ],
  [
    404,
    { error: { message: "m", type: "invalid_request_error", code: "model_not_found" } },
    "modelNotFound",
    false,
  ],
  // Oxen, Free LLM Router
  [400, { status: "error", status_message: "m" }, "badRequest", false],
  [401, { error: "Invalid API key" }, "unauthorized", false],
  // vLLM, now and then with HTTP 200
  [
    400,
    { object: "error", message: "This model's maximum context length is 4096 tokens.", code: 400 },
    "contextFull",
    false,
  ],
  [200, { object: "error", message: "m", type: "BadRequestError", code: 400 }, "badRequest", false],
  [422, { detail: [{ loc: ["body", "messages"], msg: "field required" }] }, "badRequest", false],
  // Proxies
  [502, "<html><body>Bad gateway</body></html>", "serverError", true],
  [520, "", "serverError", true],
  [407, "Proxy Authentication Required", "badResponse", false],
  [418, "", "badResponse", false],
] as const)
  test(`${status ?? "in a stream"} ${JSON.stringify(body).slice(0, 90)} is ${kind}`, () => {
    const { error, mayRetry: again } = failure(status, body)
    assert.deepEqual([error.kind, again], [kind, mayRetry])
  })

test("OpenRouter's own time to wait is obeyed where no header says one", () => {
  const { error } = failure(
    503,
    available(503, { code: "capacity_exhausted", retryable: true, retry_after: 12 }),
  )
  assert.equal(error.detail.retryAfter, 12)
})
