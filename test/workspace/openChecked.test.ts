import assert from "node:assert/strict"
import { rename, rm, symlink, writeFile } from "node:fs/promises"
import path from "node:path"
import { test } from "node:test"
import { rgPath } from "@vscode/ripgrep"
import { diskWorkspace } from "../../src/workspace/diskWorkspace.ts"
import { diskFileSystem, type GateFileSystem } from "../../src/workspace/gateFileSystem.ts"
import type { Workspace } from "../../src/workspace/workspace.ts"
import { temporaryFolder } from "../support/temporaryFolder.ts"

/** The text, or the kind of the refusal. */
async function read(workspace: Workspace, name: string): Promise<string> {
  const slice = await workspace.readFile(name, {}, new AbortController().signal)
  return slice.ok ? slice.text : slice.kind
}

type Moments = { readonly beforeOpen?: () => Promise<void>; readonly beforeLstat?: () => Promise<void> }

/** The real file system with something happening at certain moments. */
function interrupted(moments: Moments & { readonly afterOpen?: () => Promise<void> }): GateFileSystem {
  return {
    ...diskFileSystem,
    async open(file) {
      await moments.beforeOpen?.()
      try {
        return await diskFileSystem.open(file)
      } finally {
        await moments.afterOpen?.()
      }
    },
    async lstat(file) {
      await moments.beforeLstat?.()
      return diskFileSystem.lstat(file)
    },
  }
}

const swapCases = [
  { what: "the file before the open", swapped: "dir/file.txt", moment: "beforeOpen" },
  { what: "its folder before the open", swapped: "dir", moment: "beforeOpen" },
  { what: "its folder before the check ends", swapped: "dir", moment: "beforeLstat" },
] as const
const platforms = [
  { where: "Linux", fileSystem: {} },
  { where: "where handles don't know their path", fileSystem: { pathOfHandle: async () => undefined } },
] as const

for (const { what, swapped, moment } of swapCases)
  for (const { where, fileSystem } of platforms)
    for (const back of [false, true])
      test(`SEC-026, read: ${what} swapped for a link${back ? " and back" : ""}, ${where}`, async t => {
        const parent = await temporaryFolder(t, { "app/dir/file.txt": "inside", "out/file.txt": "CANARY" })
        const [here, aside] = [path.join(parent, "app", swapped), path.join(parent, "aside")]
        const target = path.join(parent, "out", swapped === "dir" ? "." : "file.txt")
        let isSwapped = false
        let swaps = 0
        async function swap() {
          if (isSwapped) return
          await rename(here, aside)
          await symlink(target, here)
          isSwapped = true
          swaps++
        }
        async function restore() {
          if (!isSwapped) return
          await rm(here)
          await rename(aside, here)
          isSwapped = false
        }
        const moments = { [moment]: swap, ...(back ? { afterOpen: restore } : {}) }
        const workspace = diskWorkspace({
          roots: [{ name: "app", path: path.join(parent, "app") }],
          ripgrepPath: rgPath,
          fileSystem: { ...interrupted(moments), ...fileSystem },
        })
        const answers = new Set<string>()
        for (let turn = 0; turn < 100; turn++) {
          answers.add(await read(workspace, "dir/file.txt"))
          await restore()
        }
        assert.ok(swaps >= 100)
        const refusals = [...answers].every(answer => answer === "outside" || answer === "unreadable")
        assert.ok(refusals, [...answers].join())
      })

test("a file that an editor replaces just then is read in its new form", async t => {
  const folder = await temporaryFolder(t, { "a.ts": "old" })
  let saves = 0
  const save = async () => {
    if (saves++ > 0) return
    await writeFile(path.join(folder, "a.ts.tmp"), "new")
    await rename(path.join(folder, "a.ts.tmp"), path.join(folder, "a.ts"))
  }
  const fileSystem = interrupted({ beforeOpen: save })
  const workspace = diskWorkspace({ roots: [{ name: "app", path: folder }], ripgrepPath: rgPath, fileSystem })
  assert.equal(await read(workspace, "a.ts"), "new")
})

test("a file that is replaced at every try is refused in the end", async t => {
  const folder = await temporaryFolder(t, { "a.ts": "old" })
  const replace = async () => {
    await writeFile(path.join(folder, "a.ts.tmp"), "new")
    await rename(path.join(folder, "a.ts.tmp"), path.join(folder, "a.ts"))
  }
  const fileSystem = interrupted({ beforeOpen: replace })
  const workspace = diskWorkspace({ roots: [{ name: "app", path: folder }], ripgrepPath: rgPath, fileSystem })
  assert.equal(await read(workspace, "a.ts"), "unreadable")
})
