// Conversations the page tests draw: every state that exists, once.
import type { HostToView } from "../../src/protocol/chatProtocol.ts"
import type { ChatState, ModelState, Step, Turn } from "../../src/protocol/chatState.ts"
import type { FoundServer } from "../../src/protocol/modelOffer.ts"

export const localModel: ModelState = { label: "gpt-oss-20b", place: "on this computer", kind: "local" }
export const hostedModel: ModelState = { label: "gpt-oss-120b", place: "openrouter.ai", kind: "hosted" }
export const demoModel: ModelState = { label: "Demo model", place: "on this computer", kind: "demo" }
export const noModel: ModelState = {
  label: "No model",
  place: "",
  kind: "none",
  fit: { verdict: "fits", sentence: "Fits: 24 GB memory, 13–20 tokens/s expected, 16k context." },
}
const tooSmall: ModelState = {
  ...noModel,
  fit: {
    verdict: "noMemory",
    sentence: "Needs about 14 GB of memory; 8 GB are here. An endpoint is the better choice.",
  },
}

export const foundServers: readonly FoundServer[] = [
  { id: "ollama", name: "Ollama", place: "localhost:11434", models: ["gpt-oss:20b", "gpt-oss:120b"] },
  {
    id: "lmStudio",
    name: "LM Studio",
    place: "localhost:1234",
    models: [],
    reason: "runs, but has no gpt-oss model",
  },
]

const question = "Why is the total sometimes one cent too high?"
/** A clock far enough back that live rows show seconds. */
const secondsAgo = (seconds: number) => Date.now() - seconds * 1000

export function turn(parts: Partial<Turn>): Turn {
  return { id: "t1", text: question, at: 0, status: "done", steps: [], ...parts }
}

export function chat(turns: readonly Turn[], conversationId = "c1"): ChatState {
  return { conversationId, turns }
}

export function stateOf(turns: readonly Turn[], model = hostedModel, conversationId = "c1"): HostToView {
  return { type: "state", state: chat(turns, conversationId), model, showReasoning: false }
}

export function textStep(text: string, id = "text"): Step {
  return { type: "text", id, text }
}

export const thought: Step = {
  type: "reasoning",
  id: "r1",
  text: "The user sees totals that are one cent too high. lineTotal rounds each line to cents. cartTotal then rounds the sum of rounded lines again.\n\nWith 3 × 0.335 each line becomes 0.34, so the sum is 1.02.",
  tokens: 212,
  startedAt: 0,
  ms: 4200,
}

type ToolStep = Extract<Step, { type: "tool" }>

export function toolStep(parts: Partial<ToolStep>): ToolStep {
  return {
    type: "tool",
    id: "tool",
    tool: "read_file",
    icon: "file",
    doing: "Reading",
    did: "Read",
    object: "cart.ts",
    status: "done",
    startedAt: 0,
    ms: 120,
    arguments: [{ name: "path", value: "src/cart.ts" }],
    result: "export const cart = []",
    ...parts,
  }
}

const tools: readonly Step[] = [
  toolStep({ id: "a" }),
  toolStep({
    id: "b",
    tool: "search_text",
    icon: "search",
    doing: "Searching",
    did: "Searched",
    object: "lineTotal",
    ms: 210,
    summary: "4 matches",
    extent: "all of 4 matches",
    arguments: [
      { name: "query", value: "lineTotal" },
      { name: "glob", value: "src/**/*.ts" },
    ],
    result:
      "cart.ts:21    sum += lineTotal(l)\npricing.ts:9  function lineTotal(\npricing.ts:30 roundToCents(lines)\ntax.ts:44     lineTotal(l) * rate",
  }),
  toolStep({ id: "c", object: "test/cart.spec.ts", status: "failed", summary: "Not found" }),
  toolStep({ id: "d", object: "test/pricing.test.ts", range: "1–64" }),
]

export const answer = [
  "The total is rounded **twice**: once per line in `lineTotal` and again in `cartTotal`. Lines that end in half a cent each add a little.",
  "| Rounded | 3 × 0.335 | Total |\n|---|--:|--:|\n| each line | 3 × 0.34 | 1.02 |\n| at the end | 1.005 | 1.01 |",
  "Round once, on the exact sum:",
  "```ts pricing.ts\nexport function cartTotal(lines: Line[]): number {\n  const exact = lines.reduce(\n    (sum, line) => sum + line.price * line.count, 0);\n  return roundToCents(exact);   // once, at the end\n}\n```",
  "Nothing else calls `lineTotal` for a sum, so this is the only place to change.",
].join("\n\n")

const everything = [
  "# A heading",
  "Text with *emphasis*, ~~deleted~~ words, a [link](https://good.test/docs), [another](file:///etc/passwd) and ![a picture](https://evil.test/p.png).",
  "> A quote that says something at length, so that it wraps.",
  "1. first\n2. second\n   - inner\n   - more",
  "- [x] done\n- [ ] to do",
  "---",
  "#### Small heading",
  `\`\`\`python\n${Array.from({ length: 30 }, (_, line) => `print("line ${line}", ${line})  # ${line}`).join("\n")}\n\`\`\``,
  "שלום עולם, זה טקסט בעברית.",
  '\n- in a list:\n\n  ```json\n  { "a": [1, true, null] }\n  ```',
].join("\n\n")

const meta = {
  model: "gpt-oss-120b",
  tokensPerSecond: 41,
  firstTokenMs: 620,
  tokens: 1204,
  reused: 0.96,
  cost: 0.0003,
}

const approval = {
  title: "Read .env?",
  sentence: "Files like this one often hold passwords or keys. Its text becomes part of the conversation.",
  facts: [
    { label: "File", value: "/home/ana/code/sample-shop/config/.env" },
    { label: "Tool", value: "read_file" },
    { label: "Goes to", value: "gpt-oss-120b at openrouter.ai" },
  ],
  allowLabel: "Read it once",
  refuseLabel: "Don’t read",
  icon: "shield",
} as const

/** States that a second message makes of "noModel". */
export const searches: Readonly<Record<string, HostToView>> = {
  looking: { type: "servers", search: { looking: true } },
  found: { type: "servers", search: { looking: false, found: foundServers } },
  lookingAgain: { type: "servers", search: { looking: true } },
  nothingFound: { type: "servers", search: { looking: false, found: [] } },
}

/** Each state by name; the message that puts the page into it. */
export const states: Readonly<Record<string, HostToView>> = {
  empty: stateOf([], localModel),
  emptyDemo: stateOf([], demoModel),
  noModel: stateOf([], noModel),
  noModelTooSmall: stateOf([], tooSmall),
  noModelLater: stateOf([turn({ steps: [textStep("It is rounded twice.")] })], noModel),
  loading: stateOf(
    [
      turn({
        status: "running",
        waiting: { stage: "loading", label: "gpt-oss-20b", startedAt: secondsAgo(6), fraction: 0.66 },
      }),
    ],
    localModel,
  ),
  reading: stateOf([turn({ status: "running", waiting: { stage: "reading", done: 9100, total: 11900 } })]),
  thinking: stateOf([
    turn({
      status: "running",
      steps: [{ type: "reasoning", id: "live", text: thought.text, tokens: 118, startedAt: secondsAgo(4) }],
    }),
  ]),
  tools: stateOf([
    turn({
      status: "running",
      steps: [
        thought,
        { type: "preamble", id: "p", text: "I’ll look at how the lines are summed, then at the tests." },
        ...tools,
        toolStep({ id: "e", object: "src/tax.ts", status: "running", startedAt: secondsAgo(3) }),
      ],
    }),
  ]),
  streaming: stateOf([
    turn({
      status: "running",
      steps: [thought, ...tools, textStep(answer.slice(0, answer.indexOf("  return")))],
    }),
  ]),
  streamingText: stateOf([turn({ status: "running", steps: [thought, textStep(answer.slice(0, 150))] })]),
  done: stateOf([
    turn({
      steps: [
        thought,
        toolStep({ id: "a" }),
        toolStep({ id: "d", object: "pricing.ts", range: "1–64" }),
        textStep(answer),
      ],
      meta,
    }),
  ]),
  markdown: stateOf([turn({ steps: [textStep(everything)], meta: { model: "gpt-oss-20b", tokens: 300 } })]),
  stopped: stateOf([
    turn({
      status: "stopped",
      steps: [thought, textStep("The total is rounded")],
      meta: { model: "gpt-oss-20b", tokens: 112 },
    }),
  ]),
  asks: stateOf([
    turn({
      status: "running",
      text: "Which database do we use?",
      steps: [
        thought,
        toolStep({ id: "a" }),
        toolStep({
          id: "ask",
          object: ".env",
          status: "waiting",
          arguments: [{ name: "path", value: "config/.env" }],
          approval,
        }),
      ],
    }),
  ]),
  refused: stateOf([
    turn({
      steps: [
        toolStep({ id: "n", object: "~/notes/prices.csv", status: "refused" }),
        textStep("I could not read it."),
      ],
    }),
  ]),
  error: stateOf([
    turn({
      id: "t0",
      status: "interrupted",
      steps: [thought, textStep("The total is rounded **twice**: once per line in `lineTotal` and again in")],
      notice: {
        kind: "info",
        title: "Interrupted after 38 tokens",
        sentence: "The model process ended. It starts again with your next message.",
        actions: [
          { label: "Continue", does: "continue" },
          { label: "Retry", does: "retry" },
        ],
      },
    }),
    turn({
      text: "And does tax.ts have the same problem?",
      status: "failed",
      notice: {
        kind: "error",
        title: "openrouter.ai refused the key",
        sentence: "Nothing was lost. Enter a valid key and Osprey sends your message again.",
        said: '401 {"error":{"message":"No auth credentials found","code":401}}',
        actions: [
          { label: "Enter key…", does: "enterKey" },
          { label: "Other model…", does: "chooseModel" },
        ],
      },
    }),
  ]),
  interrupted: stateOf([
    turn({
      status: "interrupted",
      steps: [textStep("The total is")],
      notice: {
        kind: "info",
        title: "Interrupted",
        sentence: "The window was closed or reloaded. What arrived is kept.",
        actions: [
          { label: "Continue", does: "continue" },
          { label: "Retry", does: "retry" },
        ],
      },
    }),
  ]),
  paused: stateOf([
    turn({
      status: "paused",
      steps: [toolStep({ id: "a" })],
      notice: {
        kind: "info",
        title: "Paused after 25 tool calls",
        sentence: "This is the limit for one turn.",
        actions: [{ label: "Continue", does: "continue" }],
      },
    }),
  ]),
}
