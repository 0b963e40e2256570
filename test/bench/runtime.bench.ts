// How much the runtime costs over llama.cpp itself, how fast it stops, and what it evaluates again. Both sides
// of a ratio run in one sitting and by turns, because machines differ and have moods.
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
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
  message,
  never,
  questionTo,
  runtimeMain,
  startRuntime,
  writtenTokens,
} from "../support/runtimeTest.ts"
import { writeSyntheticModel } from "../support/syntheticModel.ts"
import type { BenchRow } from "./benchRow.ts"

const rawLoop = fileURLToPath(new URL("../support/runtimeRawLoop.ts", import.meta.url))
const pairs = 12

export async function runtimeBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "osprey-bench-"))
  const synthetic = path.join(folder, "synthetic.gguf")
  try {
    writeSyntheticModel(synthetic, { layers: 2, vocabulary: 201_088 })
    const threads = Math.max(1, availableParallelism() - 1)
    const large = await compare(synthetic, threads, 24)
    const small = await compare(demoModelPath, 1, 400)
    const cancel = await cancelTimes(synthetic, threads)
    const ratio = median(large.map(({ raw, ours }) => raw / ours))
    const ownCost = median(small.map(({ raw, ours }) => ours - raw))
    const cancelP95 = percentile(cancel.cancels, 95)
    const chunkP95 = percentile(cancel.chunks, 95)
    return [
      row("generation ÷ raw loop", ratio, "", 0.97, ratio >= 0.97),
      row("token of the raw loop, synthetic model", median(large.map(({ raw }) => raw)), "ms"),
      row("own cost per token", ownCost, "ms", 0.1, ownCost <= 0.1),
      row("token of the raw loop, demo model", median(small.map(({ raw }) => raw)), "ms"),
      row("cancel p95 ÷ chunk", cancelP95 / chunkP95, "", 1, cancelP95 <= chunkP95),
      row("prompt chunk p95, synthetic model", chunkP95, "ms"),
      ...(await appendedTurn()),
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Pair = { readonly raw: number; readonly ours: number }

/** Milliseconds per token, the raw loop and ours by turns, on the same prompt; the first pair only warms up. */
async function compare(modelPath: string, threads: number, maxTokens: number): Promise<readonly Pair[]> {
  const tokens = Array.from({ length: 64 }, (_, index) => 100 + index)
  const raw = fork(rawLoop, [modelPath, String(threads)], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  const runtime = startRuntime()
  try {
    await once(raw, "message")
    await ask(runtime, { type: "load", modelPath, contextSize: 4096, threads, gpu: false })
    const results: Pair[] = []
    for (let pair = 0; pair <= pairs; pair++) {
      const rawFirst = pair % 2 === 0
      const before = rawFirst ? await rawTokenMs(raw, tokens, maxTokens) : undefined
      const ours = await ourTokenMs(runtime, tokens, maxTokens)
      results.push({ raw: before ?? (await rawTokenMs(raw, tokens, maxTokens)), ours })
    }
    return results.slice(1)
  } finally {
    raw.kill("SIGKILL")
    await runtime.stop()
  }
}

async function rawTokenMs(raw: ChildProcess, tokens: readonly number[], maxTokens: number): Promise<number> {
  const answer = once(raw, "message")
  raw.send({ tokens, maxTokens })
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
      row("appended turn: evaluated", evaluated, "tokens", appended, evaluated <= appended),
      row("appended turn: prompt", last.promptTokens, "tokens"),
    ]
  } finally {
    await runtime.stop()
  }
}

function copy(segment: Segment) {
  return "tokens" in segment ? { tokens: [...segment.tokens] } : segment
}

function row(
  metric: string,
  value: number,
  unit: string,
  goal: number | null = null,
  met: boolean | null = null,
): BenchRow {
  return { bench: "runtime", metric, value: Math.round(value * 10_000) / 10_000, unit, goal, met }
}

function median(values: readonly number[]): number {
  return percentile(values, 50)
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN
}
