// How much the runtime costs over llama.cpp itself, how fast it stops, and what it evaluates again. Both sides
// of a ratio run in one sitting and by turns, because machines differ and have moods.
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { runtimeChild } from "../../src/model/local/runtimeChild.ts"
import type { RuntimeProcess } from "../../src/model/local/runtimeProcess.ts"
import type { Segment } from "../../src/protocol/segment.ts"
import {
  ask,
  demoModelPath,
  generateRequest,
  loadRequest,
  message,
  never,
  questionTo,
  runtimeMain,
  startRuntime,
  writtenTokens,
} from "../support/runtimeTest.ts"
import { writeSyntheticModel } from "../support/syntheticModel.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, percentile } from "./benchRows.ts"
import { type Evaluated, editedPrompt } from "./editedPrompt.ts"
import { grammarCost } from "./grammarCost.ts"
import { llamaServerEdits } from "./llamaServer.ts"
import { rewritingCost } from "./rewritingCost.ts"
import { fullShapeModel, type RuntimeBenchOptions, runtimeOptions, vocabulary } from "./runtimeOptions.ts"

const rawLoop = fileURLToPath(new URL("../support/runtimeRawLoop.ts", import.meta.url))
const inProcess = fileURLToPath(new URL("../support/runtimeInProcess.ts", import.meta.url))
const pairs = 12
const row = benchRows("runtime")

/** `args` as runtimeOptions.ts takes them. */
export async function runtimeBench(args: readonly string[] = []): Promise<BenchRow[]> {
  const options = runtimeOptions(args)
  const folder = mkdtempSync(path.join(tmpdir(), "osprey-bench-"))
  try {
    const threads = Math.max(1, availableParallelism() - 1)
    if (options.fullShape !== undefined)
      return await measured(fullShapeModel(options.fullShape, options.layers), threads, options)
    const synthetic = path.join(folder, "synthetic.gguf")
    writeSyntheticModel(synthetic, { layers: 2, vocabulary })
    const large = await compare(rawLoop, synthetic, threads, 24)
    const small = await compare(rawLoop, demoModelPath, 1, 400)
    const ipc = await compare(inProcess, demoModelPath, 1, 400)
    const ratio = median(large.map(({ other, ours }) => other / ours))
    const ownCost = median(small.map(({ other, ours }) => ours - other))
    return [
      row("generation ÷ raw loop", ratio, "", { atLeast: 0.97 }),
      row("token of the raw loop, synthetic model", median(large.map(({ other }) => other)), "ms"),
      row("own cost per token", ownCost, "ms", 0.1),
      row("token of the raw loop, demo model", median(small.map(({ other }) => other)), "ms"),
      row("token through IPC ÷ without, demo model", median(ipc.map(({ other, ours }) => ours / other)), ""),
      ...(await measured(synthetic, threads, options)),
      ...(await appendedTurn()),
      ...(await rewritingCost(synthetic, threads)),
      ...(await grammarCost(synthetic, threads)),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What one model file takes: to cancel, to load, per context, and to read an edited prompt. */
async function measured(
  modelPath: string,
  threads: number,
  { promptTokens, llamaServer }: RuntimeBenchOptions,
): Promise<BenchRow[]> {
  const cancel = await cancelTimes(modelPath, threads)
  const cancelP95 = percentile(cancel.cancels, 95)
  const chunkP95 = percentile(cancel.chunks, 95)
  const server =
    llamaServer === undefined ? [] : await llamaServerEdits(llamaServer, modelPath, threads, promptTokens)
  return [
    row("cancel p95 ÷ chunk", cancelP95 / chunkP95, "", 1),
    row("prompt chunk p95, synthetic model", chunkP95, "ms"),
    ...(await loadFigures(modelPath, threads)),
    ...editRows("", await ourEdits(modelPath, threads, promptTokens)),
    ...editRows("llama-server: ", server),
  ]
}

function editRows(who: string, results: readonly Evaluated[]): BenchRow[] {
  return results.flatMap(({ edit, evaluated, promptTokens, firstTokenMs }) => [
    row(`${who}${edit}: evaluated of ${promptTokens}`, evaluated, "tokens"),
    row(`${who}${edit}: first token`, firstTokenMs, "ms"),
  ])
}

/** As ghost text is asked for: in its own context, whose first token is the last reply's. */
async function ourEdits(
  modelPath: string,
  threads: number,
  promptTokens: number,
): Promise<readonly Evaluated[]> {
  const runtime = startRuntime()
  try {
    await ask(runtime, loadRequest({ modelPath, threads }))
    return await editedPrompt(async tokens => {
      const startedAt = performance.now()
      const request = generateRequest([{ tokens }], { maxTokens: 1, stop: [], context: "completion" })
      const { last } = await ask(runtime, request)
      if (last?.type !== "done") throw new Error("the model didn't answer")
      return { evaluated: last.promptTokens - last.reusedTokens, firstTokenMs: performance.now() - startedAt }
    }, promptTokens)
  } finally {
    await runtime.stop()
  }
}

/** Time to load, and memory of its own by the context's size (Linux only). */
async function loadFigures(modelPath: string, threads: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const contextSize of [4096, 16_384, 32_768]) {
    const runtime = startRuntime()
    try {
      const startedAt = performance.now()
      const { last } = await ask(runtime, loadRequest({ modelPath, threads, contextSize }))
      if (last?.type !== "loaded") throw new Error("the model doesn't load")
      rows.push(row(`load, context ${contextSize}`, performance.now() - startedAt, "ms"))
      const memory = ownMemory(runtime.pid)
      if (memory !== undefined)
        rows.push(row(`memory beside the file, context ${contextSize}`, memory, "MiB"))
    } finally {
      await runtime.stop()
    }
  }
  return rows
}

function ownMemory(pid: number | undefined): number | undefined {
  if (process.platform !== "linux") return undefined
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kilobytes) / 1024
}

type Pair = { readonly other: number; readonly ours: number }

/** Milliseconds per token, another program and ours by turns, on the same prompt; the first pair only warms up. */
async function compare(
  program: string,
  modelPath: string,
  threads: number,
  maxTokens: number,
): Promise<readonly Pair[]> {
  const tokens = Array.from({ length: 64 }, (_, index) => 100 + index)
  const other = fork(program, [modelPath, String(threads)], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  const runtime = startRuntime()
  try {
    await once(other, "message")
    await ask(runtime, { type: "load", modelPath, contextSize: 4096, threads, gpu: false })
    const results: Pair[] = []
    for (let pair = 0; pair <= pairs; pair++) {
      const before = pair % 2 === 0 ? await tokenMs(other, tokens, maxTokens) : undefined
      const ours = await ourTokenMs(runtime, tokens, maxTokens)
      results.push({ other: before ?? (await tokenMs(other, tokens, maxTokens)), ours })
    }
    return results.slice(1)
  } finally {
    other.kill("SIGKILL")
    await runtime.stop()
  }
}

async function tokenMs(program: ChildProcess, tokens: readonly number[], maxTokens: number): Promise<number> {
  const answer = once(program, "message")
  program.send({ tokens, maxTokens })
  return Number((await answer)[0])
}

/** As the host sees it: from the first piece to the last reply. */
async function ourTokenMs(
  runtime: RuntimeProcess,
  tokens: readonly number[],
  maxTokens: number,
): Promise<number> {
  let firstAt = 0
  const request = generateRequest([{ tokens }], { maxTokens, stop: [] })
  for await (const reply of runtime.request(request, never))
    if (reply.type === "pieces" && firstAt === 0) firstAt = performance.now()
  return (performance.now() - firstAt) / (maxTokens - 1)
}

/** Milliseconds from a cancel while the prompt is read to the request's end, and of the chunks before it. */
async function cancelTimes(
  modelPath: string,
  threads: number,
): Promise<{ readonly cancels: readonly number[]; readonly chunks: readonly number[] }> {
  const child = runtimeChild(runtimeMain, process.env)
  const cancels: number[] = []
  const chunks: number[] = []
  try {
    for await (const _reply of child.ask({
      type: "load",
      id: 0,
      modelPath,
      contextSize: 4096,
      threads,
      gpu: false,
    })) {
    }
    for (let id = 1; id <= 20; id++) {
      // Each prompt begins anew, so that nothing of it is evaluated yet.
      const tokens = [id, ...Array.from({ length: 2000 }, (_, index) => 100 + index)]
      const request = generateRequest([{ tokens }], { maxTokens: 1 })
      let cancelledAt = 0
      let last = 0
      let progress = 0
      for await (const reply of child.ask({ ...request, id })) {
        if (reply.type !== "prompt") continue
        const now = performance.now()
        if (++progress > 2) chunks.push(now - last)
        last = now
        // At another moment of a chunk each time.
        if (progress === 4) setTimeout(() => ([cancelledAt] = [performance.now(), child.cancel(id)]), id * 5)
      }
      cancels.push(performance.now() - cancelledAt)
    }
    return { cancels, chunks }
  } finally {
    child.kill()
    await child.gone
  }
}

/** A second turn on the demo model: how many tokens it adds, and how many are evaluated. */
async function appendedTurn(): Promise<BenchRow[]> {
  const runtime = startRuntime()
  try {
    await ask(runtime, { type: "load", modelPath: demoModelPath, contextSize: 4096, threads: 1, gpu: false })
    const first = questionTo("What is a closure?")
    const answer = await ask(runtime, generateRequest(first))
    const added: readonly Segment[] = [
      { control: "end" },
      ...message("user", "Thanks"),
      { control: "start" },
      { text: "assistant" },
    ]
    const generated = writtenTokens(answer.replies).slice(0, -1)
    const { last } = await ask(runtime, generateRequest([...first, { tokens: generated }, ...added]))
    const count = await ask(runtime, { type: "count", segments: [...added].map(segment => copy(segment)) })
    if (last?.type !== "done" || count.last?.type !== "counted")
      throw new Error("the demo model didn't answer")
    const evaluated = last.promptTokens - last.reusedTokens
    const appended = count.last.tokens
    return [
      row("appended turn: evaluated", evaluated, "tokens", appended),
      row("appended turn: prompt", last.promptTokens, "tokens"),
    ]
  } finally {
    await runtime.stop()
  }
}

function copy(segment: Segment) {
  return "tokens" in segment ? { tokens: [...segment.tokens] } : segment
}
