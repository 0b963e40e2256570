// The text of a system message. Says only what it is given: no default identity, date or effort.
// Source: openai/harmony v0.0.8, src/encoding.rs.
import type { SystemContent } from "./message.ts"
import { renderTools } from "./renderTools.ts"

/** `functionsOffered`: some developer message of the conversation offers functions. */
export function systemText(system: SystemContent, functionsOffered: boolean): string {
  return [
    aboutModel(system),
    system.reasoningEffort === undefined ? "" : `Reasoning: ${system.reasoningEffort}`,
    renderTools(system.tools),
    aboutChannels(system.channelConfig, functionsOffered),
  ]
    .filter(section => section !== "")
    .join("\n\n")
}

function aboutModel({ modelIdentity, knowledgeCutoff, conversationStartDate }: SystemContent): string {
  return [
    modelIdentity,
    knowledgeCutoff === undefined ? undefined : `Knowledge cutoff: ${knowledgeCutoff}`,
    conversationStartDate === undefined ? undefined : `Current date: ${conversationStartDate}`,
  ]
    .filter(line => line !== undefined)
    .join("\n")
}

function aboutChannels(config: SystemContent["channelConfig"], functionsOffered: boolean): string {
  if (config === undefined || config.validChannels.length === 0) return ""
  const required = config.channelRequired ? " Channel must be included for every message." : ""
  const calls = functionsOffered
    ? "\nCalls to these tools must go to the commentary channel: 'functions'."
    : ""
  return `# Valid channels: ${config.validChannels.join(", ")}.${required}${calls}`
}
