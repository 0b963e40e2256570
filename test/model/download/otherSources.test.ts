// A model from another place than the one it was begun at: what is here stays, is used where it is the same file, and
// never gets mixed with another one.
import assert from "node:assert/strict"
import { readdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { type TestContext, test } from "node:test"
import type { DownloadSource } from "../../../src/model/download/downloadRecord.ts"
import { ggufBytes } from "../../support/ggufBytes.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"
import { source as catalogue, fileName } from "./downloadTest.ts"
import { type DownloadWindow, downloadWindow } from "./downloadWindow.ts"
import { type FakeHub, type Fault, fakeHub, modelBytes, repository, sha256 } from "./fakeHub.ts"

const size = 3_000_000
const half: Fault = { hold: { at: 2_000_000, until: new Promise<void>(() => {}) } }
const at = (hub: FakeHub, name = fileName): DownloadSource => ({
  kind: "url",
  url: `${hub.base}/cdn/${name}`,
})

/** Two hubs, a window that got two thirds of a model from the first one, and whatever the other has. */
async function begun(t: TestContext, source: DownloadSource | "at first" = catalogue) {
  const model = modelBytes(size)
  const [first, other] = [await fakeHub(t, { [fileName]: model }), await fakeHub(t, { [fileName]: model })]
  const folder = path.join(await temporaryFolder(t), "models")
  const window = downloadWindow({ hub: first, folder })
  first.faults = () => half
  window.start(source === "at first" ? at(first) : source)
  await window.until((phase, bytes) => phase?.kind === "running" && bytes > 1_500_000)
  await window.pause()
  first.faults = () => undefined
  const names = async () =>
    (await readdir(folder)).filter(name => !/\.json$|^download\./.test(name)).toSorted()
  const here = async (name = fileName) => sha256(await readFile(path.join(folder, name)))
  return { model, first, other, folder, window, names, here }
}

async function finished(window: DownloadWindow, source: DownloadSource): Promise<void> {
  window.close()
  window.start(source)
  await window.until(phase => phase?.kind === "ready" || phase?.kind === "failed")
  await window.dispose()
}

/** What the next start of VS Code shows. */
async function nextStart(hub: FakeHub, folder: string): Promise<string> {
  const window = downloadWindow({ hub, folder })
  await window.look()
  const { label, bytes, phase } = window.state() ?? {}
  return phase === undefined
    ? "nothing"
    : `${label} ${phase.kind} ${(bytes ?? 0) > 0 ? "with" : "without"} bytes`
}

test("a mirror that was set meanwhile brings the rest, and the hub isn't asked any more", async t => {
  const { first, other, folder, here, model } = await begun(t)
  const asked = first.seen.length
  await finished(downloadWindow({ hub: other, folder }), catalogue)
  assert.equal(await here(), sha256(model))
  assert.equal(first.seen.length, asked)
  assert.ok(other.sent() < size - 1_500_000, `${other.sent()} bytes were sent`)
})

for (const [what, address] of [
  ["a server", (hub: FakeHub) => at(hub)],
  [
    "another hub",
    (hub: FakeHub) => ({ kind: "url", url: `${hub.base}/${repository}/resolve/main/${fileName}` }) as const,
  ],
] as const)
  test(`${what} with the same file brings the rest; afterwards nothing is unfinished`, async t => {
    const { other, folder, window, names, here, model } = await begun(t)
    await finished(window, address(other))
    assert.equal(await here(), sha256(model))
    assert.ok(other.sent() < size - 1_500_000, `${other.sent()} bytes were sent`)
    assert.deepEqual(await names(), [fileName])
    assert.equal(window.state()?.phase.kind, "ready")
    assert.equal(await nextStart(other, folder), "nothing")
  })

test("there and back: the place it was begun at goes on with what the address brought", async t => {
  const { first, other, folder, window, here, model } = await begun(t)
  other.faults = request =>
    request === 1 ? { hold: { at: 500_000, until: new Promise(() => {}) } } : undefined
  window.start(at(other))
  await window.until((phase, bytes) => phase?.kind === "running" && bytes > 2_100_000)
  await window.pause()
  const sent = first.sent()
  await finished(window, catalogue)
  assert.equal(await here(), sha256(model))
  assert.ok(first.sent() - sent < 900_000, `${first.sent() - sent} bytes were sent`)
  assert.equal(await nextStart(first, folder), "nothing")
})

test("an address without an answer changes nothing", async t => {
  const { first, other, folder, window, names } = await begun(t)
  await finished(window, at(other, "nothing.gguf"))
  assert.equal(window.state()?.phase.kind, "failed")
  assert.deepEqual(await names(), [`${fileName}.part`])
  assert.equal(await nextStart(first, folder), "gpt-oss-20b paused with bytes")
})

test("another model's address: both are kept apart, and the first one goes on afterwards", async t => {
  const { first, other, folder, window, names, here } = await begun(t, "at first")
  const another = modelBytes(1_000_000)
  other.files.set("another.gguf", another)
  await finished(window, at(other, "another.gguf"))
  assert.equal(await here("another.gguf"), sha256(another))
  assert.deepEqual(await names(), ["another.gguf", `${fileName}.part`])
  assert.equal(await nextStart(first, folder), `${fileName} paused with bytes`)
  const sent = first.sent()
  await finished(downloadWindow({ hub: first, folder }), at(first))
  assert.ok(first.sent() - sent < size - 1_500_000, `${first.sent() - sent} bytes were sent`)
})

test("another file of the same name has a part of its own; cancelled, the first one is shown again", async t => {
  const { other, window, names } = await begun(t)
  other.files.set(fileName, modelBytes(size + 1))
  other.faults = request => (request > 0 ? half : undefined)
  window.start(at(other))
  await window.until((phase, bytes) => phase?.kind === "running" && bytes > 0)
  const [one = "", two = ""] = await names()
  assert.match(`${one} ${two}`, /^gpt-oss-20b-mxfp4\.gguf\.[0-9a-f]{8}\.part gpt-oss-20b-mxfp4\.gguf\.part$/)
  await window.cancel()
  assert.deepEqual(await names(), [`${fileName}.part`])
  const { label, bytes, phase } = window.state() ?? {}
  assert.deepEqual([label, phase?.kind, (bytes ?? 0) > 1_500_000], ["gpt-oss-20b", "paused", true])
})

test("a file of the same name and size that is another one: its own bytes only, and said to be unchecked", async t => {
  const { other, window, here } = await begun(t)
  const twin = modelBytes(size)
  other.files.set(fileName, twin)
  await finished(window, at(other))
  assert.equal(await here(), sha256(twin))
  assert.match(JSON.stringify(window.state()?.phase), /"ready","figures":"Its address tells no SHA-256/)
})

test("a link with a new signature goes on with the same file, and begins again with another", async t => {
  for (const isSame of [true, false]) {
    const { first, window, here, model } = await begun(t, "at first")
    const next = isSame ? model : modelBytes(size)
    first.files.set(fileName, next)
    if (!isSame) first.faults = () => ({ etag: '"second"' })
    const sent = first.sent()
    await finished(window, { kind: "url", url: `${first.base}/cdn/${fileName}?signature=new` })
    assert.equal(await here(), sha256(next))
    assert.equal(first.sent() - sent < size - 1_500_000, isSame, `${first.sent() - sent} bytes were sent`)
  }
})

/** What has the final name already, where no SHA-256 is known → what becomes of the download. */
const there: Readonly<Record<string, readonly [content: Buffer, phase: string]>> = {
  "a gpt-oss model": [ggufBytes("gpt-oss", 1000), "ready"],
  "another model": [ggufBytes("llama", 1000), "failed"],
  "no model": [Buffer.alloc(ggufBytes("gpt-oss", 1000).length, "x"), "failed"],
}
for (const [what, [content, phase]] of Object.entries(there))
  test(`${what} of the address's name and size is there: ${phase}`, async t => {
    const folder = await temporaryFolder(t)
    const hub = await fakeHub(t, {
      "own.gguf": ggufBytes("gpt-oss", content.length - ggufBytes("gpt-oss", 0).length),
    })
    await writeFile(path.join(folder, "own.gguf"), content)
    const window = downloadWindow({ hub, folder })
    await finished(window, at(hub, "own.gguf"))
    assert.equal(window.state()?.phase.kind, phase)
    assert.equal(window.faults[0]?.kind, phase === "failed" ? "inTheWay" : undefined)
    assert.match(
      JSON.stringify(window.state()),
      phase === "ready" ? /couldn’t be checked/ : /is already there/,
    )
    assert.deepEqual(await readFile(path.join(folder, "own.gguf")), content)
  })
