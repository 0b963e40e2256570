// Osprey's chat page as a person uses it, by roles and labels: open, write, read, stop. For tests and the smoke
// run; knows the page's words and nothing of what is behind them.
import type { FrameLocator, Locator, Page } from "playwright-core"

export type ChatPage = {
  /** The page's own document, inside the workbench's two frames. */
  readonly frame: FrameLocator
  readonly composer: Locator
  /** Answers, oldest first. */
  readonly answers: Locator
  /** What the user wrote, oldest first. */
  readonly messages: Locator
  /** Types `text` key by key and sends it; the answer's article, which may still be running. */
  ask(text: string): Promise<Locator>
}

/** Opens the view by its icon in the activity bar if it isn't there yet. */
export async function openChatPage(page: Page): Promise<ChatPage> {
  const chat = chatPageIn(page)
  const icon = page.locator('.activitybar .action-item a[aria-label^="Osprey"]')
  await icon.waitFor()
  for (let tries = 1; ; tries++) {
    // A click on the icon of the open view closes it, also of one that VS Code is just restoring: then click again.
    if ((await icon.getAttribute("aria-expanded")) !== "true") await icon.click()
    try {
      await chat.composer.waitFor({ timeout: 15_000 })
      return chat
    } catch (error) {
      if (tries === 4) throw error
    }
  }
}

/** The answer's text when it has ended, however it did. */
export async function endedAnswer(answer: Locator): Promise<string> {
  await answer.locator("xpath=self::*[@aria-busy='false']").waitFor({ timeout: 120_000 })
  return await answer.innerText()
}

function chatPageIn(page: Page): ChatPage {
  const frame = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame")
  const composer = frame
    .getByRole("textbox", { name: "Message" })
    .or(frame.getByRole("combobox", { name: "Message" }))
  const messages = frame.getByRole("article", { name: "You" })
  const answers = frame.locator("article[aria-busy]")
  const ask = async (text: string) => {
    const before = await answers.count()
    await composer.click()
    await composer.pressSequentially(text)
    await composer.press("Enter")
    const answer = answers.nth(before)
    await answer.waitFor()
    return answer
  }
  return { frame, composer, answers, messages, ask }
}
