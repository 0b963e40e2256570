// The chat page's door: makes the page, parses what comes from it, hands the session's changes on. It decides
// nothing; the session holds the truth and a page that comes back asks for it.
import * as vscode from "vscode"
import type { Logger } from "../base/logger.ts"
import type { ChatSession } from "../chat/chatSession.ts"
import { type HostToView, parseViewToHost, type ViewToHost } from "../protocol/chatProtocol.ts"
import type { ModelState } from "../protocol/chatState.ts"
import type { EndpointPage } from "../protocol/endpointPage.ts"
import type { ModelDownload } from "../protocol/modelDownload.ts"
import { chatPageHtml, newNonce } from "./chatPageHtml.ts"
import { copyText, insertAtCursor, openAsNewFile, openLink } from "./editorActions.ts"

export const chatViewId = "osprey.chat"

export type PageAction = Extract<ViewToHost, { type: "action" }>["does"]

export type ChatView = vscode.WebviewViewProvider & { post(message: HostToView): void }

export type ShownSettings = { readonly model: ModelState; readonly showReasoning: boolean }

type ChatViewOptions = {
  readonly extensionUri: vscode.Uri
  readonly session: Promise<ChatSession>
  readonly shown: () => ShownSettings
  /** The page about the endpoint, while it stands in the log's place. */
  readonly endpointPage: () => EndpointPage | null
  readonly download: () => ModelDownload | null
  readonly act: (action: PageAction) => Promise<void>
  /** The page is there, or is there again; what it shows at first may wait for this. */
  readonly onShown: () => Promise<void>
  /** Before a message is answered again: the user wants another try. */
  readonly onRetry: () => void
  readonly logger: Logger
}

export function chatView({
  extensionUri,
  session,
  shown,
  endpointPage,
  download,
  act,
  onShown,
  onRetry,
  logger,
}: ChatViewOptions): ChatView {
  const assets = vscode.Uri.joinPath(extensionUri, "dist", "webview")
  let view: vscode.WebviewView | undefined

  function post(message: HostToView): void {
    void view?.webview.postMessage(message)
  }

  async function receive(value: unknown): Promise<void> {
    const message = parseViewToHost(value)
    if (message === undefined) return logger.warn("A message of the chat page was refused: unknown form.")
    try {
      await handle(message, await session)
    } catch (error) {
      logger.error(`${message.type} failed: ${error instanceof Error ? error.name : "unknown"}`)
      post({ type: "announce", text: "That didn't work. The log says more." })
    }
  }

  async function handle(message: ViewToHost, chat: ChatSession): Promise<void> {
    switch (message.type) {
      case "ready":
        await onShown()
        post({ type: "endpoint", page: endpointPage() })
        post({ type: "download", download: download() })
        void chat.prepare()
        return post({ type: "state", state: chat.state(), ...shown() })
      case "send":
        return chat.send(message.text)
      case "stop":
        return chat.stop()
      case "newChat":
        return chat.newChat()
      case "retry":
        onRetry()
        return chat.retry(message.turnId)
      case "continue":
        return chat.continue(message.turnId)
      case "answerApproval":
        return chat.answerApproval(message.stepId, message.allow)
      case "copy":
        await copyText(message.text)
        return post({ type: "announce", text: "Copied" })
      case "insertAtCursor":
        return insertAtCursor(message.text)
      case "saveAsNewFile":
        return openAsNewFile(message.text, message.language)
      case "openLink":
        return openLink(message.href)
      case "action":
        return act(message.does)
      default:
        message satisfies never
    }
  }

  return {
    post,
    resolveWebviewView(resolved) {
      view = resolved
      const { webview } = resolved
      webview.options = {
        enableScripts: true,
        enableForms: false,
        enableCommandUris: false,
        localResourceRoots: [assets],
      }
      const uriOf = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(assets, name)).toString()
      webview.onDidReceiveMessage(receive)
      resolved.onDidDispose(() => {
        if (view === resolved) view = undefined
      })
      webview.html = chatPageHtml({
        nonce: newNonce(),
        cspSource: webview.cspSource,
        scriptUri: uriOf("page.js"),
        highlightUri: uriOf("highlight.js"),
        styleUri: uriOf("page.css"),
        codiconUri: uriOf("codicon.css"),
      })
    },
  }
}
