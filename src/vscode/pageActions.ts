// What the buttons of notices do beyond the chat itself. A fixed list: the page never names a command.
import * as vscode from "vscode"
import type { ChatSession } from "../chat/chatSession.ts"
import type { PageAction } from "./chatView.ts"
import type { ModelQuestions } from "./modelQuestions.ts"
import type { OutputLog } from "./outputLog.ts"

type PageActionOptions = {
  readonly session: Promise<ChatSession>
  readonly questions: ModelQuestions
  readonly log: OutputLog
}

export function pageActions({
  session,
  questions,
  log,
}: PageActionOptions): (action: PageAction) => Promise<void> {
  /** Once the remedy is there, the message that failed is sent again by itself. */
  async function retryFailed(): Promise<void> {
    const chat = await session
    const last = chat.state().turns.at(-1)
    if (last?.status === "failed") await chat.retry(last.id)
  }

  return async action => {
    switch (action) {
      case "enterKey":
        if (await questions.enterKey()) await retryFailed()
        return
      case "chooseModel":
        if (await questions.chooseModel()) await retryFailed()
        return
      case "chooseFile":
        if (await questions.chooseFile()) await retryFailed()
        return
      case "openSettings":
        await vscode.commands.executeCommand("workbench.action.openSettings", "@ext:osprey.osprey")
        return
      case "showLog":
        return log.show()
      case "manageTrust":
        await vscode.commands.executeCommand("workbench.trust.manage")
        return
      default:
        action satisfies never
    }
  }
}
