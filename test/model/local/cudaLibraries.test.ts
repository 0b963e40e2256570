// What is found of NVIDIA's on a computer that is described: the driver, CUDA 13's libraries, and the folders that a
// child must be told.
import assert from "node:assert/strict"
import { test } from "node:test"
import { childEnvironment } from "../../../src/model/local/childEnvironment.ts"
import { type Computer, cudaLibraries } from "../../../src/model/local/cudaLibraries.ts"

type Described = {
  readonly files?: readonly string[]
  readonly environment?: Computer["environment"]
  readonly cache?: string
}

function computer(platform: string, { files = [], environment = {}, cache }: Described): Computer {
  const separator = platform === "win32" ? "\\" : "/"
  return {
    platform,
    environment,
    exists: file => files.includes(file),
    names: folder => [
      ...new Set(
        files
          .filter(file => file.startsWith(folder + separator))
          .map(file => file.slice(folder.length + 1).split(separator)[0] ?? ""),
      ),
    ],
    read: file => (file === "/etc/ld.so.cache" ? cache : undefined),
  }
}

const libraries = ["libcudart.so.13", "libcublas.so.13", "libcublasLt.so.13"]
const inFolder = (folder: string, names: readonly string[] = libraries) =>
  names.map(name => `${folder}/${name}`)
const usual = "/usr/lib/x86_64-linux-gnu"
const linux = (described: Described) => cudaLibraries(computer("linux", described))
const windows = (described: Described) => cudaLibraries(computer("win32", described))

test("nothing is there: each library by its name", () => {
  assert.deepEqual(linux({}), { driver: false, missing: libraries, folders: [] })
  assert.deepEqual(windows({}).missing, ["cudart64_13.dll", "cublas64_13.dll", "cublasLt64_13.dll"])
})

test("where the loader looks by itself, nobody must be told", () => {
  assert.deepEqual(linux({ files: [`${usual}/libcuda.so.1`, ...inFolder(usual)] }), {
    driver: true,
    missing: [],
    folders: [],
  })
  const environment = { LD_LIBRARY_PATH: "relative:/opt/mine" }
  assert.deepEqual(linux({ environment, files: inFolder("/opt/mine") }).missing, [])
})

test("in the toolkit's own folder: found there, the newest first, and the child is told", () => {
  const files = [
    `${usual}/libcuda.so.1`,
    ...inFolder("/usr/local/cuda-13.0/lib64"),
    ...inFolder("/usr/local/cuda-13.10/lib64"),
    ...inFolder("/usr/local/cuda-12.8/lib64"),
  ]
  assert.deepEqual(linux({ files }), { driver: true, missing: [], folders: ["/usr/local/cuda-13.10/lib64"] })
})

test("CUDA 12's libraries don't do", () => {
  const files = inFolder("/usr/local/cuda/lib64", ["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12"])
  assert.deepEqual(linux({ files }).missing, libraries)
})

test("what only the loader's list knows is found too", () => {
  const cache = ["glibc-ld.so.cache1.1", "libcudart.so.13", ...inFolder("/srv/cuda/lib"), ""].join("\0")
  assert.deepEqual(linux({ cache }), { driver: false, missing: [], folders: ["/srv/cuda/lib"] })
})

test("Windows' Linux has its driver in a folder of its own", () => {
  assert.deepEqual(linux({ files: ["/usr/lib/wsl/lib/libcuda.so.1"] }), {
    driver: true,
    missing: libraries,
    folders: ["/usr/lib/wsl/lib"],
  })
})

test("on Windows: the driver in the system's folder, the libraries in PATH or where the toolkit puts them", () => {
  const names = ["cudart64_13.dll", "cublas64_13.dll", "cublasLt64_13.dll"]
  const driver = "C:\\Windows\\System32\\nvcuda.dll"
  const toolkit = "C:\\Program Files\\NVIDIA GPU Computing Toolkit\\CUDA\\v13.1\\bin\\x64"
  assert.deepEqual(windows({ files: [driver, ...names.map(name => `${toolkit}\\${name}`)] }), {
    driver: true,
    missing: [],
    folders: [toolkit],
  })
  const environment = { Path: `C:\\Tools;"D:\\CUDA\\bin"` }
  assert.deepEqual(windows({ environment, files: names.map(name => `D:\\CUDA\\bin\\${name}`) }), {
    driver: false,
    missing: [],
    folders: [],
  })
})

test("the child is told by the host alone, and finds the folders behind those it had", () => {
  const host = { PATH: "/bin", LD_LIBRARY_PATH: "/opt/mine", OSPREY_CUDA_PROGRAMS: "/tmp/evil" }
  assert.deepEqual(childEnvironment(host), {
    PATH: "/bin",
    LD_LIBRARY_PATH: "/opt/mine",
    ELECTRON_RUN_AS_NODE: "1",
  })
  const cuda = { programs: "/storage/cuda/3.21.1", libraries: ["/usr/local/cuda/lib64"] }
  const { OSPREY_CUDA_PROGRAMS, LD_LIBRARY_PATH } = childEnvironment(host, cuda)
  assert.equal(OSPREY_CUDA_PROGRAMS, "/storage/cuda/3.21.1")
  if (process.platform === "linux") assert.equal(LD_LIBRARY_PATH, "/opt/mine:/usr/local/cuda/lib64")
  assert.ok(!("LD_LIBRARY_PATH" in childEnvironment({}, { ...cuda, libraries: [] })))
})
