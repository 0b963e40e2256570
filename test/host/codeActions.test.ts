// Code actions in a real extension host: the light bulb, the diff, accept, reject and undo. The model is the product's
// own hosted one; only what the endpoint answers is written down here.
import assert from "node:assert/strict"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import * as vscode from "vscode"
import {
  delta,
  eventReply,
  finished,
  type ScriptedEndpoint,
  startScriptedEndpoint,
} from "../support/scriptedEndpoint.ts"

let endpoint: ScriptedEndpoint
let answer = ""
const settings = ["chat.model"] as const

suite("code actions", () => {
  suiteSetup(async () => {
    endpoint = await startScriptedEndpoint(() => eventReply(delta({ content: answer }), finished()))
    await vscode.extensions.getExtension("osprey.osprey")?.activate()
    await set({ "chat.model": `${endpoint.baseUrl} gpt-oss-20b` })
  })
  suiteTeardown(async () => {
    await set(Object.fromEntries(settings.map(key => [key, undefined])))
    await endpoint.stop()
  })
  teardown(async () => {
    while (vscode.window.activeTextEditor?.document.isDirty)
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
  })

  const broken =
    "export function total(prices: number[]): number {\r\n\tlet sum = 0\r\n\tfor (const price of prices) sum += prise\r\n\treturn sum\r\n}\r\n"

  test("Fix on a TypeScript error: accepted, in one undo step, with nothing written to disk", async () => {
    const document = await open("total.ts", broken)
    const error = await diagnostic(document, /prise/)
    answer =
      "Here is the fix:\n```ts\nexport function total(prices: number[]): number {\n    let sum = 0\n    for (const price of prices) sum += price\n    return sum\n}\n```\nDone."
    await runAction(document, error.range, "Fix with Osprey")
    assert.equal(activeTab()?.label, "Fix: total.ts (proposed by Osprey)")
    assert.equal(document.getText(), broken)
    await vscode.commands.executeCommand("osprey.acceptProposal")
    const fixed = broken.replace("prise", "price")
    assert.equal(document.getText(), fixed)
    assert.equal(document.isDirty, true)
    assert.equal(readFileSync(document.uri.fsPath, "utf8"), broken)
    assert.equal(proposals().length, 0)
    assert.equal(vscode.window.activeTextEditor?.document, document)
    await vscode.commands.executeCommand("undo")
    assert.equal(document.getText(), broken)
    assert.equal(document.isDirty, false)
  })

  test("the request holds the problem and the code around it, and no tools", async () => {
    const body = endpoint.requests.at(-1)?.body as {
      messages: { role: string; content: string }[]
      tools?: unknown
    }
    const asked = body.messages.at(-1)?.content ?? ""
    assert.match(asked, /^File: total\.ts\n/)
    assert.match(asked, /- Line 3, `prise`: Cannot find name 'prise'/)
    assert.equal(body.tools, undefined)
  })

  test("rejected: the file is as it was and the diff is gone", async () => {
    const document = await open("rejected.ts", "export const answer: string = 42\n")
    const error = await diagnostic(document, /not assignable/)
    answer = "```ts\nexport const answer: number = 42\n```"
    await runAction(document, error.range, "Fix with Osprey")
    assert.equal(proposals().length, 1)
    await vscode.commands.executeCommand("osprey.rejectProposal")
    assert.equal(proposals().length, 0)
    assert.equal(document.getText(), "export const answer: string = 42\n")
    assert.equal(document.isDirty, false)
  })

  test("refused when the document changed since, even far away; what the user typed stays", async () => {
    const document = await open("changed.js", "const a = 1\n\n\n// end\n")
    answer = "```js\n/** One. */\nconst a = 1\n```"
    await runAction(document, lines(0, 1), "Document with Osprey")
    await edit(document, new vscode.Range(3, 0, 3, 6), "// the end")
    await vscode.commands.executeCommand("osprey.acceptProposal")
    assert.equal(document.getText(), "const a = 1\n\n\n// the end\n")
    assert.equal(proposals().length, 1)
  })

  test("refused when the file was deleted since", async () => {
    const document = await open("deleted.js", "const a = 1\n")
    answer = "```js\n/** One. */\nconst a = 1\n```"
    await runAction(document, lines(0, 1), "Document with Osprey")
    rmSync(document.uri.fsPath)
    await vscode.commands.executeCommand("osprey.acceptProposal")
    assert.equal(document.getText(), "const a = 1\n")
  })

  test("a byte order mark, the missing last line end and the text outside stay", async () => {
    const document = await open("mark.js", "\ufeffconst ä = 1\nconst b = 2")
    answer = "```js\n/** One. */\nconst ä = 1\n```"
    await runAction(document, lines(0, 1), "Document with Osprey")
    await vscode.commands.executeCommand("osprey.acceptProposal")
    await document.save()
    assert.equal(readFileSync(document.uri.fsPath, "utf8"), "\ufeff/** One. */\nconst ä = 1\nconst b = 2")
  })

  test("text that looks like a snippet is inserted literally (SEC-056)", async () => {
    const document = await open("literal.js", "const a = 1\n")
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's variable, as a model may write it
    const hostile = 'const a = "$CLIPBOARD ${TM_FILEPATH} ${1:x} $(ls) \\u0007"'
    answer = `\`\`\`js\n${hostile}\n\`\`\``
    await runAction(document, lines(0, 1), "Document with Osprey")
    await vscode.commands.executeCommand("osprey.acceptProposal")
    assert.equal(document.getText(), `${hostile}\n`)
  })

  test("a protected file needs a second word, and Enter alone doesn't give it", async () => {
    const before = '{ "name": "shop" }\n'
    const document = await open("package.json", before)
    answer = '```json\n{ "name": "store" }\n```'
    await runAction(document, lines(0, 1), "Document with Osprey")
    await acceptAndAnswer(document, [])
    assert.equal(document.getText(), before)
    assert.equal(proposals().length, 1)
    await acceptAndAnswer(document, ["quickInput.last"])
    assert.equal(document.getText(), '{ "name": "store" }\n')
  })

  test("Refactor follows an instruction", async () => {
    const document = await open("refactor.js", "function f() {\n  return 1\n}\n")
    answer = "```js\nconst f = () => 1\n```"
    const range = new vscode.Range(0, 0, 2, 1)
    await vscode.commands.executeCommand("osprey.refactor", {
      uri: document.uri,
      range,
      instruction: "make it an arrow function",
    })
    await vscode.commands.executeCommand("osprey.acceptProposal")
    assert.equal(document.getText(), "const f = () => 1\n")
    assert.match(JSON.stringify(endpoint.requests.at(-1)?.body), /make it an arrow function/)
  })

  test("tests go to a new unsaved file beside the code", async () => {
    const document = await open("lib/sum.ts", "export const sum = (a: number, b: number) => a + b\n")
    answer = '```ts\nimport { sum } from "./sum.ts"\n```'
    await runAction(document, lines(0, 1), "Write tests with Osprey")
    assert.equal(activeTab()?.label, "Tests: sum.test.ts (proposed by Osprey)")
    await vscode.commands.executeCommand("osprey.acceptProposal")
    const tests = vscode.window.activeTextEditor?.document
    assert.equal(tests?.uri.scheme, "untitled")
    assert.equal(path.basename(tests?.uri.path ?? ""), "sum.test.ts")
    assert.equal(tests?.languageId, "typescript")
    assert.equal(tests?.getText(), 'import { sum } from "./sum.ts"\n')
    assert.equal(document.isDirty, false)
  })

  test("Explain asks the chat", async () => {
    const document = await open("explain.ts", "export const sum = (a: number, b: number) => a + b\n")
    answer = "It adds two numbers."
    const index = endpoint.requests.length
    await runAction(document, lines(0, 1), "Explain with Osprey")
    const asked = JSON.stringify((await endpoint.arrived(index)).body)
    assert.match(asked, /Explain this code \(explain\.ts, line 1\)/)
    assert.equal(proposals().length, 0)
  })

  test("the light bulb asks no model, and isn't there for secrets", async () => {
    const count = endpoint.requests.length
    const code = await open("bulb.js", "const a = 1\n")
    assert.deepEqual(await titles(code, lines(0, 1)), [
      "Document with Osprey",
      "Explain with Osprey",
      "Refactor with Osprey…",
      "Write tests with Osprey",
    ])
    assert.deepEqual(await titles(code, new vscode.Range(0, 0, 0, 0)), [])
    const secret = await open(".env", "TOKEN=abc\n")
    assert.deepEqual(await titles(secret, lines(0, 1)), [])
    assert.equal(endpoint.requests.length, count)
  })
})

async function set(values: Readonly<Record<string, string | undefined>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration("osprey")
  for (const [key, value] of Object.entries(values))
    await configuration.update(key, value, vscode.ConfigurationTarget.Global)
}

async function open(name: string, text: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? []
  assert.ok(folder)
  const file = path.join(folder.uri.fsPath, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  const document = await vscode.workspace.openTextDocument(file)
  await vscode.window.showTextDocument(document)
  return document
}

function lines(first: number, end: number): vscode.Range {
  return new vscode.Range(first, 0, end, 0)
}

async function edit(document: vscode.TextDocument, range: vscode.Range, text: string): Promise<void> {
  const change = new vscode.WorkspaceEdit()
  change.replace(document.uri, range, text)
  assert.ok(await vscode.workspace.applyEdit(change))
}

function diagnostic(document: vscode.TextDocument, message: RegExp): Promise<vscode.Diagnostic> {
  return until(() => vscode.languages.getDiagnostics(document.uri).find(each => message.test(each.message)))
}

async function ospreyActions(
  document: vscode.TextDocument,
  range: vscode.Range,
): Promise<vscode.CodeAction[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    new vscode.Selection(range.start, range.end),
  )
  return found.filter(({ title }) => title.includes("Osprey"))
}

async function titles(document: vscode.TextDocument, range: vscode.Range): Promise<string[]> {
  return (await ospreyActions(document, range)).map(({ title }) => title).sort()
}

/** As a click in the menu does it; the command ends when the diff is open. */
async function runAction(document: vscode.TextDocument, range: vscode.Range, title: string): Promise<void> {
  const action = (await ospreyActions(document, range)).find(each => each.title === title)
  assert.ok(action?.command, `${title} isn't offered.`)
  await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []))
}

/** Accepts, then presses these keys and Enter in the question until it is answered. */
async function acceptAndAnswer(document: vscode.TextDocument, keys: readonly string[]): Promise<void> {
  const { version } = document
  let isAnswered = false
  const accepted = vscode.commands.executeCommand("osprey.acceptProposal").then(() => {
    isAnswered = true
  })
  await until(async () => {
    for (const key of keys) await vscode.commands.executeCommand(key)
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem")
    return isAnswered || document.version !== version || undefined
  })
  await accepted
}

function activeTab(): vscode.Tab | undefined {
  return vscode.window.tabGroups.activeTabGroup.activeTab
}

function proposals(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === "osprey-proposed",
    )
}

/** Waits for a state; the runner's own limit ends what never comes. */
async function until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
