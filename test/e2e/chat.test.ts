// A conversation with the shipped model, from the page down to the model's process and back: it calls a tool, reads a
// file of the open folder and quotes it. New chat begins an empty one.
import assert from "node:assert/strict"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { runCommand } from "../../scripts/vscodeHost/workbench.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"
import { randomQuestions } from "../support/randomQuestions.ts"

/** The demo model quotes a file it never saw about nine times in ten, so several names have a go. */
const { questions, files } = randomQuestions(4)

ospreyTest("an answer calls read_file and quotes the file", { files }, async osprey => {
  const chat = await osprey.chat()
  const answers: string[] = []
  for (const { path, firstLine, question } of questions) {
    const answer = await chat.ask(question)
    const text = await endedAnswer(answer)
    answers.push(text)
    assert.deepEqual(osprey.violations(), [])
    if (text.includes(firstLine)) {
      const row = answer.getByRole("button", { name: `Read ${path}` })
      await row.click()
      await answer.getByRole("region", { name: "Result of read_file" }).getByText(firstLine).waitFor()
      assert.deepEqual(osprey.violations(), [])
      return
    }
    await runCommand(osprey.page, "Osprey: New Chat")
    await chat.messages.first().waitFor({ state: "detached" })
  }
  assert.fail(`No answer quotes its file:\n${answers.join("\n---\n")}`)
})

ospreyTest("new chat empties the page and the next message works", { files }, async osprey => {
  const [first, second] = questions
  assert.ok(first && second)
  const chat = await osprey.chat()
  await endedAnswer(await chat.ask(first.question))
  await runCommand(osprey.page, "Osprey: New Chat")
  await chat.messages.first().waitFor({ state: "detached" })
  assert.equal(await chat.answers.count(), 0)
  await endedAnswer(await chat.ask(second.question))
  assert.deepEqual(await chat.messages.locator("p").allInnerTexts(), [second.question])
  assert.deepEqual(osprey.violations(), [])
})
