// SEC-053: what is in the package that people install.
import assert from "node:assert/strict"
import { test } from "node:test"
import { builtVsix } from "../../scripts/vscodeHost/buildOsprey.ts"
import { vsixFaults } from "../../scripts/vsixFiles.ts"

test("the VSIX holds what it should, and nothing else", () => {
  assert.deepEqual(vsixFaults(builtVsix()), { notAllowed: [], missing: [], tooLarge: false })
})
