// The log as VS Code's output channel. Lines are technical facts only; see base/logger.ts.
import * as vscode from "vscode"
import type { Logger } from "../base/logger.ts"

export type OutputLog = Logger & { show(): void; dispose(): void }

export function outputLog(): OutputLog {
  const channel = vscode.window.createOutputChannel("Osprey", { log: true })
  return {
    info: text => channel.info(text),
    warn: text => channel.warn(text),
    error: text => channel.error(text),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  }
}
