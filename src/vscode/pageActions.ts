// What the buttons of notices and of the welcome page do beyond the chat itself. A fixed list: the page never names
// a command or an address.
import * as vscode from "vscode"
import type { ChatSession } from "../chat/chatSession.ts"
import { type LocalServer, localServers } from "../model/hosted/localServers.ts"
import type { HostToView } from "../protocol/chatProtocol.ts"
import type { PageAction } from "./chatView.ts"
import type { EndpointAction } from "./endpointPages.ts"
import type { LaterDownloads } from "./laterDownloads.ts"
import type { ModelQuestions } from "./modelQuestions.ts"
import type { OutputLog } from "./outputLog.ts"

type PageActionOptions = {
  readonly session: Promise<ChatSession>
  readonly questions: ModelQuestions
  /** To the page. */
  readonly post: (message: HostToView) => void
  /** What concerns the page about the chat's endpoint. */
  readonly endpoint: (action: EndpointAction) => Promise<void> | void
  readonly downloads: Pick<LaterDownloads, "act">
  readonly log: OutputLog
}

export function pageActions(options: PageActionOptions): (action: PageAction) => Promise<void> {
  const { session, questions, log } = options
  let looking = false
  let found: readonly LocalServer[] = []

  /** Once the remedy is there, the message that failed is sent again by itself. */
  async function retryFailed(): Promise<void> {
    const chat = await session
    const last = chat.state().turns.at(-1)
    if (last?.status === "failed") await chat.retry(last.id)
  }

  async function lookForServers(): Promise<void> {
    if (looking) return
    looking = true
    options.post({ type: "servers", search: { looking } })
    found = await localServers()
    looking = false
    const shown = found.map(({ baseUrl: _baseUrl, ...server }) => server)
    options.post({ type: "servers", search: { looking, found: shown } })
  }

  /** False for a server that isn't among those found last. */
  async function useServer(id: string): Promise<boolean> {
    const server = found.find(each => each.id === id)
    return server === undefined ? false : questions.useServer(server)
  }

  return async action => {
    switch (action) {
      case "chooseModel":
        if (await questions.chooseModel("chat")) await retryFailed()
        return
      case "enterKey":
      case "chooseFile":
      case "useDemo":
      case "connectEndpoint":
        if (await questions[action]()) await retryFailed()
        return
      case "lookForServers":
        return lookForServers()
      case "use:ollama":
      case "use:lmStudio":
      case "use:llamaServer":
      case "use:vllm":
        if (await useServer(action.slice("use:".length))) await retryFailed()
        return
      case "openSettings":
        await vscode.commands.executeCommand("workbench.action.openSettings", "@ext:osprey.osprey")
        return
      case "showLog":
        return log.show()
      case "openEndpointPage":
      case "closeEndpointPage":
      case "checkEndpoint":
      case "stopCheck":
        return options.endpoint(action)
      case "downloadModel":
      case "pauseDownload":
      case "resumeDownload":
      case "cancelDownload":
      case "downloadElsewhere":
      case "downloadFromAddress":
        return options.downloads.act(action)
      case "closeDownload":
        await options.downloads.act(action)
        return options.post({ type: "focusComposer" })
      case "manageTrust":
        await vscode.commands.executeCommand("workbench.trust.manage")
        return
      default:
        action satisfies never
    }
  }
}
