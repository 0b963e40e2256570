// The only file that loads the openai package, at the first request and not before (the bundler makes its own file
// of it). It gives no key and takes nothing from the environment: address, key and headers are our fetch's.
import type { ChatRequestBody } from "./chatRequest.ts"

export type OpenaiStreamOptions = {
  readonly baseUrl: string
  readonly body: ChatRequestBody
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>
  readonly signal: AbortSignal
}

/** Parsed chunks as the server sent them. What the package throws is for the caller to read structurally. */
export async function openaiStream(options: OpenaiStreamOptions): Promise<AsyncIterable<unknown>> {
  const { OpenAI } = await import("openai")
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: "not sent",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch: options.fetch,
    maxRetries: 0,
    timeout: longestTimer,
    logLevel: "off",
    logger: { error() {}, warn() {}, info() {}, debug() {} },
  })
  // `as`: the package's types know fewer fields (reasoning, session ids) than servers do.
  const body = options.body as unknown as Parameters<typeof client.chat.completions.create>[0] & {
    stream: true
  }
  return await client.chat.completions.create(body, { signal: options.signal })
}

/** Milliseconds; the most a timer takes. Our own watch on silence is the one that counts. */
const longestTimer = 2_147_483_647
