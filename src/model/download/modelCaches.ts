// Where other programs keep models on a computer, by their own documentation. Looks nothing up on the disk.
import path from "node:path"

export type ModelCache = {
  /** The program's name, as a person knows it. */
  readonly from: "Ollama" | "LM Studio" | "llama.cpp" | "Hugging Face"
  readonly folder: string
  /** Ollama keeps manifests beside nameless blobs, the others GGUF files in folders. */
  readonly layout: "ollama" | "files"
}

type Machine = {
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Ollama: https://github.com/ollama/ollama/blob/main/docs/faq.md · LM Studio: https://lmstudio.ai/docs/basics/import-model
 * · llama.cpp: https://github.com/ggml-org/llama.cpp/pull/7826 · Hugging Face:
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export function modelCaches({ platform, home, env }: Machine): readonly ModelCache[] {
  const { join } = platform === "win32" ? path.win32 : path.posix
  const userCache = {
    darwin: join(home, "Library", "Caches"),
    win32: env.LOCALAPPDATA ?? join(home, "AppData", "Local"),
    other: env.XDG_CACHE_HOME ?? join(home, ".cache"),
  }[platform === "darwin" || platform === "win32" ? platform : "other"]
  const ollama = [
    env.OLLAMA_MODELS ?? join(home, ".ollama", "models"),
    // Where packages run it as a service of its own user.
    ...(platform === "linux" ? ["/usr/share/ollama/.ollama/models", "/var/lib/ollama"] : []),
  ]
  const hubCache =
    env.HF_HUB_CACHE ??
    join(env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(home, ".cache"), "huggingface"), "hub")
  return [
    ...ollama.map(folder => ({ from: "Ollama", folder, layout: "ollama" }) as const),
    ...[join(home, ".lmstudio", "models"), join(home, ".cache", "lm-studio", "models")].map(
      folder => ({ from: "LM Studio", folder, layout: "files" }) as const,
    ),
    { from: "llama.cpp", folder: env.LLAMA_CACHE ?? join(userCache, "llama.cpp"), layout: "files" },
    { from: "Hugging Face", folder: hubCache, layout: "files" },
  ]
}
