// Fragments of tool calls → whole calls, in all the ways servers cut them: with and without index or id, name in
// pieces or repeated, arguments as text or as an object. Knows no stream and runs nothing.
import type { ToolCall } from "../../harmony/message.ts"
import { repairArguments } from "../../harmony/repairArguments.ts"
import { toolName } from "../../harmony/toolName.ts"

export type ToolCallFragments = {
  /** One entry of `delta.tool_calls`; `position` and `count` are its place among those of the same chunk. */
  add(fragment: unknown, position: number, count: number): void
  readonly isEmpty: boolean
  /** Characters gathered so far. */
  readonly size: number
  /** All calls in the order in which they began. `isCut`: the output limit was reached in the last one. */
  calls(isCut: boolean): readonly ToolCall[]
}

type OpenCall = { readonly index: number | undefined; id: string; name: string; text: string }

/** More calls than this in one turn are noise; they are dropped. */
const maxCalls = 64

/** `newId` makes ids that are unique in a conversation; those of servers start again at 0 with every turn. */
export function toolCallFragments(offered: readonly string[], newId: () => string): ToolCallFragments {
  const open: OpenCall[] = []
  return {
    add(fragment, position, count) {
      const { index, id, name, text } = readFragment(fragment)
      const call = continued(open, { index, id, name, position, count }) ?? begin(index, id)
      if (call === undefined) return
      if (call.id === "") call.id = id
      call.name = joinedName(call.name, name, offered)
      call.text += text
    },
    get isEmpty() {
      return open.length === 0
    },
    get size() {
      return open.reduce((sum, call) => sum + call.name.length + call.text.length, 0)
    },
    calls: isCut => open.map((call, at) => toolCall(call, isCut && at === open.length - 1)),
  }

  function begin(index: number | undefined, id: string): OpenCall | undefined {
    if (open.length >= maxCalls) return undefined
    const call = { index, id, name: "", text: "" }
    open.push(call)
    return call
  }

  function toolCall({ name: written, text }: OpenCall, isCut: boolean): ToolCall {
    const { name, kind, polluted } = toolName(written, { tools: offered, builtins: [] })
    const { value, repaired } = repairArguments(text)
    const problems = [
      ...(polluted ? ["name_polluted"] : []),
      ...(kind === "unknown" ? ["unknown_tool"] : []),
      ...(value === null ? [isCut ? "unterminated_call" : "bad_arguments"] : []),
      // A tool without arguments is called with none at all by some servers: no fault of the model's.
      ...(repaired && text.trim() !== "" ? ["repaired_arguments"] : []),
    ]
    return { id: newId(), name, arguments: value, rawArguments: text, problems }
  }
}

type Fragment = {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  readonly text: string
}

function readFragment(fragment: unknown): Fragment {
  const outer = typeof fragment === "object" && fragment !== null ? fragment : {}
  const inner =
    "function" in outer && typeof outer.function === "object" && outer.function !== null
      ? outer.function
      : outer
  const args = "arguments" in inner ? inner.arguments : undefined
  return {
    index: "index" in outer && typeof outer.index === "number" ? outer.index : undefined,
    id: "id" in outer && typeof outer.id === "string" ? outer.id : "",
    name: "name" in inner && typeof inner.name === "string" ? inner.name : "",
    text:
      typeof args === "string" ? args : typeof args === "object" && args !== null ? JSON.stringify(args) : "",
  }
}

type Place = {
  readonly index: number | undefined
  readonly id: string
  readonly name: string
  readonly position: number
  readonly count: number
}

/** The call that a fragment goes on with; undefined: it begins a new one. */
function continued(
  open: readonly OpenCall[],
  { index, id, name, position, count }: Place,
): OpenCall | undefined {
  if (index !== undefined) {
    const same = open.findLast(call => call.index === index)
    // Some servers count every call of a turn as number 0: a new name under a new id is a new call.
    const isOther = same !== undefined && id !== "" && same.id !== "" && same.id !== id && name !== ""
    return isOther ? undefined : same
  }
  if (id !== "") return open.find(call => call.id === id)
  const last = open.at(-1)
  if (last === undefined || name === "") return last
  const beginsAgain = isWhole(last.text) || (last.name !== name && last.text !== "")
  return beginsAgain || (count > 1 && position > 0) ? undefined : last
}

function joinedName(name: string, more: string, offered: readonly string[]): string {
  if (more === "" || more === name) return name
  if (more.startsWith(name) && offered.includes(more)) return more
  return offered.includes(name) ? name : name + more
}

/** Nothing at all isn't whole yet: the arguments may still follow. */
function isWhole(text: string): boolean {
  return text.trim() !== "" && repairArguments(text).value !== null
}
