// The agent loop in a test: a scripted model in a folder with one file, and its turn told as a line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { after } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import type { AgentEvent } from "../../src/chat/agentEvent.ts"
import { agentLoop } from "../../src/chat/agentLoop.ts"
import { userMessage } from "../../src/chat/chatPrompt.ts"
import { createHarmonyReader } from "../../src/harmony/harmonyReader.ts"
import type { Message, ReasoningEffort } from "../../src/harmony/message.ts"
import { systemMessage } from "../../src/harmony/systemMessage.ts"
import type { LanguageModel, ModelEvent } from "../../src/model/languageModel.ts"
import { finishReasons } from "../../src/model/local/turnReader.ts"
import { toolbox } from "../../src/tools/toolbox.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { pieces } from "../harmony/pieces.ts"
import type { ScriptedModel, ScriptedTurn } from "../support/scriptedModel.ts"

const folder = mkdtempSync(path.join(os.tmpdir(), "osprey-loop-"))
writeFileSync(path.join(folder, "a.ts"), "export const a = 1\n")
after(() => rmSync(folder, { recursive: true }))

const workspace = diskWorkspace({ roots: [{ name: "w", path: folder }], ripgrepPath: rgPath })
const box = toolbox({ workspace, approve: async () => false })

export const readA = { name: "read_file", arguments: { path: "a.ts" } }

type RunOptions = {
  readonly maxToolCalls?: number
  readonly maxTokens?: number
  readonly effort?: ReasoningEffort
  readonly signal?: AbortSignal
}

export async function run(model: LanguageModel, options: RunOptions = {}): Promise<readonly AgentEvent[]> {
  const { maxToolCalls = 25, maxTokens, effort = "medium", signal = new AbortController().signal } = options
  const messages = [systemMessage({ effort, tools: true }), userMessage("Hi")]
  const limits = { maxToolCalls, ...(maxTokens === undefined ? {} : { maxTokens }) }
  const events: AgentEvent[] = []
  for await (const event of agentLoop({ model, toolbox: box, messages, sessionId: "s", ...limits }, signal))
    events.push(event)
  return events
}

/** What was said, called and how it ended; `✗` takes back what the model wrote before it. */
export function story(events: readonly AgentEvent[]): string {
  return events
    .map(event => {
      if (event.type === "reasoning") return event.text === "I need a tool." ? "" : `(${event.text})`
      if (event.type === "text") return event.text
      if (event.type === "callEnded") return `[${event.call.name}${event.result.failed ? " failed" : ""}]`
      if (event.type === "discarded") return `✗${event.code} `
      return event.type === "ended" ? ` → ${event.outcome.reason}` : ""
    })
    .join("")
}

/** What the loop adds to the conversation. */
export function history(events: readonly AgentEvent[]): readonly Message[] {
  return events.flatMap(event => (event.type === "history" ? event.messages : []))
}

/** One line each: `analysis: …`, `call read_file {…}`, `result read_file: …`, `final: …`, `user: …`. */
export function told(messages: readonly Message[]): readonly string[] {
  return messages.map(({ role, name, recipient, channel, content }) => {
    if (role === "tool") return `result ${name?.replace("functions.", "")}: ${content}`
    if (role !== "assistant") return `${role}: ${content}`
    return recipient === undefined
      ? `${channel}: ${content}`
      : `call ${recipient.replace("functions.", "")} ${content}`
  })
}

/** A turn that writes this Harmony, read by the product's reader; `length`: it is cut at its end. */
export function writes(text: string, reason: "stop" | "length" = "stop"): ScriptedTurn {
  return function* (): Generator<ModelEvent> {
    const reader = createHarmonyReader({ tools: box.descriptions.map(tool => tool.name) })
    const shown = (events: ReturnType<typeof reader.push>) =>
      events.map((event): ModelEvent => (event.type === "toolCall" ? event : { ...event, tokens: 1 }))
    for (const piece of pieces(text)) yield* shown(reader.push(piece))
    const { events, outcome } = reader.finish(reason)
    yield* shown(events)
    for (const code of outcome.problems) yield { type: "problem", code }
    const messages = outcome.messages.map(({ message }) => message)
    yield { type: "finish", reason: finishReasons[outcome.status], messages }
  }
}

/** The same model behind an endpoint. */
export function hosted(model: ScriptedModel): ScriptedModel {
  return { ...model, description: { ...model.description, where: "hosted", origin: "https://example.com" } }
}

export type BeginningModel = ScriptedModel & { readonly begun: readonly (readonly Message[])[] }

/** The same model, which also goes on with a text that is begun for it: with this one. */
export function goesOnWith(text: string, model: ScriptedModel): BeginningModel {
  const begun: (readonly Message[])[] = []
  return {
    ...model,
    begun,
    description: { ...model.description, abilities: { tools: true, continueText: true } },
    async *continueText({ conversation }) {
      begun.push(conversation.messages)
      if (text !== "") yield { type: "text", text, tokens: 1 }
    },
  }
}
