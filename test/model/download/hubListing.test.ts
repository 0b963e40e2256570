import assert from "node:assert/strict"
import { test } from "node:test"
import { catalogue, fileUrl, hubFileParts, listingUrl } from "../../../src/model/download/catalogue.ts"
import { DownloadError } from "../../../src/model/download/downloadFault.ts"
import { filesAt, modelFiles } from "../../../src/model/download/hubListing.ts"
import { isSafeUrl } from "../../../src/model/download/openUrl.ts"
import { fakeHub, listingOf, modelBytes, repository, sha256 } from "./fakeHub.ts"

const asking = { signal: new AbortController().signal, firstByteMs: 5000 }
const one = { "gpt-oss-20b-mxfp4.gguf": modelBytes(100) }

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof DownloadError ? error.fault.kind : error
}

test("the hub's addresses, and the pinned sizes as they are told to people", () => {
  const [small, large] = catalogue
  assert.ok(small !== undefined && large !== undefined)
  const { repository: name, revision, pinned } = small
  assert.equal(
    fileUrl("https://huggingface.co", name, revision, pinned[0]?.name ?? ""),
    "https://huggingface.co/ggml-org/gpt-oss-20b-GGUF/resolve/e1dc459feff949ff451ce107337a2026daa80df8/gpt-oss-20b-mxfp4.gguf",
  )
  assert.equal(
    listingUrl("https://mirror.test", name, "main"),
    "https://mirror.test/api/models/ggml-org/gpt-oss-20b-GGUF/tree/main",
  )
  const sizes = [small, large].map(entry => entry.pinned.reduce((sum, { bytes }) => sum + bytes, 0))
  assert.deepEqual(sizes, [12_109_566_560, 63_387_346_464])
  assert.equal(
    hubFileParts("https://huggingface.co/a/b/resolve/main/c.gguf?download=true")?.repository,
    "a/b",
  )
  assert.equal(hubFileParts("https://example.com/c.gguf"), undefined)
})

test("bytes and SHA-256 are the listing's", async t => {
  const hub = await fakeHub(t, one)
  assert.deepEqual(await modelFiles(hub.entry, { base: hub.base, isMirror: true }, asking), [
    {
      name: "gpt-oss-20b-mxfp4.gguf",
      url: `${hub.base}/${repository}/resolve/0123abcd/gpt-oss-20b-mxfp4.gguf`,
      bytes: 100,
      sha256: sha256(one["gpt-oss-20b-mxfp4.gguf"]),
    },
  ])
})

test("the pinned commit is gone: the hub's newer file is taken under its new name, a mirror's other one isn't", async t => {
  const renamed = { "gpt-oss-20b-MXFP4.gguf": modelBytes(200) }
  const hub = await fakeHub(t, renamed)
  const entry = {
    ...hub.entry,
    pinned: [{ name: "gpt-oss-20b-mxfp4.gguf", bytes: 100, sha256: sha256(modelBytes(100)) }],
  }
  hub.listing = revision => ({ status: revision === "main" ? 200 : 404, body: listingOf(hub.files) })
  const [file] = await modelFiles(entry, { base: hub.base, isMirror: false }, asking)
  assert.equal(file?.url, `${hub.base}/${repository}/resolve/main/gpt-oss-20b-MXFP4.gguf`)
  assert.equal(await faultOf(modelFiles(entry, { base: hub.base, isMirror: true }, asking)), "otherFile")
})

test("the pinned commit has another file than the pinned one: refused, even from the hub", async t => {
  const hub = await fakeHub(t, one)
  const entry = {
    ...hub.entry,
    pinned: [{ name: "gpt-oss-20b-mxfp4.gguf", bytes: 100, sha256: sha256(modelBytes(100)) }],
  }
  assert.equal(await faultOf(modelFiles(entry, { base: hub.base, isMirror: false }, asking)), "otherFile")
})

test("parts come in order, and only all of them", async t => {
  const names = [3, 1, 2].map(at => `gpt-oss-20b-mxfp4-0000${at}-of-00003.gguf`)
  const hub = await fakeHub(t, Object.fromEntries(names.map(name => [name, modelBytes(100)])))
  const place = { base: hub.base, isMirror: true }
  const files = await modelFiles(hub.entry, place, asking)
  assert.deepEqual(
    files.map(({ name }) => name),
    names.toSorted(),
  )
  hub.files.delete(names[0] ?? "")
  assert.equal(await faultOf(modelFiles(hub.entry, place, asking)), "noModel")
})

/** What a server may answer to the question for the listing → the fault. */
const strange: Readonly<Record<string, readonly [status: number, body: string, kind: string]>> = {
  "a page": [200, "<html>", "noModel"],
  "other JSON": [200, '{"error":"no"}', "noModel"],
  "no such model": [404, "", "noModel"],
  "a login": [401, "", "refused"],
  "no model file": [200, "[]", "noModel"],
  "a name that leads out of the folder": [
    200,
    JSON.stringify([
      { type: "file", path: "../gpt-oss-20b-mxfp4.gguf", size: 100, lfs: { oid: "a".repeat(64), size: 100 } },
    ]),
    "noModel",
  ],
  "no SHA-256, and none pinned for this size": [
    200,
    JSON.stringify([{ type: "file", path: "gpt-oss-20b-mxfp4.gguf", size: 101 }]),
    "noModel",
  ],
  "more than any listing": [200, `[${" ".repeat(5_000_000)}]`, "noModel"],
}
for (const [what, [status, body, kind]] of Object.entries(strange))
  test(`refused: ${what}`, async t => {
    const hub = await fakeHub(t, one)
    hub.listing = () => ({ status, body })
    assert.equal(await faultOf(modelFiles(hub.entry, { base: hub.base, isMirror: true }, asking)), kind)
  })

test("an address of the user's: a hub's has its SHA-256, any other its size only", async t => {
  const hub = await fakeHub(t, one)
  const content = one["gpt-oss-20b-mxfp4.gguf"]
  const [listed] = await filesAt(`${hub.base}/someone/else/resolve/main/gpt-oss-20b-mxfp4.gguf`, asking)
  assert.equal(listed?.sha256, sha256(content))
  const plain = `${hub.base}/cdn/gpt-oss-20b-mxfp4.gguf`
  assert.deepEqual(await filesAt(plain, asking), [{ name: "gpt-oss-20b-mxfp4.gguf", url: plain, bytes: 100 }])
  assert.equal(await faultOf(filesAt(`${hub.base}/cdn/nothing.gguf`, asking)), "refused")
})

test("an address that can't be read has a reason of its own, and nobody is asked", async t => {
  const hub = await fakeHub(t, one)
  for (const address of ["/cdn/a%zz.gguf", "/cdn/%zz/a.gguf", "/a/b/resolve/main/%E0%A4%A.gguf"])
    assert.equal(await faultOf(filesAt(hub.base + address, asking)), "badAddress", address)
  assert.equal(hub.seen.length, 0)
})

test("an address of one part stands for all of them", async t => {
  const names = [1, 2].map(at => `m-0000${at}-of-00002.gguf`)
  const hub = await fakeHub(t, Object.fromEntries(names.map(name => [name, modelBytes(100)])))
  const files = await filesAt(`${hub.base}/cdn/${names[1]}`, asking)
  assert.deepEqual(
    files.map(({ name }) => name),
    names,
  )
})

test("addresses a person may give", () => {
  for (const [url, isSafe] of [
    ["https://example.com/model.gguf", true],
    ["http://localhost:8080/model.gguf", true],
    ["http://127.0.0.1/model.gguf", true],
    ["http://example.com/model.gguf", false],
    ["http://127.0.0.1.evil.test/model.gguf", false],
    ["https://user:secret@example.com/model.gguf", false],
    ["file:///etc/passwd", false],
    ["model.gguf", false],
  ] as const)
    assert.equal(isSafeUrl(url), isSafe, url)
})
