// The doctor's questions to the model, as data. None holds anything of the user's; each has room for gpt-oss's
// reasoning and no more. Numbers are tokens.

/** Long enough to come in pieces. */
export const plainQuestion = {
  text: "Count from one to twelve in English words.",
  effort: "low",
  maxTokens: 300,
} as const

export const toolQuestion = {
  text: 'Call the function connection_check once, with the word "osprey". Write no other answer.',
  effort: "low",
  maxTokens: 300,
  tool: {
    name: "connection_check",
    description: "Notes that a tool call arrived. It changes nothing.",
    parameters: {
      type: "object",
      properties: { word: { type: "string", description: "The word to note." } },
      required: ["word"],
    },
  },
} as const

/** Only whether it is taken matters, so it is cut soon; what comes first is reasoning. */
export const hardQuestion = {
  text: "Which is larger, 17 times 23 or 19 times 21?",
  effort: "high",
  maxTokens: 48,
} as const

export const jsonQuestion = {
  text: 'Answer with the word "osprey" and the number of its letters.',
  effort: "low",
  maxTokens: 300,
  schema: {
    name: "word_length",
    schema: {
      type: "object",
      properties: { word: { type: "string" }, letters: { type: "integer" } },
      required: ["word", "letters"],
      additionalProperties: false,
    },
  },
} as const

export function isWordLength(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "word" in value &&
    typeof value.word === "string" &&
    "letters" in value &&
    Number.isInteger(value.letters)
  )
}
