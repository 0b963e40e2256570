// How the built runtime finds llama.cpp's CUDA build, which doesn't ship with it: node-llama-cpp looks beside itself
// only, so the one line that says where is replaced while it is bundled. Only names that end in "-cuda" are looked for
// elsewhere; the builds that ship can't be replaced this way.
import { readFile } from "node:fs/promises"
import type { Plugin } from "esbuild"
import { cudaVariable } from "../src/model/local/childEnvironment.ts"

const line = "const localPrebuiltBinaryDirectoryPath = path.join(llamaPrebuiltBinsDirectory, folderName);"

const replacement = `const ospreyCuda = folderName.endsWith("-cuda") ? process.env.${cudaVariable} : undefined;
    const localPrebuiltBinaryDirectoryPath = path.join(ospreyCuda || llamaPrebuiltBinsDirectory, folderName);`

/** node-llama-cpp's dist/bindings/utils/compileLLamaCpp.js → the same, looking for CUDA where the host says. */
export function withCudaLookup(source: string): string {
  const [before, after, ...more] = source.split(line)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error("node-llama-cpp looks for its programs otherwise than it did: see scripts/cudaLookup.ts.")
  return before + replacement + after
}

/** Fails the build when the file or the line isn't there. */
export const cudaLookup: Plugin = {
  name: "cuda-lookup",
  setup(build) {
    let isDone = false
    const filter = /[\\/]node-llama-cpp[\\/]dist[\\/]bindings[\\/]utils[\\/]compileLLamaCpp\.js$/
    build.onLoad({ filter }, async ({ path }) => {
      const contents = withCudaLookup(await readFile(path, "utf8"))
      isDone = true
      return { contents, loader: "js" }
    })
    build.onEnd(({ errors }) => {
      if (isDone || errors.length > 0) return undefined
      return {
        errors: [{ text: "node-llama-cpp has no compileLLamaCpp.js any more: see scripts/cudaLookup.ts." }],
      }
    })
  },
}
