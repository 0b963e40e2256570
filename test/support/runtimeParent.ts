// A program for tests to kill: starts the runtime, brings it into the state named by its argument, prints the
// child's process id, and stays. `idle`, `generating`, `loading`, `probing`, or `blocked` (its JavaScript thread is
// busy for long).
import { fork } from "node:child_process"
import { once } from "node:events"
import type { RuntimeReply } from "../../src/model/local/runtimeChild.ts"
import {
  ask,
  generateRequest,
  loadRequest,
  never,
  questionTo,
  runtimeMain,
  startRuntime,
} from "./runtimeTest.ts"

const states: Readonly<Record<string, () => Promise<number | undefined>>> = {
  idle,
  generating,
  loading,
  probing,
  blocked,
}

async function idle(): Promise<number | undefined> {
  const runtime = startRuntime()
  await ask(runtime, loadRequest())
  return runtime.pid
}

async function generating(): Promise<number | undefined> {
  const runtime = startRuntime()
  await ask(runtime, loadRequest({ contextSize: 32_768 }))
  const endless = generateRequest(questionTo("Hello"), { maxTokens: 30_000, stop: [] })
  await first(runtime.request(endless, never), "pieces")
  return runtime.pid
}

async function loading(): Promise<number | undefined> {
  const runtime = startRuntime()
  await first(runtime.request(loadRequest({ contextSize: 131_072 }), never), "loading")
  return runtime.pid
}

async function probing(): Promise<number | undefined> {
  const runtime = startRuntime()
  void ask(runtime, { type: "probe" })
  // Answered at once, while it still looks for drivers.
  await ask(runtime, { type: "count", segments: [] })
  return runtime.pid
}

/** Leaves the request open. */
async function first(replies: AsyncIterable<RuntimeReply>, type: RuntimeReply["type"]): Promise<void> {
  const each = replies[Symbol.asyncIterator]()
  for (let next = await each.next(); next.value?.type !== type; ) next = await each.next()
}

/** A text that takes many seconds to tokenize; it is far larger than a pipe, so once sent it has been read. */
async function blocked(): Promise<number | undefined> {
  const child = fork(runtimeMain, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] })
  await once(child, "message")
  child.send({ ...loadRequest(), id: 1 })
  for (let type = ""; type !== "loaded"; ) [{ type }] = await once(child, "message")
  const segments = [{ text: "const value = compute(left, right);\n".repeat(1_000_000) }]
  await new Promise(sent => child.send({ type: "count", id: 2, segments }, sent))
  return child.pid
}

console.log(await states[process.argv[2] ?? ""]?.())
setInterval(() => {}, 1000)
