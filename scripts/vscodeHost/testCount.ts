// Counts what Node's test runner reports. A file that crashed or holds no test is a failure; a test that failed only
// because one inside it did is not counted twice.
import type { run } from "node:test"

type TestEvents = ReturnType<typeof run>

export type TestCount = {
  listen(events: TestEvents): void
  /** Something outside the tests went wrong, such as the build. */
  fail(): void
  passed(): number
  failed(): number
  skipped(): number
}

export function testCount(): TestCount {
  let passed = 0
  let failed = 0
  let skipped = 0
  const listen = (events: TestEvents) => {
    events.on("test:pass", ({ name, file, skip, todo, details }) => {
      if (skip !== undefined || todo !== undefined) skipped++
      else if (name === file) {
        failed++
        console.error(`${file} holds no test.`)
      } else if (details.type !== "suite") passed++
    })
    events.on("test:fail", ({ details: { error } }) => {
      if ((error as { failureType?: string }).failureType !== "subtestsFailed") failed++
    })
  }
  return {
    listen,
    fail: () => {
      failed++
    },
    passed: () => passed,
    failed: () => failed,
    skipped: () => skipped,
  }
}
