// Collects what a VS Code server says, less the lines that mean nothing here (native parts that are left out on
// purpose, files that only Microsoft's build has). Knows neither who started it nor who reads it.
import type { ChildProcess } from "node:child_process"

/** `listen` adds a child's output; `text` is everything kept, at most the last 200,000 characters. */
export function hostLog(): {
  listen(child: ChildProcess, onLine?: (line: string) => void): void
  text(): string
} {
  let kept = ""
  const listen = (child: ChildProcess, onLine: (line: string) => void = () => {}) => {
    for (const stream of [child.stdout, child.stderr]) {
      let rest = ""
      stream?.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n")
        rest = lines.pop() ?? ""
        for (const line of lines) {
          if (!isNoise(line)) kept = `${kept}${line}\n`.slice(-200_000)
          onLine(line)
        }
      })
    }
  }
  return { listen, text: () => kept }
}

/** A line that appears in every healthy run. */
export function isNoise(line: string): boolean {
  return noise.some(pattern => pattern.test(line))
}

const noise = [
  /spdlog|native-watchdog|watchdog'|kerberos|deviceid|vsda|bindings file/i,
  /^\s*(→|at |Require stack|- \/)/,
  /authentication provider 'github'|additional builtin extensions|Settings Sync/i,
  /^(Creating a socket|Resolv|\[(reconnection|Service Worker|AgentHost|AccountPolicyGate))/,
  /No search provider registered/,
  /^\s*$/,
]
