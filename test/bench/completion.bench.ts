// What a keystroke costs, on three recorded ways of typing with the real runtime and the demo model: tokens by the
// model's own count, requests, reuse, and our own code's time. A patient typist waits for each answer; a hasty one
// types on after 40 ms.
import { readFileSync } from "node:fs"
import { setTimeout as after } from "node:timers/promises"
import { type CompletionState, completionState } from "../../src/completion/completionState.ts"
import { prepareAhead } from "../../src/completion/prepareAhead.ts"
import { type SuggestParts, suggest } from "../../src/completion/suggest.ts"
import type { NoSuggestion, Suggestion, SuggestRequest } from "../../src/completion/suggestion.ts"
import type { OpenDocument } from "../../src/context/relatedPassages.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import { localModel } from "../../src/model/local/localModel.ts"
import { onMains } from "../../src/model/local/power/powerPolicy.ts"
import { demoModelPath, startRuntime } from "../support/runtimeTest.ts"
import { type Keystroke, keystrokesOf } from "../support/typingTrace.ts"
import type { BenchRow } from "./benchRow.ts"
import { benchRows, median, percentile } from "./benchRows.ts"

const row = benchRows("completion")

const traces = [
  { name: "TypeScript", file: "cart.ts", languageId: "typescript" },
  { name: "Python", file: "report.py", languageId: "python" },
  { name: "Markdown", file: "guide.md", languageId: "markdown" },
] as const

type Trace = (typeof traces)[number]
type Outcome = Suggestion | NoSuggestion

const never = new AbortController().signal
const hastyMs = 40

export async function completionBench(): Promise<BenchRow[]> {
  const runtime = startRuntime()
  const model = localModel({
    runtime,
    modelPath: demoModelPath,
    label: "Demo model",
    contextSize: 4096,
    threads: 1,
    gpu: false,
    temperature: 0,
  })
  try {
    const rows: BenchRow[] = []
    const before: number[] = []
    const afterwards: number[] = []
    let stale = 0
    for (const trace of traces) {
      const clocked = clock(model)
      const patient = await typePatiently(trace, clocked.model)
      before.push(...clocked.before(patient.times))
      afterwards.push(...clocked.after(patient.times))
      const hasty = await typeHastily(trace, model)
      stale += hasty.stale
      rows.push(...rowsOf(trace.name, patient), ...hastyRows(trace.name, hasty))
    }
    const shown = await typeWhatIsShown(model)
    return [
      ...rows,
      row("typing what is shown: answered without the model", shown * 100, "%", { atLeast: 100 }),
      row("stale suggestions", stale, "", 0),
      timeRow("own time, keystroke to request, p95", before),
      timeRow("own time, last token to ghost text, p95", afterwards),
    ]
  } finally {
    await runtime.stop()
  }
}

type Patient = {
  readonly outcomes: readonly (readonly [Keystroke, Outcome])[]
  readonly times: readonly (readonly [from: number, to: number])[]
}

/** Every keystroke gets its answer before the next one. */
async function typePatiently(trace: Trace, model: LanguageModel): Promise<Patient> {
  const parts = partsFor(trace, model, withoutPause())
  const outcomes: (readonly [Keystroke, Outcome])[] = []
  const times: (readonly [number, number])[] = []
  for (const key of keysOf(trace)) {
    const request = requestFor(trace, key)
    // At another place the user rests first, so the prompt is read ahead.
    if (key.kind === "jump") await prepareAhead(request, parts, never)
    const from = performance.now()
    outcomes.push([key, await suggest(request, parts, never)])
    times.push([from, performance.now()])
  }
  return { outcomes, times }
}

type Hasty = {
  readonly keys: number
  readonly requests: number
  readonly reused: number
  readonly stale: number
}

async function typeHastily(trace: Trace, model: LanguageModel): Promise<Hasty> {
  let requests = 0
  const counted: LanguageModel = {
    ...model,
    continueText(request, signal) {
      requests++
      return model.continueText?.(request, signal) ?? nothing()
    },
  }
  const parts = partsFor(trace, counted, completionState())
  let cancel = new AbortController()
  let [stale, reused] = [0, 0]
  const open: Promise<void>[] = []
  const keys = keysOf(trace)
  for (const key of keys) {
    cancel.abort()
    cancel = new AbortController()
    const { signal } = cancel
    open.push(
      suggest(requestFor(trace, key), parts, signal).then(outcome => {
        if (outcome.type === "none") return
        if (signal.aborted) stale++
        if (outcome.source !== "model") reused++
      }),
    )
    await after(hastyMs)
  }
  await Promise.all(open)
  parts.state.flight.end()
  return { keys: keys.length, requests, reused, stale }
}

/** The share of keystrokes that need no model when the user types every suggestion to its end. */
async function typeWhatIsShown(model: LanguageModel): Promise<number> {
  const [trace] = traces
  const parts = partsFor(trace, model, withoutPause())
  let [typed, free, suggestions] = [0, 0, 0]
  for (const key of keysOf(trace)) {
    if (suggestions === 25) break
    const request = requestFor(trace, key)
    const shown = await suggest(request, parts, never)
    if (shown.type === "none" || shown.source !== "model") continue
    suggestions++
    for (let end = 1; end < shown.text.length; end++) {
      const next = await suggest(
        { ...request, before: request.before + shown.text.slice(0, end) },
        parts,
        never,
      )
      typed++
      if (next.type === "suggestion" && next.source === "typedThrough") free++
    }
  }
  return free / typed
}

function rowsOf(name: string, { outcomes }: Patient): BenchRow[] {
  const asked = outcomes.flatMap(([key, { prompt }]) => (prompt === undefined ? [] : [{ key, prompt }]))
  const share = (kinds: readonly Keystroke["kind"][]) => {
    const chosen = asked.filter(({ key }) => kinds.includes(key.kind))
    const sum = (of: (prompt: (typeof chosen)[number]["prompt"]) => number) =>
      chosen.reduce((total, { prompt }) => total + of(prompt), 0)
    return { evaluated: sum(({ tokens, reused }) => tokens - reused), tokens: sum(({ tokens }) => tokens) }
  }
  const typing = share(["forward", "back"])
  const jumps = share(["jump"])
  const ratio = (100 * typing.evaluated) / typing.tokens
  const shown = outcomes.filter(([, { type }]) => type === "suggestion").length
  const sources = outcomes.filter(
    ([, outcome]) => outcome.type === "suggestion" && outcome.source !== "model",
  )
  return [
    row(`${name}: typing: evaluated ÷ prompt`, ratio, "%", 1),
    row(`${name}: prompt, median`, median(asked.map(({ prompt }) => prompt.tokens)), "tokens"),
    row(`${name}: after a jump and a rest: evaluated`, jumps.evaluated, "tokens"),
    row(`${name}: keystrokes that ask the model`, (100 * asked.length) / outcomes.length, "%"),
    row(`${name}: suggestions that needed no model`, (100 * sources.length) / Math.max(1, shown), "%"),
  ]
}

function hastyRows(name: string, { keys, requests, reused }: Hasty): BenchRow[] {
  return [
    row(`${name}, a key every ${hastyMs} ms: requests`, (100 * requests) / keys, "per 100 keys"),
    row(`${name}, a key every ${hastyMs} ms: shown without a request`, (100 * reused) / keys, "per 100 keys"),
  ]
}

/** Wraps a model to know when it was asked and when its last text came. */
function clock(model: LanguageModel) {
  const asked: number[] = []
  const last: number[] = []
  const clocked: LanguageModel = {
    ...model,
    async *continueText(request, signal) {
      if (request.maxTokens > 0) asked.push(performance.now())
      for await (const event of model.continueText?.(request, signal) ?? nothing()) {
        if (event.type === "text") last.push(performance.now())
        yield event
      }
    },
  }
  const spans = (
    times: Patient["times"],
    marks: readonly number[],
    of: (from: number, to: number, marks: readonly number[]) => number,
  ) =>
    times.flatMap(([from, to]) => {
      const within = marks.filter(mark => mark >= from && mark <= to)
      return within.length === 0 ? [] : [of(from, to, within)]
    })
  return {
    model: clocked,
    before: (times: Patient["times"]) => spans(times, asked, (from, _to, [first = from]) => first - from),
    after: (times: Patient["times"]) => spans(times, last, (_from, to, marks) => to - (marks.at(-1) ?? to)),
  }
}

async function* nothing(): AsyncGenerator<never> {}

function partsFor({ file }: Trace, model: LanguageModel, state: CompletionState): SuggestParts {
  const others = traces.filter(other => other.file !== file)
  const documents: readonly OpenDocument[] = [
    ...others.map(other => documentOf(other.file, other.languageId, textOf(other))),
    documentOf(`old/${file}`, "plaintext", traceText(file).replace(/[⟦⟧⌫]/g, "").slice(0, 2500)),
  ]
  return {
    model: () => model,
    options: () => ({
      enabled: true,
      trigger: "automatic",
      disabledLanguages: [],
      hosted: "off",
      snoozedUntil: 0,
      power: onMains,
    }),
    sources: { documents: () => documents, edits: () => [] },
    state,
    onLoading: () => {},
    now: Date.now,
  }
}

/** The wait before a request is no cost of ours, and a patient typist has none. */
function withoutPause(): CompletionState {
  const pause = { over: async () => true, observe: () => {} }
  return { ...completionState({ budget: { tokensPerSecond: 10_000 } }), pause }
}

function documentOf(path: string, languageId: string, text: string): OpenDocument {
  return { path, fullPaths: [`/shop/${path}`], languageId, text }
}

function requestFor({ file, languageId }: Trace, { before, after: rest }: Keystroke): SuggestRequest {
  return {
    path: file,
    fullPaths: [`/shop/${file}`],
    languageId,
    document: "editable",
    before,
    firstLine: 0,
    after: rest,
    cursors: 1,
    hasSelection: false,
    trigger: "automatic",
  }
}

function traceText(file: string): string {
  return readFileSync(new URL(`traces/${file}.txt`, import.meta.url), "utf8")
}

function textOf({ file }: Trace): string {
  return traceText(file).replace(/[⟦⟧⌫]/g, "")
}

function keysOf({ file }: Trace): readonly Keystroke[] {
  return keystrokesOf(traceText(file))
}

function timeRow(metric: string, times: readonly number[]): BenchRow {
  return row(metric, percentile(times, 95), "ms", 10)
}
