// R34, R35, R38, R39 against a local hub: whatever the network and the disk do, the file under the final name is the
// right one or isn't there.
import assert from "node:assert/strict"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { type Disk, type DiskFile, nodeDisk } from "../../../src/model/download/disk.ts"
import { fileSha256 } from "../../../src/model/download/fileSha256.ts"
import { modelFiles } from "../../../src/model/download/hubListing.ts"
import { downloadTest, fileName, quickLimits, source, stopAt } from "./downloadTest.ts"
import { type Fault, fakeHub, listingOf, modelBytes, sha256 } from "./fakeHub.ts"

const size = 3_000_000
const ready = (folder: string) => ({ kind: "ready", path: path.join(folder, fileName), isChecked: true })

test("listing, redirect, bytes, hash, name: nothing else is left, no key or cookie is sent", async t => {
  const { hub, folder, run, names, isRight, steps } = await downloadTest(t)
  assert.deepEqual(await run(), ready(folder))
  assert.ok(await isRight())
  assert.deepEqual(await names(), [fileName])
  assert.equal(hub.sent(), size)
  assert.deepEqual(steps.at(-1), { kind: "running", bytes: size, total: size })
  for (const headers of hub.seen)
    assert.deepEqual(
      [headers.authorization, headers.cookie, headers["user-agent"]],
      [undefined, undefined, "Osprey"],
    )
})

test("a model of several parts: each is checked, the first one's path is the model's", async t => {
  const parts = [1, 2, 3].map(at => `gpt-oss-20b-mxfp4-0000${at}-of-00003.gguf`)
  const { folder, run } = await downloadTest(t)
  const split = await fakeHub(t, Object.fromEntries(parts.map(name => [name, modelBytes(500_000)])))
  const list = (signal: AbortSignal) =>
    modelFiles(split.entry, { base: split.base, isMirror: true }, { signal, firstByteMs: 5000 })
  assert.deepEqual(await run({ list }), { ...ready(folder), path: path.join(folder, parts[0] ?? "") })
  for (const name of parts)
    assert.equal(
      sha256(await readFile(path.join(folder, name))),
      sha256(split.files.get(name) ?? Buffer.alloc(0)),
    )
})

/** What the hub does → bytes it may send for all of it. */
const survived: Readonly<Record<string, readonly [faults: readonly (Fault | undefined)[], sent: number]>> = {
  "cut at 1 %": [[{ cutAfter: size / 100 }], size],
  "cut at 50 %": [[{ cutAfter: size / 2 }], size],
  "cut at 99 %": [[{ cutAfter: size * 0.99 }], size],
  "cut again and again": [Array.from({ length: 12 }, () => ({ cutAfter: 200_000 })), size],
  "nothing more comes": [[{ stallAfter: size / 2 }], size],
  "no ranges: all of it again, what is here is kept": [
    [{ cutAfter: 1_000_000 }, { ignoresRange: true }],
    size + 1_000_000,
  ],
  "another ETag with 206: from the first byte": [
    [{ cutAfter: 1_000_000 }, { etag: '"second"' }, { etag: '"second"' }],
    2 * size,
  ],
  "another ETag with 200: from the first byte": [
    [{ cutAfter: 1_000_000 }, { etag: '"second"', ignoresRange: true }],
    size + 1_000_000,
  ],
  "a weak form of the same ETag": [[{ cutAfter: 1_000_000 }, { etag: 'W/"first"' }], size],
  "416: from the first byte": [[{ cutAfter: 1_000_000 }, { status: 416 }], size + 1_000_000],
  "206 from an earlier byte: the rest is taken": [
    [{ cutAfter: 1_000_000 }, { from: 900_000 }],
    size + 100_000,
  ],
  "206 from a later byte, once": [[{ cutAfter: 1_000_000 }, { from: 1_100_000 }], 2 * size],
  "206 from a later byte, always": [
    [{ cutAfter: 1_000_000 }, ...Array.from({ length: 9 }, () => ({ from: 1_100_000 }))],
    4 * size,
  ],
  "busy, with a time to wait": [[{ status: 503, headers: { "retry-after": "0" } }], size],
  "a signature that ran out": [[{ cutAfter: 1_000_000 }, { status: 403 }], size],
}
for (const [what, [faults, sent]] of Object.entries(survived))
  test(`survived: ${what}`, async t => {
    const { hub, folder, run, isRight } = await downloadTest(t, size)
    hub.faults = request =>
      what.endsWith("always") && hub.ranges.at(-1) === undefined ? undefined : faults[request]
    assert.deepEqual(await run(), ready(folder))
    assert.ok(await isRight())
    assert.ok(hub.sent() <= sent + 65_536, `${hub.sent()} bytes were sent`)
  })

test("stopped and begun again: it goes on at that byte, and the whole file is read for its hash", async t => {
  const { hub, folder, run, names, isRight, steps } = await downloadTest(t)
  hub.faults = request => (request === 0 ? { slow: 65_536 } : undefined)
  const stop = stopAt(step => step.kind === "running" && step.bytes > size / 2)
  assert.deepEqual(await run({ onStep: stop.onStep }, stop.signal), { kind: "stopped" })
  assert.deepEqual((await names()).toSorted(), [`${fileName}.part`, "gpt-oss-20b.download.json"])
  assert.deepEqual(await run(), ready(folder))
  assert.ok(await isRight())
  assert.ok(hub.sent() < size + 300_000, `${hub.sent()} bytes were sent`)
  assert.deepEqual(steps.at(-1), { kind: "checking", bytes: size, total: size })
})

test("the offer's file changed between two runs: the listing is read again, and the new file comes", async t => {
  const { hub, run, isRight } = await downloadTest(t)
  const stop = stopAt(step => step.kind === "running" && step.bytes > size / 2)
  hub.faults = request => (request === 0 ? { slow: 65_536 } : undefined)
  await run({ onStep: stop.onStep }, stop.signal)
  hub.files.set(fileName, modelBytes(size + 1000))
  const list = (signal: AbortSignal) =>
    modelFiles(
      { ...hub.entry, revision: "gone" },
      { base: hub.base, isMirror: false },
      { signal, firstByteMs: 5000 },
    )
  hub.listing = revision => ({ status: revision === "main" ? 200 : 404, body: listingOf(hub.files) })
  assert.equal((await run({ list })).kind, "ready")
  assert.ok(await isRight())
})

/** What the hub does → the fault, and whether what was downloaded stays. */
const given: Readonly<Record<string, readonly [fault: Fault, expected: object, staying: boolean]>> = {
  "not found": [{ status: 404 }, { kind: "noModel" }, true],
  "a login": [{ status: 401 }, { kind: "refused", status: 401 }, true],
  "busy for ever": [{ status: 503 }, { kind: "refused", status: 503 }, true],
  "cut for ever": [{ cutAfter: 0 }, { kind: "offline" }, true],
  "a page of the network's": [
    { body: "<html>Log in</html>", headers: { "content-length": "19" } },
    { kind: "wrongFile", what: "size" },
    true,
  ],
  "a redirect away from encryption": [
    { redirectTo: "http://example.com/model.gguf" },
    { kind: "insecure", host: "example.com" },
    true,
  ],
  "a redirect to a file": [{ redirectTo: "file:///etc/passwd" }, { kind: "insecure" }, true],
  "a redirect with a password": [
    { redirectTo: "https://user:secret@example.com/" },
    { kind: "insecure", host: "example.com" },
    true,
  ],
  "redirects for ever": [{ redirectTo: `/cdn/${fileName}` }, { kind: "insecure" }, true],
}
for (const [what, [fault, expected, staying]] of Object.entries(given))
  test(`given up: ${what}`, async t => {
    const { hub, run, names } = await downloadTest(t, size)
    hub.faults = request => (request === 0 ? { cutAfter: 1_000_000 } : fault)
    const outcome = await run()
    assert.ok(outcome.kind === "failed")
    assert.partialDeepStrictEqual(outcome.fault, expected)
    assert.equal((await names()).includes(`${fileName}.part`), staying)
    hub.faults = () => undefined
    assert.equal((await run()).kind, "ready")
    assert.ok(hub.sent() < size + 200_000, `${hub.sent()} bytes were sent`)
  })

test("no model at all, or more bytes than announced: nothing of it is kept", async t => {
  for (const [fault, what] of [
    [{ body: "<html>".padEnd(1000) }, "format"],
    [{ extraBytes: 10 }, "size"],
  ] as const) {
    const { hub, run, folder } = await downloadTest(t)
    hub.faults = () => fault
    const outcome = await run()
    assert.ok(outcome.kind === "failed")
    assert.partialDeepStrictEqual(outcome.fault, { kind: "wrongFile", what })
    assert.equal((await readFile(path.join(folder, `${fileName}.part`))).byteLength, 0)
  }
})

test("another SHA-256: deleted, never under the final name; the next try asks for the listing again", async t => {
  const { hub, run, names, isRight } = await downloadTest(t)
  const right = hub.files.get(fileName) ?? Buffer.alloc(0)
  const listing = listingOf(hub.files)
  hub.listing = () => ({ status: 200, body: listing })
  hub.files.set(fileName, modelBytes(size))
  const outcome = await run()
  assert.ok(outcome.kind === "failed")
  assert.partialDeepStrictEqual(outcome.fault, { kind: "wrongFile", what: "hash" })
  assert.deepEqual(await names(), [])
  hub.files.set(fileName, right)
  assert.equal((await run()).kind, "ready")
  assert.ok(await isRight())
})

test("a full disk: said before the first byte, and with what is missing", async t => {
  const { hub, run } = await downloadTest(t)
  const disk: Disk = { ...nodeDisk, freeBytes: async () => size }
  assert.deepEqual(await run({ disk }), {
    kind: "failed",
    fault: { kind: "noSpace", free: size, needed: size * 1.05 },
  })
  assert.equal(hub.sent(), 0)
})

test("a disk that fills up on the way: what is here stays, and it goes on when there is room", async t => {
  const { hub, run, isRight } = await downloadTest(t)
  let room = 1_500_000
  const disk: Disk = {
    ...nodeDisk,
    freeBytes: async () => 1e12,
    async open(file, flags) {
      const real = await nodeDisk.open(file, flags)
      const writev: DiskFile["writev"] = async (pieces, at) => {
        const [first] = pieces
        if (first === undefined || at + first.byteLength > room)
          throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" })
        return real.writev([first], at)
      }
      return new Proxy(real, { get: (target, name) => (name === "writev" ? writev : bound(target, name)) })
    },
  }
  const outcome = await run({ disk })
  assert.ok(outcome.kind === "failed" && outcome.fault.kind === "noSpace", JSON.stringify(outcome))
  assert.ok(outcome.fault.needed > 1_400_000 && outcome.fault.needed < 2_000_000, `${outcome.fault.needed}`)
  const before = hub.sent()
  room = Number.POSITIVE_INFINITY
  assert.equal((await run({ disk })).kind, "ready")
  assert.ok(await isRight())
  assert.ok(hub.sent() - before < size - 1_000_000)
})

test("a rename that fails: told, and tried again without another byte", async t => {
  const { hub, run, names, isRight } = await downloadTest(t)
  const rename = async () => {
    throw Object.assign(new Error("EROFS"), { code: "EROFS" })
  }
  assert.deepEqual(await run({ disk: { ...nodeDisk, rename } }), {
    kind: "failed",
    fault: { kind: "folder", code: "EROFS" },
  })
  assert.equal((await names()).includes(fileName), false)
  assert.equal((await run()).kind, "ready")
  assert.ok(await isRight())
  assert.equal(hub.sent(), size)
})

test("a file that is there: used when it is the right one, else left alone", async t => {
  const { hub, folder, run, isRight } = await downloadTest(t)
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, fileName), hub.files.get(fileName) ?? "")
  assert.equal((await run()).kind, "ready")
  assert.equal(hub.sent(), 0)
  await writeFile(path.join(folder, fileName), modelBytes(size))
  assert.deepEqual(await run(), { kind: "failed", fault: { kind: "inTheWay", name: fileName } })
  assert.equal(await isRight(), false)
})

test("a record or part that was tampered with can't bring a wrong file", async t => {
  const { hub, folder, run, isRight } = await downloadTest(t)
  const stop = stopAt(step => step.kind === "running" && step.bytes > size / 2)
  hub.faults = request => (request === 0 ? { slow: 65_536 } : undefined)
  await run({ onStep: stop.onStep }, stop.signal)
  const part = path.join(folder, `${fileName}.part`)
  await writeFile(part, modelBytes((await readFile(part)).byteLength))
  assert.partialDeepStrictEqual(await run(), { kind: "failed", fault: { kind: "wrongFile", what: "hash" } })
  await writeFile(
    path.join(folder, "gpt-oss-20b.download.json"),
    '{"version":1,"files":[{"name":"../../evil.gguf"}]}',
  )
  assert.equal((await run()).kind, "ready")
  assert.ok(await isRight())
})

test("the hash of a large file leaves the event loop its turns", async t => {
  const { folder, run } = await downloadTest(t, 20_000_000)
  await run()
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await fileSha256(nodeDisk, path.join(folder, fileName), () => {}, new AbortController().signal)
  clearInterval(timer)
  assert.ok(turns >= 5, `${turns} turns`)
})

test("what was begun is another model's: its record is not taken for this one", async t => {
  const { run, names } = await downloadTest(t)
  const other = { kind: "url", url: "https://example.com/a.gguf" } as const
  const stop = stopAt(step => step.kind === "running")
  await run({ source: other, onStep: stop.onStep }, stop.signal)
  assert.match((await names()).join(" "), /url-[0-9a-f]{16}\.download\.json/)
  assert.equal((await run({ source, limits: quickLimits })).kind, "ready")
})

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === "function" ? value.bind(target) : value
}
