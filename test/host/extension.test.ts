// Osprey in a real extension host: it is active, what the manifest promises is there, and a workspace can't reach
// the settings that only the user may set. The workspace's files are in test/e2e/extensionHost.test.ts.
import assert from "node:assert/strict"
import * as vscode from "vscode"

type Manifest = { readonly contributes: { readonly commands: readonly { readonly command: string }[] } }

suite("the extension", () => {
  test("activates without an error", async () => {
    await osprey().activate()
    assert.equal(osprey().isActive, true)
  })

  test("registers every command of its manifest", async () => {
    await osprey().activate()
    const registered = new Set(await vscode.commands.getCommands(true))
    const { contributes } = osprey().packageJSON as Manifest
    const missing = contributes.commands.filter(({ command }) => !registered.has(command))
    assert.ok(contributes.commands.length >= 3)
    assert.deepEqual(missing, [])
  })

  test("opens its view and runs the commands that ask nothing", async () => {
    await vscode.commands.executeCommand("osprey.chat.focus")
    for (const command of ["osprey.focusChat", "osprey.newChat", "osprey.stop"]) {
      await vscode.commands.executeCommand(command)
    }
  })
})

suite("settings of a workspace", () => {
  const fixed = {
    "chat.model": "",
    "chat.fallbacks": [],
    "completion.model": "chat",
    "completion.fallbacks": [],
    "endpoint.rawChat": false,
    "openRouter.only": [],
    "freeLlmRouter.report": false,
    "chat.maxToolCalls": 25,
  }
  for (const [key, value] of Object.entries(fixed)) {
    test(`can't change osprey.${key}`, () => {
      const [folder] = vscode.workspace.workspaceFolders ?? []
      assert.ok(folder)
      assert.deepEqual(vscode.workspace.getConfiguration("osprey", folder.uri).get(key), value)
    })
  }

  test("can change what is the workspace's business", () => {
    assert.equal(vscode.workspace.getConfiguration("osprey").get("chat.effort"), "low")
  })
})

function osprey(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension("osprey.osprey")
  assert.ok(extension, "osprey.osprey is not installed in this VS Code")
  return extension
}
