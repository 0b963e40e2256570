// The golden vectors as files: finds them in a folder and gives each the types that the runner works with.
// The format is described in test/vectors/harmony/README.md.
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import * as v from "valibot"

const text = v.string()
const ids = v.array(v.number())
const message = v.object({
  role: v.picklist(["system", "developer", "user", "assistant", "tool"]),
  name: v.optional(text),
  recipient: v.optional(text),
  channel: v.optional(text),
  content_type: v.optional(text),
  content: v.unknown(),
})
const role = v.nullish(message.entries.role)
const expectedTurn = v.object({
  reasoning: text,
  preambles: v.array(text),
  final: v.nullable(text),
  calls: v.array(v.object({ name: text, arguments: v.nullable(v.record(text, v.unknown())) })),
  status: text,
  problems: v.array(text),
})
const step = v.object({
  token: v.union([v.number(), v.literal("EOS")]),
  delta: v.nullable(text),
  content: text,
  role: v.nullable(text),
  channel: v.nullable(text),
  recipient: v.nullable(text),
  content_type: v.nullable(text),
  messages_done: v.number(),
})
const common = { name: text, tags: v.optional(v.array(text), []) }

const vector = v.variant("kind", [
  v.object({
    ...common,
    kind: v.literal("render"),
    options: v.object({
      mode: v.picklist(["completion", "conversation", "training"]),
      next_role: v.optional(message.entries.role),
      auto_drop_analysis: v.optional(v.boolean(), false),
      header_style: v.optional(v.picklist(["library", "channel-first"]), "library"),
      history_rule: v.optional(v.literal("before-last-final")),
    }),
    conversation: v.object({ messages: v.array(message) }),
    expected_text: v.optional(text),
    expected_tokens: v.optional(ids),
    expected_error: v.optional(text),
  }),
  v.object({
    ...common,
    kind: v.literal("parse"),
    options: v.object({ strict: v.boolean(), role }),
    tokens: ids,
    expected_messages: v.optional(v.array(message)),
    expected_error: v.optional(text),
  }),
  v.object({
    ...common,
    kind: v.literal("stream"),
    options: v.object({ strict: v.boolean(), role }),
    tokens: v.array(v.union([v.number(), v.literal("EOS")])),
    steps: v.array(step),
    expected_messages: v.array(message),
  }),
  v.object({
    ...common,
    kind: v.literal("encode"),
    options: v.object({ allowed_special: v.picklist(["all", "none"]) }),
    text,
    expected_tokens: ids,
  }),
  v.object({
    ...common,
    kind: v.literal("recovery"),
    options: v.object({
      role: v.nullish(v.literal("assistant")),
      tools: v.array(text),
      builtins: v.nullish(v.array(text), []),
      finish: v.nullish(text, "stop"),
    }),
    tokens: ids,
    expected: expectedTurn,
  }),
  v.object({
    ...common,
    kind: v.literal("leak"),
    options: v.object({ tools: v.array(text), builtins: v.nullish(v.array(text), []) }),
    text,
    expected: expectedTurn,
  }),
])
const vectorFile = v.object({ kind: text, vectors: v.array(vector) })

export type VectorMessage = v.InferOutput<typeof message>
export type ExpectedTurn = v.InferOutput<typeof expectedTurn>
export type Vector = v.InferOutput<typeof vector>
export type VectorOf<Kind extends Vector["kind"]> = Extract<Vector, { readonly kind: Kind }>

/** All vectors of a folder's `*.json` files, by file name. Rejects with one sentence if it has none of ours. */
export async function readVectors(folder: string): Promise<readonly Vector[]> {
  const files = (await readdir(folder).catch(() => fail(`${folder} isn't a folder that can be read`)))
    .filter(name => name.endsWith(".json"))
    .sort()
  if (files.length === 0) fail(`${folder} has no .json files`)
  const vectors = await Promise.all(files.map(name => readVectorFile(path.join(folder, name))))
  return vectors.flat()
}

async function readVectorFile(file: string): Promise<readonly Vector[]> {
  const parsed = v.safeParse(vectorFile, parseJson(await readFile(file, "utf8")))
  if (parsed.success) return parsed.output.vectors
  const [issue] = parsed.issues
  return fail(`${file} isn't a file of vectors (${v.getDotPath(issue) ?? "root"}: ${issue.message})`)
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}

function fail(reason: string): never {
  throw new Error(`${reason}.`)
}
