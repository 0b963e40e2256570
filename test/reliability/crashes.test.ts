// A child process that dies, or can't start: R20 (killed at any moment), R21 (a loop of crashes), R31 (binary missing
// or blocked). An error within two seconds, nothing that came is lost, and the next request works.
import assert from "node:assert/strict"
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import path from "node:path"
import { type TestContext, test } from "node:test"
import type { ModelEvent } from "../../src/model/languageModel.ts"
import { runtimeProcess } from "../../src/model/local/runtimeProcess.ts"
import { ModelError } from "../../src/model/modelError.ts"
import { chat, said, user } from "../support/demoConversation.ts"
import { localDemoModel } from "../support/localDemoModel.ts"
import {
  ask,
  comesTrue,
  isAlive,
  loadRequest,
  never,
  runtimeMain,
  startRuntime,
} from "../support/runtimeTest.ts"
import { scriptedChild } from "../support/scriptedChild.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

const question = { conversation: { messages: [...chat, user("What is a closure?")] }, maxTokens: 300 }
const dist = path.dirname(path.dirname(runtimeMain))

/** When the child is killed: at the first event for which it is true. */
const moments: Readonly<Record<string, (event: ModelEvent) => boolean>> = {
  loading: event => event.type === "waiting" && event.stage === "loading",
  "reading the prompt": event => event.type === "waiting" && event.stage === "reading",
  thinking: event => event.type === "reasoning",
  answering: event => event.type === "text",
}

for (const [moment, isNow] of Object.entries(moments))
  test(`killed while ${moment}: an error at once, what came is kept, and the next message works`, async () => {
    const runtime = startRuntime()
    const model = localDemoModel(runtime)
    const seen: ModelEvent[] = []
    let killedAt = 0
    const answer = async () => {
      for await (const event of model.stream(question, never)) {
        seen.push(event)
        if (killedAt > 0 || !isNow(event)) continue
        killedAt = performance.now()
        process.kill(runtime.pid ?? 0, "SIGKILL")
      }
    }
    await assert.rejects(answer, { name: "ModelError", kind: "runtimeEnded" })
    assert.ok(performance.now() - killedAt < 2000, "the error took more than 2 s")
    assert.ok(seen.some(isNow) && !seen.some(event => event.type === "finish"))
    const again: ModelEvent[] = []
    for await (const event of model.stream(question, never)) again.push(event)
    assert.match(said(again, "text"), /^A closure is a function/)
    await runtime.stop()
  })

test("killed while it is stopped: the stop still ends, and the next request works", async () => {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  const { pid = 0 } = runtime
  const stopping = runtime.stop()
  process.kill(pid, "SIGKILL")
  await stopping
  assert.ok(await comesTrue(() => !isAlive(pid), 2000))
  assert.equal((await ask(runtime, loadRequest())).last?.type, "loaded")
  await runtime.stop()
})

test("three crashes while loading, and no fourth: the error says what can be done; the user may ask again", async t => {
  const mainPath = await scriptedChild(t, "onRequest = () => process.abort()")
  const started: number[] = []
  const runtime = runtimeProcess({ mainPath, onStart: pid => started.push(pid) })
  for (let round = 0; round < 3; round++)
    await assert.rejects(ask(runtime, loadRequest()), { kind: "runtimeEnded" })
  for (let round = 0; round < 5; round++)
    await assert.rejects(ask(runtime, loadRequest()), error => {
      assert.ok(error instanceof Error && "kind" in error && "detail" in error)
      assert.equal(error.kind, "keepsEnding")
      assert.match(
        JSON.stringify(error.detail),
        /ended 3 times.*Set osprey\.local\.gpu to cpu.*log.*SIGABRT/s,
      )
      return true
    })
  assert.equal(started.length, 3)
  runtime.allowStart()
  await assert.rejects(ask(runtime, loadRequest()), { kind: "runtimeEnded" })
  assert.equal(started.length, 4)
  await runtime.stop()
})

test("a process that dies for want of memory says so, and is no more started for ever than any other", async t => {
  const script = `onRequest = () => {
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\\n", () => process.abort())
  }`
  const started: number[] = []
  const mainPath = await scriptedChild(t, script)
  const runtime = runtimeProcess({ mainPath, onStart: pid => started.push(pid) })
  for (const kind of ["outOfMemory", "outOfMemory", "outOfMemory", "keepsEnding", "keepsEnding"])
    await assert.rejects(ask(runtime, loadRequest()), { kind })
  assert.equal(started.length, 3)
  await runtime.stop()
})

const addon = (folder: string) =>
  path.join(folder, "bins", readdirSync(path.join(folder, "bins"))[0] ?? "", "llama-addon.node")

/** Where a program says for which processor it is: in ELF, PE and Mach-O. */
function forOtherProcessor(file: string): void {
  const bytes = readFileSync(file)
  const [first] = bytes
  const at = first === 0x7f ? 18 : first === 0x4d ? bytes.readUInt32LE(0x3c) + 4 : 4
  bytes.writeUInt16LE(0x0008, at) // MIPS in ELF; nobody's in the others
  writeFileSync(file, bytes)
}

for (const [what, spoil, kind] of [
  ["its program is missing", folder => rmSync(path.join(folder, "runtime/main.mjs")), "noBinary"],
  ["its program is empty", folder => truncateSync(path.join(folder, "runtime/main.mjs")), "runtimeEnded"],
  ["its binary is missing", folder => rmSync(addon(folder)), "noBinary"],
  ["its binary was replaced", folder => writeFileSync(addon(folder), "Removed by policy."), "noBinary"],
  ["its binary is for another processor", folder => forOtherProcessor(addon(folder)), "noBinary"],
] as const satisfies readonly (readonly [string, (folder: string) => void, string])[])
  test(`${what}: one error of kind ${kind}`, async t => {
    await assert.rejects(await answerBy(t, spoil), { name: "ModelError", kind })
  })

test("its binary is cut off: one error, which says that a file is", {
  skip: process.platform !== "linux" && "other systems refuse to load it",
}, async t => {
  const cut = (folder: string) => truncateSync(addon(folder), statSync(addon(folder)).size / 2)
  const said = /^signal SIGBUS\na file was cut off, the model's or one of Osprey's own/
  await assert.rejects(await answerBy(t, cut), error => {
    assert.ok(error instanceof ModelError)
    assert.match(error.detail.said ?? "", said)
    return true
  })
})

/** Asks a runtime that was installed and then spoilt. */
async function answerBy(t: TestContext, spoil: (folder: string) => void): Promise<() => Promise<void>> {
  const folder = await temporaryFolder(t)
  for (const part of ["runtime", "llama", "bins"])
    cpSync(path.join(dist, part), path.join(folder, part), { recursive: true })
  spoil(folder)
  const runtime = runtimeProcess({ mainPath: path.join(folder, "runtime/main.mjs") })
  t.after(() => runtime.stop())
  const model = localDemoModel(runtime)
  return async () => {
    for await (const _ of model.stream(question, never));
  }
}
