// activate() as a table of contents: every part is made once, registered on one line, and disposed with VS Code.
// Nothing is scanned, loaded or started here; the model's process begins with the first message.
import path from "node:path"
import * as vscode from "vscode"
import { disposables } from "./base/disposables.ts"
import { openChatSession } from "./chat/chatSession.ts"
import { conversationStore } from "./chat/conversationStore.ts"
import type { HostToView } from "./protocol/chatProtocol.ts"
import { chatView, chatViewId } from "./vscode/chatView.ts"
import { registerCodeActions } from "./vscode/codeActionProvider.ts"
import { registerCommands } from "./vscode/commands.ts"
import { endpointPages } from "./vscode/endpointPages.ts"
import { registerGhostText } from "./vscode/ghostText.ts"
import { modelParts } from "./vscode/modelParts.ts"
import { openWorkspace } from "./vscode/openWorkspace.ts"
import { outputLog } from "./vscode/outputLog.ts"
import { pageActions } from "./vscode/pageActions.ts"
import { onSettingsChange, settings, writeCompletionSettings } from "./vscode/settings.ts"

let close = async () => {}

export function activate(context: vscode.ExtensionContext): void {
  const log = outputLog()
  const parts = disposables(error => log.error(`Closing a part failed: ${String(error)}`))
  context.subscriptions.push(parts, log)

  const dist = path.join(context.extensionPath, "dist")
  const ripgrep = path.join(dist, "ripgrep", process.platform === "win32" ? "rg.exe" : "rg")
  const post = (message: HostToView) => view.post(message)
  const models = parts.add(modelParts({ context, log, post, onCounted: () => pages.refresh() }))
  const { model, questions, downloads } = models

  const shown = () => ({ model: model.state("chat"), showReasoning: settings().chat.showReasoning })
  const session = openChatSession({
    store: conversationStore({
      folder: path.join((context.storageUri ?? context.globalStorageUri).fsPath, "conversations"),
      today: () => new Date().toISOString().slice(0, 10),
      onError: error => log.error(`The conversation could not be saved: ${codeOf(error)}`),
    }),
    workspace: () => openWorkspace(ripgrep),
    model: () => model.current("chat"),
    limits: () => settings().chat,
    onChange: change => post({ type: "change", change }),
    onReset: state => post({ type: "state", state, ...shown() }),
  })
  const pages = parts.add(
    endpointPages({
      ...{ post, endpoint: models.endpoint, memory: models.memento, logger: log },
      tell: sentence => void vscode.window.showInformationMessage(sentence),
    }),
  )
  const act = pageActions({
    ...{ session, questions, downloads, log, post },
    endpoint: action => pages.act(action),
  })
  const explain = async (text: string) => {
    await vscode.commands.executeCommand(`${chatViewId}.focus`)
    await act("closeEndpointPage")
    void (await session).send(text)
  }
  const view = chatView({
    ...{ session, shown, act, extensionUri: context.extensionUri, logger: log },
    endpointPage: pages.page,
    download: downloads.state,
    ...{ onRetry: models.tryAgain, onShown: models.pageShown },
  })

  parts.add(vscode.window.registerWebviewViewProvider(chatViewId, view))
  parts.add(registerCommands({ session, view, questions, downloads, act, log }))
  parts.add(registerCodeActions({ model: () => model.current("chat"), explain, log }))
  const ghostText = parts.add(
    registerGhostText({
      model: () => model.current("completion"),
      modelState: () => model.state("completion"),
      settings: () => settings().completion,
      ...{ power: models.power, computing: models.computing },
      change: writeCompletionSettings,
    }),
  )
  parts.add(
    onSettingsChange(() => {
      ghostText.settingsChanged()
      post({ type: "settings", ...shown() })
      pages.refresh()
    }),
  )

  close = async () => {
    await Promise.all([downloads.close(), session.then(chat => chat.close())])
    parts.dispose()
  }
}

export function deactivate(): Promise<void> {
  return close()
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown"
}
