// What stands in at endpoints: another model for one that can't answer, and raw completions for a chat that ghost
// text can't use. The page and the editor show whose work it is.
import assert from "node:assert/strict"
import { endedAnswer } from "../../scripts/vscodeHost/chatPage.ts"
import { ghost, ghostText, grownLine, openFile, quietEditor } from "../../scripts/vscodeHost/ghostTextPage.ts"
import { ids, llamaReply, promptOf, spelt } from "../model/hosted/raw/rawServer.ts"
import { doorTo } from "../support/door.ts"
import { ospreyTest } from "../support/ospreyInVsCode.ts"
import { jsonReply, type ScriptedRequest, startScriptedEndpoint } from "../support/scriptedEndpoint.ts"
import { startScriptedVllm, vllmModel } from "../support/scriptedVllm.ts"

const first = await startScriptedVllm()
const door = await doorTo(first.origin)
const second = await startScriptedVllm()

ospreyTest(
  "another endpoint answers while the first is out of reach, and the page says which",
  {
    settings: {
      "osprey.chat.model": `${door.baseUrl} ${vllmModel}`,
      "osprey.chat.fallbacks": [`${second.baseUrl} ${vllmModel}`],
    },
    servers: [first, second, { stop: door.shut }],
  },
  async ({ chat, violations }) => {
    const { ask } = await chat()
    const mine = await ask("Say hello")
    assert.match(await endedAnswer(mine), /Hello to you\./)
    assert.doesNotMatch(await mine.locator(".meta").innerText(), new RegExp(new URL(second.origin).host))

    await door.shut()
    const theirs = await ask("Once more")
    assert.match(await endedAnswer(theirs), /Hello to you\./)
    assert.match(await theirs.locator(".meta").innerText(), new RegExp(new URL(second.origin).host))
    assert.equal(second.requests.length, 1)
    assert.deepEqual(violations(), [])
  },
)

const wholeLine = "export function sumWeights(weights: number[]): number {"

let isProbed = false

/** A llama-server whose model knows one line of code, in gpt-oss's own token ids. */
const llama = await startScriptedEndpoint(request => {
  switch (request.path) {
    case "/tokenize":
      return jsonReply(200, { tokens: ids(contentOf(request)) })
    case "/completion":
      return llamaReply(`${restOf(spelt(promptOf(request)))}<|return|>`)
    case "/v1/models":
      return jsonReply(200, { object: "list", data: [{ id: "gpt-oss-20b", owned_by: "llamacpp" }] })
    default:
      return jsonReply(404, { error: { message: "File Not Found", code: 404 } })
  }
})

function contentOf({ body }: ScriptedRequest): string {
  const content: unknown = typeof body === "object" && body !== null && "content" in body ? body.content : ""
  return String(content)
}

/** What is missing of the line; a prompt that stands before any channel gets a channel, as gpt-oss begins. */
function restOf(prompt: string): string {
  if (prompt.endsWith("<|start|>assistant")) {
    isProbed = true
    return "<|channel|>analysis<|message|>Well."
  }
  const typed = prompt.slice(prompt.lastIndexOf("\n") + 1)
  return typed !== "" && wholeLine.startsWith(typed) ? wholeLine.slice(typed.length) : ""
}

ospreyTest(
  "ghost text is written over raw token ids, and Tab takes it",
  {
    files: { "src/sum.ts": "export const unit = 1\n\n" },
    settings: { ...quietEditor, "osprey.chat.model": `${llama.baseUrl} gpt-oss-20b` },
    servers: [llama],
  },
  async ({ page }) => {
    await openFile(page, "sum.ts")
    const typed = "export function sumWeights("
    await page.keyboard.type(typed.slice(0, 15), { delay: 40 })
    // The first keystrokes have the code for endpoints loaded and the server asked what it can do.
    while (!isProbed) {
      await page.keyboard.type("x", { delay: 200 })
      await page.keyboard.press("Backspace", { delay: 200 })
    }
    await page.keyboard.type(typed.slice(15), { delay: 100 })
    await ghost(page).first().waitFor()
    assert.equal(`${typed}${await ghostText(page)}`, wholeLine)
    await page.keyboard.press("Tab")
    assert.equal(await grownLine(page, "sumWeights", typed.length), wholeLine)
    const asked = llama.requests.filter(({ path }) => path === "/completion")
    assert.ok(asked.length > 0 && asked.every(request => promptOf(request).length > 0))
    assert.ok(llama.requests.every(({ path }) => !path.endsWith("/chat/completions")))
  },
)
