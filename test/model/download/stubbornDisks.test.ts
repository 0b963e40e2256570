// Disks that can't do everything, and files that somebody else holds for a moment: neither stops a download.
import assert from "node:assert/strict"
import path from "node:path"
import { test } from "node:test"
import { type Disk, type DiskFile, nodeDisk } from "../../../src/model/download/disk.ts"
import { downloadTest, fileName } from "./downloadTest.ts"

function fails(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }))
}

function withSync(file: DiskFile, sync: () => Promise<void>): DiskFile {
  return {
    read: (...range) => file.read(...range),
    writev: (pieces, at) => file.writev(pieces, at),
    truncate: bytes => file.truncate(bytes),
    close: () => file.close(),
    ...{ sync, datasync: sync },
  }
}

for (const code of ["EINVAL", "ENOSYS", "EPERM"])
  test(`a disk that knows no sync: ${code}`, async t => {
    const { run, isRight } = await downloadTest(t)
    const disk: Disk = {
      ...nodeDisk,
      open: async (file, flags) => withSync(await nodeDisk.open(file, flags), () => fails(code)),
    }
    assert.equal((await run({ disk })).kind, "ready")
    assert.ok(await isRight())
  })

test("a system that opens no folders", async t => {
  const { folder, run, isRight } = await downloadTest(t)
  const open: Disk["open"] = (file, flags) => (file === folder ? fails("EPERM") : nodeDisk.open(file, flags))
  assert.equal((await run({ disk: { ...nodeDisk, open } })).kind, "ready")
  assert.ok(await isRight())
})

test("a sync that fails for another reason is told", async t => {
  const { run } = await downloadTest(t)
  const disk: Disk = {
    ...nodeDisk,
    open: async (file, flags) => withSync(await nodeDisk.open(file, flags), () => fails("EIO")),
  }
  assert.deepEqual(await run({ disk }), { kind: "failed", fault: { kind: "folder", code: "EIO" } })
})

test("record and model that others hold for a moment: renamed, written and removed once they are free", async t => {
  const { folder, run, names, isRight } = await downloadTest(t)
  const held = new Map<string, number>()
  const once = (what: string) => {
    held.set(what, (held.get(what) ?? 0) + 1)
    return held.get(what) === 1 ? fails("EBUSY") : Promise.resolve()
  }
  const disk: Disk = {
    ...nodeDisk,
    rename: (from, to) => once(`rename ${path.basename(to)}`).then(() => nodeDisk.rename(from, to)),
    write: (file, text) => once(`write ${path.basename(file)}`).then(() => nodeDisk.write(file, text)),
    remove: file => once(`remove ${path.basename(file)}`).then(() => nodeDisk.remove(file)),
  }
  assert.deepEqual(await run({ disk }), {
    kind: "ready",
    path: path.join(folder, fileName),
    isChecked: true,
  })
  assert.ok(await isRight())
  assert.deepEqual(await names(), [fileName])
  const record = "gpt-oss-20b.download.json"
  for (const what of [`rename ${fileName}`, `rename ${record}`, `write ${record}.new`, `remove ${record}`])
    assert.ok((held.get(what) ?? 0) >= 2, what)
})
