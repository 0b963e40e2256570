// What the child reports of a file, as the error that the user reads: about the file that is at fault.
import assert from "node:assert/strict"
import { test } from "node:test"
import { failure } from "../../../src/model/local/modelLoader.ts"

const failed = { type: "failed", id: 1 } as const

for (const [detail, subject] of [
  ["gpt-oss-120b-00002-of-00003.gguf: ENOENT", "gpt-oss-120b-00002-of-00003.gguf"],
  ["ENOENT", "gpt-oss-120b-00001-of-00003.gguf"],
  ["at byte 0: EIO", "gpt-oss-120b-00001-of-00003.gguf"],
  ["../../evil.gguf: ENOENT", "gpt-oss-120b-00001-of-00003.gguf"],
] as const)
  test(`"${detail}" is about ${subject}`, () => {
    const error = failure({ ...failed, kind: "modelMissing", detail }, "gpt-oss-120b-00001-of-00003.gguf")
    assert.deepEqual([error.kind, error.detail.subject], ["modelMissing", subject])
  })
