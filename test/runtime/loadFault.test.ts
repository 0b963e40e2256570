// A file that wasn't loaded: for want of memory, or because it is damaged. Once by llama.cpp's words, once by the true
// runtime in a process that gets no more memory (R23).
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { ModelError } from "../../src/model/modelError.ts"
import { loadFault } from "../../src/runtime/loadFault.ts"
import { ask, demoModelPath, loadRequest, startRuntime } from "../support/runtimeTest.ts"

const failed = "Failed to load model"

for (const line of [
  "llama_model_load: error loading model: std::bad_alloc",
  "llama_model_load: error loading model: mmap failed: Cannot allocate memory",
  "llama_model_load: error loading model: MapViewOfFile failed: Not enough memory resources are available to process this command.",
  "llama_model_load: error loading model: CreateFileMappingA failed: The paging file is too small for this operation to complete.",
  "llama_model_load: error loading model: unable to allocate CPU_REPACK buffer",
  "alloc_tensor_range: failed to allocate CPU_REPACK buffer of size 10485760000",
  "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 11536.00 MiB on device 0: cudaMalloc failed: out of memory",
  "ggml_aligned_malloc: insufficient memory (attempted to allocate 9961.20 MB)",
  "ggml_vulkan: Device memory allocation of size 4294967296 failed.",
  "vk::Device::allocateMemory: ErrorOutOfDeviceMemory",
])
  test(`for want of memory: ${line}`, () => {
    assert.equal(
      loadFault(failed, ["llama_model_load_from_file_impl: failed to load model", line]),
      "outOfMemory",
    )
    assert.equal(loadFault(line, []), "outOfMemory")
  })

for (const line of [
  "llama_model_load: error loading model: tensor 'blk.0.attn_q.weight' data is not within the file bounds, model is corrupted or incomplete",
  "llama_model_load: error loading model: missing tensor 'output_norm.weight'",
  "gguf_init_from_file_impl: failed to read tensor data",
])
  test(`damaged: ${line}`, () => {
    assert.equal(loadFault(failed, [line]), "modelBroken")
  })

/** Megabytes that the process may take beside what it has at its start. It runs out of them in different places. */
const morsels = [34, 40, 64]

test("a process that gets no more memory: it is never the file that is damaged", {
  skip: !hasPrlimit(),
}, async () => {
  const faults: string[] = []
  for (const megabytes of morsels) {
    const runtime = startRuntime()
    await ask(runtime, { type: "inspect", modelPath: demoModelPath })
    limitMemory(runtime.pid ?? 0, megabytes)
    try {
      const { last } = await ask(runtime, loadRequest({ contextSize: 16_384 }))
      faults.push(last?.type === "failed" ? last.kind : (last?.type ?? "nothing"))
    } catch (error) {
      // It may as well die of it.
      faults.push(error instanceof ModelError ? error.kind : String(error))
    }
    await runtime.stop()
  }
  assert.ok(faults.includes("outOfMemory"), faults.join(" "))
  assert.ok(!faults.includes("modelBroken") && !faults.includes("loaded"), faults.join(" "))
})

function hasPrlimit(): boolean {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" })
    return process.platform === "linux"
  } catch {
    return false
  }
}

function limitMemory(pid: number, megabytes: number): void {
  const [, kilobytes] = /^VmSize:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  execFileSync("prlimit", [`--pid=${pid}`, `--as=${Number(kilobytes) * 1024 + megabytes * 2 ** 20}`])
}
