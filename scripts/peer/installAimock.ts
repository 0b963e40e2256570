// Puts aimock, a mock of OpenAI's and OpenRouter's APIs that others wrote and check against the real ones, where
// `npm run test:peer` finds it: from the npm registry, without install scripts. Idempotent.
import { existsSync } from "node:fs"
import path from "node:path"
import { runNpm } from "../vscodeHost/runNpm.ts"

/** Path of its command line program. */
export async function installAimock(): Promise<string> {
  const program = path.join(import.meta.dirname, "node_modules/@copilotkit/aimock/dist/cli.js")
  if (!existsSync(program))
    await runNpm(
      ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
      import.meta.dirname,
    )
  return program
}
