// The commands of the palette and the view's title bar, as a table.
import * as vscode from "vscode"
import { disposables } from "../base/disposables.ts"
import type { ChatSession } from "../chat/chatSession.ts"
import { type ChatView, chatViewId, type PageAction } from "./chatView.ts"
import type { LaterDownloads } from "./laterDownloads.ts"
import type { ModelQuestions } from "./modelQuestions.ts"
import type { OutputLog } from "./outputLog.ts"

type CommandOptions = {
  readonly session: Promise<ChatSession>
  readonly view: ChatView
  readonly questions: ModelQuestions
  readonly downloads: LaterDownloads
  readonly act: (action: PageAction) => Promise<void>
  readonly log: OutputLog
}

export function registerCommands(options: CommandOptions): vscode.Disposable {
  const { session, view, questions, downloads, act, log } = options

  async function focusComposer(): Promise<void> {
    await vscode.commands.executeCommand(`${chatViewId}.focus`)
    await act("closeEndpointPage")
    view.post({ type: "focusComposer" })
  }

  /** For one role when asked so by the status bar's menu, else asks for which. */
  async function chooseModel(role: unknown): Promise<void> {
    if (role === "chat") await act("chooseModel")
    else await questions.chooseModel(role === "completion" ? role : undefined)
  }

  async function checkEndpoint(): Promise<void> {
    await vscode.commands.executeCommand(`${chatViewId}.focus`)
    await act("checkEndpoint")
  }

  const commands: Readonly<Record<string, (argument?: unknown) => Promise<void>>> = {
    "osprey.newChat": async () => {
      await (await session).newChat()
      await focusComposer()
    },
    "osprey.focusChat": focusComposer,
    "osprey.stop": async () => (await session).stop(),
    "osprey.openAnswer": async () => openAnswer(await session),
    "osprey.enterKey": () => act("enterKey"),
    "osprey.removeKey": () => questions.removeKey(),
    "osprey.chooseModel": chooseModel,
    "osprey.downloadModel": () => downloads.openMenu(),
    "osprey.addCuda": () => downloads.addCuda(),
    "osprey.removeCuda": () => downloads.removeCuda(),
    "osprey.checkEndpoint": checkEndpoint,
    "osprey.showLog": async () => log.show(),
  }
  const all = disposables()
  for (const [name, run] of Object.entries(commands)) all.add(vscode.commands.registerCommand(name, run))
  return all
}

/** The last answer as a document: for screen readers, and for reading at leisure. */
async function openAnswer(session: ChatSession): Promise<void> {
  const steps = session.state().turns.at(-1)?.steps ?? []
  const text = steps
    .flatMap(step => (step.type === "text" || step.type === "preamble" ? [step.text] : []))
    .join("\n\n")
  if (text === "") {
    void vscode.window.showInformationMessage("There is no answer in this conversation yet.")
    return
  }
  const document = await vscode.workspace.openTextDocument({ content: text, language: "markdown" })
  await vscode.window.showTextDocument(document)
}
