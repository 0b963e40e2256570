// Builds llama-server, the peer that `npm run test:peer` talks to: from the llama.cpp source that the node-llama-cpp
// package carries as a git bundle, so nothing is downloaded. Takes ten minutes on two cores, once per llama.cpp version.
import { execFileSync, spawn } from "node:child_process"
import { cpSync, existsSync, renameSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"

const bundle = path.resolve(import.meta.dirname, "../../node_modules/node-llama-cpp/llama/gitRelease.bundle")

/** A server without TLS, page and downloads: what the tests need, and nothing that looks for the network. */
const settings = [
  "CMAKE_BUILD_TYPE=Release",
  "BUILD_SHARED_LIBS=OFF",
  "GGML_OPENMP=OFF",
  "LLAMA_BUILD_APP=OFF",
  "LLAMA_BUILD_EXAMPLES=OFF",
  "LLAMA_BUILD_TESTS=OFF",
  "LLAMA_BUILD_UI=OFF",
  "LLAMA_USE_PREBUILT_UI=OFF",
  "LLAMA_OPENSSL=OFF",
].map(setting => `-D${setting}`)

export type Peer = {
  /** Path of llama-server. */
  readonly server: string
  /** Path of gpt-oss's chat template as llama.cpp carries it: what most servers render conversations with. */
  readonly chatTemplate: string
}

if (import.meta.main) console.log(await buildPeer())

/** Builds what isn't in the cache. `OSPREY_PEER_DIR` names another cache folder. */
export async function buildPeer(): Promise<Peer> {
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run \`npm ci\` first.`)
  const commit = execFileSync("git", ["bundle", "list-heads", bundle], { encoding: "utf8" }).slice(0, 12)
  const cache = process.env.OSPREY_PEER_DIR ?? path.join(os.homedir(), ".cache/osprey")
  const folder = path.join(cache, `llama-server-${commit}`)
  const server = path.join(folder, process.platform === "win32" ? "llama-server.exe" : "llama-server")
  const chatTemplate = path.join(folder, "gpt-oss.jinja")
  if (existsSync(server) && existsSync(chatTemplate)) return { server, chatTemplate }
  installTools()
  const source = path.join(folder, "source")
  rmSync(source, { recursive: true, force: true })
  await command("git", ["clone", "--quiet", "--config", "advice.detachedHead=false", bundle, source])
  cpSync(path.join(source, "models/templates/openai-gpt-oss-120b.jinja"), chatTemplate)
  if (!existsSync(server)) await compile(source, path.join(folder, "build"), server)
  rmSync(source, { recursive: true, force: true })
  return { server, chatTemplate }
}

async function compile(source: string, build: string, server: string): Promise<void> {
  const started = performance.now()
  const jobs = String(os.availableParallelism())
  console.log(`Building ${server}, ${jobs} compilers at a time: about ten minutes on two cores`)
  await command("cmake", ["-S", source, "-B", build, ...settings])
  await command("cmake", ["--build", build, "--config", "Release", "--target", "llama-server", "-j", jobs])
  const built = ["bin", "bin/Release"]
    .map(bin => path.join(build, bin, path.basename(server)))
    .find(file => existsSync(file))
  if (built === undefined) throw new Error(`The build left no llama-server in ${build}.`)
  renameSync(built, server)
  rmSync(build, { recursive: true, force: true })
  console.log(`llama-server is there after ${((performance.now() - started) / 60_000).toFixed(1)} minutes`)
}

/** cmake and a compiler; as root on Debian and its kin they are installed, elsewhere a sentence says what is missing. */
function installTools(): void {
  const missing = ["git", "cmake", ...(process.platform === "win32" ? [] : ["c++"])].filter(
    tool => !runs(tool),
  )
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !runs("apt-get"))
    throw new Error(`To build llama-server, install ${missing.join(" and ")}, then run this again.`)
  execFileSync("apt-get", ["update"], { stdio: "inherit" })
  execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "git", "cmake", "g++", "make"], {
    stdio: "inherit",
  })
}

function runs(tool: string): boolean {
  try {
    execFileSync(tool, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

async function command(tool: string, args: readonly string[]): Promise<void> {
  const child = spawn(tool, args, { stdio: "inherit" })
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
  if (code !== 0) throw new Error(`${tool} ended with code ${code}.`)
}
