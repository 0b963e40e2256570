import assert from "node:assert/strict"
import { mkdir, symlink } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { existingModels } from "../../../src/model/download/existingModels.ts"
import { modelCaches } from "../../../src/model/download/modelCaches.ts"
import { ggufBytes } from "../../support/ggufBytes.ts"
import { temporaryFolder } from "../../support/temporaryFolder.ts"

const hex = (digit: string) => digit.repeat(64)

const manifest = (digest: string) =>
  JSON.stringify({
    schemaVersion: 2,
    layers: [
      { mediaType: "application/vnd.ollama.image.template", digest: `sha256:${hex("9")}`, size: 1 },
      { mediaType: "application/vnd.ollama.image.model", digest: `sha256:${digest}`, size: 1 },
    ],
  })

test("models of four programs, as each keeps them; other models, other files and halves are left out", async t => {
  const home = await temporaryFolder(t, {
    ".ollama/models/manifests/registry.ollama.ai/library/gpt-oss/20b": manifest(hex("a")),
    ".ollama/models/manifests/hf.co/unsloth/gpt-oss-20b-GGUF/F16": manifest(hex("b")),
    ".ollama/models/manifests/registry.ollama.ai/library/qwen3/8b": manifest(hex("c")),
    ".ollama/models/manifests/registry.ollama.ai/library/gpt-oss/gone": manifest(hex("d")),
    ".ollama/models/manifests/registry.ollama.ai/library/gpt-oss/120b-cloud": '{"layers":null}',
    ".ollama/models/manifests/registry.ollama.ai/library/gpt-oss/out": manifest("../../../../etc/passwd"),
    [`.ollama/models/blobs/sha256-${hex("a")}`]: ggufBytes("gptoss", 900),
    [`.ollama/models/blobs/sha256-${hex("b")}`]: ggufBytes("gpt-oss", 800),
    [`.ollama/models/blobs/sha256-${hex("c")}`]: ggufBytes("qwen3", 800),
    ".lmstudio/models/lmstudio-community/gpt-oss-20b-GGUF/gpt-oss-20b-MXFP4.gguf": ggufBytes("gpt-oss", 700),
    ".lmstudio/models/lmstudio-community/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf": ggufBytes("qwen3", 700),
    ".lmstudio/models/someone/gpt-oss-draft/mmproj-gpt-oss.gguf": ggufBytes("clip", 100),
    ".cache/llama.cpp/ggml-org_gpt-oss-120b-GGUF_gpt-oss-120b-mxfp4-00001-of-00002.gguf": ggufBytes(
      "gpt-oss",
      300,
    ),
    ".cache/llama.cpp/ggml-org_gpt-oss-120b-GGUF_gpt-oss-120b-mxfp4-00002-of-00002.gguf": ggufBytes(
      "gpt-oss",
      300,
    ),
    ".cache/llama.cpp/half_gpt-oss-120b-00001-of-00003.gguf": ggufBytes("gpt-oss", 300),
    ".cache/llama.cpp/ggml-org_gpt-oss-20b-GGUF_gpt-oss-20b-mxfp4.gguf.downloadInProgress": "GGUF",
    ".cache/llama.cpp/gpt-oss-empty.gguf": "",
    ".cache/llama.cpp/gpt-oss-page.gguf": "<html>Entry not found</html>",
    [`.cache/huggingface/hub/models--ggml-org--gpt-oss-20b-GGUF/blobs/${hex("e")}`]: ggufBytes(
      "gpt-oss",
      400,
    ),
  })
  const snapshot = path.join(
    home,
    ".cache/huggingface/hub/models--ggml-org--gpt-oss-20b-GGUF/snapshots/e1dc459f",
  )
  await mkdir(snapshot, { recursive: true })
  await symlink(`../../blobs/${hex("e")}`, path.join(snapshot, "gpt-oss-20b-mxfp4.gguf"))
  // A program that links what another one has: found once.
  await symlink(
    path.join(home, ".lmstudio/models/lmstudio-community/gpt-oss-20b-GGUF/gpt-oss-20b-MXFP4.gguf"),
    path.join(home, ".cache/llama.cpp/gpt-oss-linked.gguf"),
  )
  const caches = modelCaches({ platform: "linux", home, env: {} }).filter(({ folder }) =>
    folder.startsWith(home),
  )
  const found = await existingModels(new AbortController().signal, caches)
  const extra = ggufBytes("gpt-oss", 0).byteLength
  assert.deepEqual(
    found.map(({ label, bytes, from, fault }) => [label, bytes - extra, from, fault ?? "can be used"]),
    [
      ["gpt-oss-20b-GGUF:F16", 800, "Ollama", "can be used"],
      ["ggml-org_gpt-oss-120b-GGUF_gpt-oss-120b-mxfp4", 600 + extra, "llama.cpp", "can be used"],
      ["gpt-oss-20b-MXFP4", 700, "LM Studio", "can be used"],
      ["gpt-oss-20b-mxfp4", 400, "Hugging Face", "can be used"],
      [
        "gpt-oss:20b",
        899,
        "Ollama",
        "In Ollama’s own form, which only Ollama reads. Start Ollama and look for local servers.",
      ],
      ["gpt-oss-page", 28 - extra, "llama.cpp", "It can’t be read, or is no GGUF file."],
    ],
  )
  for (const { path: file } of found) assert.ok(file.startsWith(home))
})

test("parts are counted per model, also where one model's name begins like another's", async t => {
  const folder = await temporaryFolder(t, {
    "gpt-oss-120b-00001-of-00002.gguf": ggufBytes("gpt-oss", 10),
    "gpt-oss-120b-00002-of-00002.gguf": ggufBytes("gpt-oss", 20),
    "gpt-oss-120b-F16-00001-of-00002.gguf": ggufBytes("gpt-oss", 40),
    "gpt-oss-120b-F16-00002-of-00002.gguf": ggufBytes("gpt-oss", 80),
    "gpt-oss-120b-Q4-00001-of-99999.gguf": ggufBytes("gpt-oss", 160),
  })
  const found = await existingModels(new AbortController().signal, [
    { from: "LM Studio", folder, layout: "files" },
  ])
  assert.deepEqual(
    found.map(({ label, bytes }) => [label, bytes - 2 * ggufBytes("gpt-oss", 0).byteLength]),
    [
      ["gpt-oss-120b-F16", 120],
      ["gpt-oss-120b", 30],
    ],
  )
})

test("nothing there, or nobody waits any more: nothing", async t => {
  const folder = await temporaryFolder(t, { "a/gpt-oss.gguf": ggufBytes("gpt-oss", 10) })
  const caches = [{ from: "LM Studio", folder, layout: "files" }] as const
  assert.deepEqual(await existingModels(AbortSignal.abort(), caches), [])
  const gone = [{ ...caches[0], folder: path.join(folder, "gone") }]
  assert.deepEqual(await existingModels(new AbortController().signal, gone), [])
})

test("the places by system, and by the variables that move them", () => {
  const folders = (platform: NodeJS.Platform, home: string, env = {}) =>
    modelCaches({ platform, home, env }).map(({ folder }) => folder)
  assert.deepEqual(folders("darwin", "/Users/ada"), [
    "/Users/ada/.ollama/models",
    "/Users/ada/.lmstudio/models",
    "/Users/ada/.cache/lm-studio/models",
    "/Users/ada/Library/Caches/llama.cpp",
    "/Users/ada/.cache/huggingface/hub",
  ])
  assert.deepEqual(folders("win32", "C:\\Users\\ada", { LOCALAPPDATA: "C:\\Users\\ada\\AppData\\Local" }), [
    "C:\\Users\\ada\\.ollama\\models",
    "C:\\Users\\ada\\.lmstudio\\models",
    "C:\\Users\\ada\\.cache\\lm-studio\\models",
    "C:\\Users\\ada\\AppData\\Local\\llama.cpp",
    "C:\\Users\\ada\\.cache\\huggingface\\hub",
  ])
  assert.deepEqual(
    folders("linux", "/home/ada", {
      OLLAMA_MODELS: "/big/ollama",
      LLAMA_CACHE: "/big/llama",
      HF_HOME: "/big/hf",
    }),
    [
      "/big/ollama",
      "/usr/share/ollama/.ollama/models",
      "/var/lib/ollama",
      "/home/ada/.lmstudio/models",
      "/home/ada/.cache/lm-studio/models",
      "/big/llama",
      "/big/hf/hub",
    ],
  )
})
