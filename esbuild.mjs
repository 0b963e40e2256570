// Builds everything that ships, into dist/: the extension (CJS, what VS Code loads at activation), its lazily
// loaded packages, the runtime child with llama.cpp's binaries beside it, ripgrep, and the chat page.
// `node esbuild.mjs [--watch] [--target linux-x64]`; sizes are checked against the budgets below.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"
import { budgets } from "./scripts/budgets.ts"
import { cudaLookup } from "./scripts/cudaLookup.ts"
import { platformFolders, platforms } from "./scripts/platformPackages.ts"

const root = path.dirname(fileURLToPath(import.meta.url))
const dist = path.join(root, "dist")
const require = createRequire(import.meta.url)

/** Packages that are big and seldom needed: a dynamic import of one loads its own file in dist/lazy. */
const lazyPackages = {
  openai: "openai.cjs",
  "gpt-tokenizer/encoding/o200k_harmony": "o200k.cjs",
}

/**
 * Parts of our own that activation doesn't need: a dynamic import of one loads its own file in dist/lazy. Each has its
 * own copy of what it imports, so nothing in src keeps state in a module, and errors are known by their name.
 */
const lazyParts = {
  "vscode/endpointParts.ts": "endpoints.cjs",
  "vscode/modelDialogues.ts": "questions.cjs",
  "vscode/downloadParts.ts": "downloads.cjs",
  "vscode/fitParts.ts": "fit.cjs",
}

/** `from`: where dist/lazy is, seen from the file that is built. */
const loadLazily = from => ({
  name: "load-lazily",
  setup(build) {
    const lazily = (name, kind, file) => {
      if (kind === "entry-point") return undefined
      if (kind === "dynamic-import" && file !== undefined) return { path: `${from}${file}`, external: true }
      return {
        errors: [{ text: `${name} must be loaded by a dynamic import (it is not needed at activation)` }],
      }
    }
    build.onResolve({ filter: /^(openai|gpt-tokenizer)/ }, ({ path: name, kind }) =>
      lazily(name, kind, lazyPackages[name.replace("/esm/", "/")]),
    )
    build.onResolve(
      { filter: /\/(endpointParts|modelDialogues|downloadParts|fitParts)\.ts$/ },
      ({ path: name, kind }) => lazily(name, kind, lazyParts[`vscode/${path.basename(name)}`]),
    )
  },
})

const shared = { bundle: true, minify: true, legalComments: "none", metafile: true, logLevel: "warning" }
const nodeCjs = { ...shared, platform: "node", format: "cjs", target: "node22" }

const extension = {
  ...nodeCjs,
  entryPoints: [path.join(root, "src/extension.ts")],
  outfile: path.join(dist, "extension.cjs"),
  external: ["vscode"],
  plugins: [loadLazily("./lazy/")],
}

const parts = {
  ...nodeCjs,
  entryPoints: Object.entries(lazyParts).map(([name, file]) => ({
    in: path.join(root, "src", name),
    out: path.parse(file).name,
  })),
  outdir: path.join(dist, "lazy"),
  outExtension: { ".js": ".cjs" },
  external: ["vscode"],
  plugins: [loadLazily("./")],
}

const lazy = {
  ...nodeCjs,
  entryPoints: Object.entries(lazyPackages).map(([name, file]) => ({ in: name, out: path.parse(file).name })),
  outdir: path.join(dist, "lazy"),
  outExtension: { ".js": ".cjs" },
}

const runtime = {
  ...shared,
  platform: "node",
  format: "esm",
  target: "node22",
  keepNames: true,
  entryPoints: [path.join(root, "src/runtime/main.ts")],
  outfile: path.join(dist, "runtime/main.mjs"),
  external: ["@node-llama-cpp/*", "@reflink/*", "electron"],
  plugins: [cudaLookup],
  banner: {
    js: 'import {createRequire as __createRequire} from "node:module"; const require = __createRequire(import.meta.url);',
  },
}

const page = {
  ...shared,
  platform: "browser",
  format: "iife",
  target: "chrome140",
  tsconfig: path.join(root, "src/webview/tsconfig.json"),
  entryPoints: ["main.ts", "highlight.ts", "page.css"]
    .map(name => path.join(root, "src/webview", name))
    .map(file => ({
      in: file,
      out: path
        .basename(file)
        .replace(/^main\.ts$/, "page")
        .replace(/\.(ts|css)$/, ""),
    })),
  outdir: path.join(dist, "webview"),
  loader: { ".ttf": "file" },
}

/** Copies what the bundles expect beside them. */
async function copyAssets(target = `${process.platform}-${process.arch}`) {
  const folders = await platformFolders(target)
  const llama = path.dirname(path.dirname(require.resolve("node-llama-cpp")))
  copy(path.join(llama, "llama/binariesGithubRelease.json"), "llama/binariesGithubRelease.json")
  rmSync(path.join(dist, "bins"), { recursive: true, force: true })
  rmSync(path.join(dist, "ripgrep"), { recursive: true, force: true })
  for (const build of platforms[target].llama)
    copy(path.join(folders.get(`@node-llama-cpp/${build}`), "bins", build), `bins/${build}`)
  const program = target.startsWith("win32") ? "rg.exe" : "rg"
  const ripgrep = folders.get(`@vscode/ripgrep-${platforms[target].ripgrep}`)
  copy(path.join(ripgrep, "bin", program), `ripgrep/${program}`)
  chmodSync(path.join(dist, "ripgrep", program), 0o755)
  const codicons = path.join(root, "node_modules/@vscode/codicons/dist")
  copy(path.join(codicons, "codicon.css"), "webview/codicon.css")
  copy(path.join(codicons, "codicon.ttf"), "webview/codicon.ttf")
}

function copy(from, to) {
  if (!existsSync(from)) throw new Error(`${path.relative(root, from)} is missing. Run npm ci first.`)
  mkdirSync(path.dirname(path.join(dist, to)), { recursive: true })
  // Import libraries of Windows are for compilers.
  cpSync(from, path.join(dist, to), { recursive: true, filter: file => !file.endsWith(".lib") })
}

const builds = [extension, parts, lazy, runtime, page]

async function buildAll() {
  rmSync(dist, { recursive: true, force: true })
  await copyAssets(argumentOf("--target"))
  await Promise.all(builds.map(options => esbuild.build(options)))
  const over = Object.entries(budgets).filter(([file, limit]) => statSync(path.join(dist, file)).size > limit)
  for (const [file, limit] of over)
    console.error(`dist/${file} has ${statSync(path.join(dist, file)).size} bytes; its budget is ${limit}.`)
  if (over.length > 0) process.exitCode = 1
}

async function watchAll() {
  await copyAssets()
  for (const options of builds) await (await esbuild.context({ ...options, logLevel: "info" })).watch()
}

function argumentOf(flag) {
  const at = process.argv.indexOf(flag)
  return at < 0 ? undefined : process.argv[at + 1]
}

if (process.argv.includes("--watch")) await watchAll()
else await buildAll()
