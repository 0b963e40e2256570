// Times require + activate() of the built extension. VS Code's API is there in name only, so that what is
// measured is ours; the real activation is part of the end-to-end tests.
const Module = require("node:module")
const os = require("node:os")
const path = require("node:path")

const anything = new Proxy(() => anything, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : anything),
  set: () => true,
  construct: () => anything,
})
/** Only names on the object itself survive the bundler's import. */
const names = ["window", "workspace", "commands", "languages", "env", "Uri", "EventEmitter", "Disposable", "Range", "Position", "StatusBarAlignment", "ThemeColor", "ConfigurationTarget", "CodeActionKind"]
const vscode = Object.fromEntries(names.map(name => [name, anything]))
const load = Module._load
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest))

const root = path.resolve(__dirname, "../..")
const context = {
  subscriptions: [],
  extensionUri: { fsPath: root },
  extensionPath: root,
  storageUri: { fsPath: path.join(os.tmpdir(), "osprey-bench-none") },
  globalStorageUri: { fsPath: path.join(os.tmpdir(), "osprey-bench-none") },
  secrets: anything,
}
const begun = performance.now()
require(path.join(root, "dist/extension.cjs")).activate(context)
process.stdout.write(String(performance.now() - begun), () => process.exit(0))
