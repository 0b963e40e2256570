// The built runtime and the demo model, and what tests do with them: load, ask, collect. Needs `npm run build`.
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import {
  type RuntimeProcess,
  type RuntimeProcessOptions,
  type RuntimeRequest,
  runtimeProcess,
} from "../../src/model/local/runtimeProcess.ts"
import type { ControlToken, Segment } from "../../src/protocol/segment.ts"

export const runtimeMain = fileURLToPath(new URL("../../dist/runtime/main.mjs", import.meta.url))
export const demoModelPath = fileURLToPath(new URL("../../media/demo-model.gguf", import.meta.url))

export const never = new AbortController().signal

export function startRuntime(options: Omit<RuntimeProcessOptions, "mainPath"> = {}): RuntimeProcess {
  if (!existsSync(runtimeMain)) throw new Error("dist/runtime is missing: run `npm run build` first")
  return runtimeProcess({ mainPath: runtimeMain, ...options })
}

/** The last reply to a request, and all before it. */
export async function ask(
  runtime: RuntimeProcess,
  request: RuntimeRequest,
  signal: AbortSignal = never,
): Promise<{ readonly last: RuntimeReply | undefined; readonly replies: readonly RuntimeReply[] }> {
  const replies: RuntimeReply[] = []
  for await (const reply of runtime.request(request, signal)) replies.push(reply)
  return { last: replies.at(-1), replies }
}

type LoadRequest = Extract<RuntimeRequest, { type: "load" }>

export function loadRequest(options: Partial<Omit<LoadRequest, "type">> = {}): LoadRequest {
  return { type: "load", modelPath: demoModelPath, contextSize: 4096, threads: 1, gpu: false, ...options }
}

export const answerStops: readonly ControlToken[] = ["return", "call", "endoftext"]

export function generateRequest(
  segments: readonly Segment[],
  options: {
    readonly maxTokens?: number
    readonly stop?: readonly ControlToken[]
    readonly context?: "chat" | "completion"
  } = {},
): RuntimeRequest {
  return {
    type: "generate",
    context: options.context ?? "chat",
    segments: segments.map(segment => ("tokens" in segment ? { tokens: [...segment.tokens] } : segment)),
    maxTokens: options.maxTokens ?? 200,
    temperature: 0,
    seed: 1,
    stop: [...(options.stop ?? answerStops)],
  }
}

/** What the model wrote, with control tokens as «name». */
export function written(replies: readonly RuntimeReply[]): string {
  return replies
    .flatMap(reply => (reply.type === "pieces" ? reply.pieces : []))
    .map(piece => ("control" in piece ? `«${piece.control}»` : piece.text))
    .join("")
}

export function writtenTokens(replies: readonly RuntimeReply[]): readonly number[] {
  return replies.flatMap(reply => (reply.type === "pieces" ? reply.pieces.map(piece => piece.token) : []))
}

/** A conversation as the demo model knows it: a system message, then what the user says. */
export function questionTo(user: string): readonly Segment[] {
  return [
    ...message(
      "system",
      "You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\n\nReasoning: low\n\n" +
        "# Valid channels: analysis, commentary, final. Channel must be included for every message.",
    ),
    ...message("user", user),
    { control: "start" },
    { text: "assistant" },
  ]
}

export function message(header: string, text: string): readonly Segment[] {
  return [{ control: "start" }, { text: header }, { control: "message" }, { text }, { control: "end" }]
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Looks every 20 ms; false when it didn't come true within the time. */
export async function comesTrue(test: () => boolean, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs
  while (!test()) {
    if (Date.now() > end) return false
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return true
}
