// What happens to an answer in its middle: stopped, the window reloaded, the model's process killed. What arrived is
// kept, the page says what happened, and the next message works.
import assert from "node:assert/strict"
import type { Locator } from "playwright-core"
import { type ChatPage, endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { runCommand } from "../../scripts/vscodeHost/workbench.ts"
import { type OspreyInVsCode, ospreyTest } from "../support/ospreyInVsCode.ts"
import { randomQuestions } from "../support/randomQuestions.ts"
import { runtimeProcesses, slowDown } from "../support/runtimeProcesses.ts"
import {
  delta,
  event,
  eventReply,
  finished,
  startScriptedEndpoint,
  streamReply,
} from "../support/scriptedEndpoint.ts"

const half = "The first half of this answer"

/** Odd requests stand still in mid-answer; the ones between answer whole. */
const endpoint = await startScriptedEndpoint(({ index }) =>
  index % 2 === 0
    ? streamReply([event(delta({ role: "assistant", content: half })), { hang: true }])
    : eventReply(delta({ content: "A whole answer" }), finished()),
)

const settings = {
  "osprey.chat.model": `${endpoint.baseUrl} openai/gpt-oss-20b`,
}

ospreyTest("stop in mid-answer keeps what arrived", { settings }, async osprey => {
  const chat = await osprey.chat()
  const answer = await chat.ask("Go on for ever")
  await answer.getByText(half).waitFor()
  await chat.frame.getByRole("button", { name: "Stop", exact: true }).click()
  const text = await endedAnswer(answer)
  assert.match(text, /Stopped by you/)
  assert.ok(text.includes(half))
  assert.match(await endedAnswer(await chat.ask("And now?")), /A whole answer/)
  assert.deepEqual(osprey.violations(), [])
})

ospreyTest(
  "a reload in mid-answer, twice in a row, keeps what arrived",
  { settings, servers: [endpoint] },
  async osprey => {
    const answer = await (await osprey.chat()).ask("Go on for ever")
    await answer.getByText(half).waitFor()
    await osprey.reload()
    const chat = await osprey.reload()
    const text = await endedAnswer(chat.answers.first())
    assert.ok(text.includes(half))
    assert.match(text, /Interrupted/)
    assert.deepEqual(await chat.messages.locator("p").allInnerTexts(), ["Go on for ever"])
    assert.match(await endedAnswer(await chat.ask("And now?")), /A whole answer/)
    assert.deepEqual(osprey.violations(), [])
  },
)

const { questions, files } = randomQuestions(12)

ospreyTest(
  "a killed model process shows one error, keeps what arrived and comes back",
  { files },
  async osprey => {
    const chat = await osprey.chat()
    await endedAnswer(await chat.ask(questions[0]?.question ?? ""))
    const answer = await killedInMidAnswer(osprey, chat)
    assert.match(await answer.innerText(), /Thought/)
    assert.equal(await answer.getByRole("heading").filter({ hasText: "Interrupted" }).count(), 1)
    const next = await chat.ask(questions[1]?.question ?? "")
    await endedAnswer(next)
    await next
      .getByRole("button", { name: /^Read / })
      .first()
      .waitFor()
    assert.equal(runtimeProcesses(osprey.server.pid).length, 1)
    assert.deepEqual(osprey.violations(), [])
  },
)

/** An answer of the demo model whose process was killed half-way. A whole one takes 0.1 s: several have a go. */
async function killedInMidAnswer(osprey: OspreyInVsCode, chat: ChatPage): Promise<Locator> {
  for (const { question } of questions.slice(2)) {
    await runCommand(osprey.page, "Osprey: New Chat")
    await chat.messages.first().waitFor({ state: "detached" })
    const [runtime, ...more] = runtimeProcesses(osprey.server.pid)
    assert.ok(runtime !== undefined && more.length === 0, "one model process runs")
    const slow = slowDown(runtime)
    const answer = await chat.ask(question)
    await answer.getByRole("button").first().waitFor()
    slow.freeze()
    if ((await answer.getAttribute("aria-busy")) === "true") {
      process.kill(runtime, "SIGKILL")
      await endedAnswer(answer)
      if (!/complete/.test((await answer.getAttribute("aria-label")) ?? "")) return answer
      await endedAnswer(await chat.ask(question)) // it had just been over; this starts a new process
    } else slow.release()
  }
  assert.fail("Every answer was over before it could be caught.")
}
