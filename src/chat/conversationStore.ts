// Where conversations live on disk: one append-only log each, and a small index that is replaced atomically.
// Whatever happens to the process, every file stays readable; at most the last moments of text are lost.
import { randomUUID } from "node:crypto"
import { appendFile, mkdir, open, readdir, readFile } from "node:fs/promises"
import path from "node:path"
import * as v from "valibot"
import writeFileAtomic from "write-file-atomic"
import { type LogEntry, parseLogEntry } from "./logEntry.ts"

export type StoredConversation = {
  readonly id: string
  /** `YYYY-MM-DD`, fixed when it began. */
  readonly date: string
  readonly entries: readonly LogEntry[]
  readonly log: ConversationLog
}

export type ConversationLog = {
  /** Queued; written in order. Failures go to `onError` once and don't stop the chat. */
  append(entries: readonly LogEntry[]): void
  /** Resolves when everything appended so far is on disk. */
  flushed(): Promise<void>
}

export type ConversationStore = {
  /** The conversation shown last, or a fresh one. Writes nothing. */
  current(): Promise<StoredConversation>
  /** A fresh conversation, current from now on. Its file is made with its first entry. */
  create(): Promise<StoredConversation>
}

type StoreOptions = {
  /** Made when needed. */
  readonly folder: string
  /** `YYYY-MM-DD` */
  readonly today: () => string
  readonly onError: (error: unknown) => void
}

const index = v.object({ version: v.literal(1), current: v.pipe(v.string(), v.uuid()) })

export function conversationStore({ folder, today, onError }: StoreOptions): ConversationStore {
  const indexFile = path.join(folder, "index.json")
  const fileOf = (id: string) => path.join(folder, `${id}.jsonl`)

  async function load(id: string): Promise<StoredConversation | undefined> {
    const text = await readFile(fileOf(id), "utf8").catch(() => undefined)
    const entries = (text ?? "")
      .split("\n")
      .map(parseLogEntry)
      .filter(entry => entry !== undefined)
    const head = entries.find(entry => entry.kind === "conversation")
    if (head === undefined) return undefined
    return { id, date: head.date, entries, log: conversationLog(fileOf(id), [], onError) }
  }

  function blank(id: string): StoredConversation {
    const head: LogEntry = { kind: "conversation", version: 1, id, date: today() }
    return { id, date: head.date, entries: [], log: conversationLog(fileOf(id), [head], onError) }
  }

  async function create(): Promise<StoredConversation> {
    const id = randomUUID()
    try {
      await mkdir(folder, { recursive: true })
      await writeFileAtomic(indexFile, JSON.stringify({ version: 1, current: id }))
    } catch (error) {
      onError(error)
    }
    return blank(id)
  }

  async function current(): Promise<StoredConversation> {
    const named = await readIndex(indexFile)
    if (named !== undefined) return (await load(named)) ?? blank(named)
    return (await newest()) ?? blank(randomUUID())
  }

  /** When the index is lost or names a file that is gone: the log that was begun last. */
  async function newest(): Promise<StoredConversation | undefined> {
    const names = await readdir(folder).catch(() => [])
    const logs = names
      .filter(name => name.endsWith(".jsonl"))
      .map(name => load(name.slice(0, -".jsonl".length)))
    const loaded = (await Promise.all(logs)).filter(conversation => conversation !== undefined)
    return loaded.toSorted((a, b) => lastChange(b) - lastChange(a))[0]
  }

  return { current, create }
}

async function readIndex(file: string): Promise<string | undefined> {
  try {
    const parsed = v.safeParse(index, JSON.parse(await readFile(file, "utf8")))
    return parsed.success ? parsed.output.current : undefined
  } catch {
    return undefined
  }
}

function lastChange({ entries }: StoredConversation): number {
  const turns = entries.map(entry =>
    entry.kind === "change" && entry.change.type === "turnAdded" ? entry.change.turn.at : 0,
  )
  return Math.max(0, ...turns)
}

/** `head` goes before the first entry: a conversation in which nothing was said leaves no file. */
function conversationLog(
  file: string,
  head: readonly LogEntry[],
  onError: (error: unknown) => void,
): ConversationLog {
  let queue: LogEntry[] = [...head]
  let writing: Promise<void> = Promise.resolve()
  let failed = false
  let mended = false

  async function write(): Promise<void> {
    const entries = queue
    queue = []
    if (entries.length === 0) return
    const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join("")
    try {
      if (!mended) await mkdir(path.dirname(file), { recursive: true })
      const start = mended || !(await endsInMidLine(file)) ? "" : "\n"
      mended = true
      await appendFile(file, start + lines, { mode: 0o600 })
      failed = false
    } catch (error) {
      if (!failed) onError(error)
      failed = true
    }
  }

  return {
    append(entries) {
      queue.push(...entries)
      writing = writing.then(write)
    },
    flushed: () => writing,
  }
}

/** A process that died while writing leaves half a line; the next entry must not be glued to it. */
async function endsInMidLine(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch(() => undefined)
  if (handle === undefined) return false
  try {
    const { size } = await handle.stat()
    if (size === 0) return false
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] !== 10
  } finally {
    await handle.close()
  }
}
