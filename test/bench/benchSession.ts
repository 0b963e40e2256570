// A chat session on a disk of its own, as the extension makes it: `work` is the workspace, `chats` the conversations.
import path from "node:path"
import { rgPath } from "@vscode/ripgrep"
import { type ChatSession, openChatSession } from "../../src/chat/chatSession.ts"
import { type ConversationStore, conversationStore } from "../../src/chat/conversationStore.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import type { ChatChange } from "../../src/protocol/chatState.ts"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"

/** Opens the conversation shown last in this folder. */
export function benchSession(
  folder: string,
  model: LanguageModel,
  onChange: (change: ChatChange) => void = () => {},
): Promise<ChatSession> {
  const roots = [{ name: "work", path: path.join(folder, "work") }]
  return openChatSession({
    store: benchStore(folder),
    workspace: () => diskWorkspace({ roots, ripgrepPath: rgPath }),
    model: () => model,
    limits: () => ({ effort: "medium", maxToolCalls: 25 }),
    onChange,
    onReset: () => {},
  })
}

export function benchStore(folder: string): ConversationStore {
  return conversationStore({
    folder: path.join(folder, "chats"),
    today: () => "2026-11-20",
    onError: error => {
      throw error
    },
  })
}
