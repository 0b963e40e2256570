// The parameters of Harmony's own browser tools. A render vector lost them on its way (`{}` where the expected text
// shows them): the reference fills a built-in namespace in by itself, and so does whoever reads the vectors.
// Source: openai/harmony, src/chat.rs at ec7606d (Apache-2.0).
import type { JsonSchema } from "../../src/harmony/message.ts"

const number = { type: "number", default: -1 }

export const browserSchemas: Readonly<Record<string, JsonSchema>> = {
  search: {
    type: "object",
    properties: {
      query: { type: "string" },
      topn: { type: "number", default: 10 },
      source: { type: "string" },
    },
    required: ["query"],
  },
  open: {
    type: "object",
    properties: {
      id: { type: ["number", "string"], default: -1 },
      cursor: number,
      loc: number,
      num_lines: number,
      view_source: { type: "boolean", default: false },
      source: { type: "string" },
    },
  },
  find: {
    type: "object",
    properties: { pattern: { type: "string" }, cursor: number },
    required: ["pattern"],
  },
}
