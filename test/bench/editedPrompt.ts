// The editor's workload, on any server of tokens: one document as the prompt, asked again after each of a few edits.
// What counts is how many tokens are evaluated for it, and how long the first token takes.

export type Evaluated = {
  readonly edit: string
  /** Tokens that were evaluated, of all `promptTokens`. */
  readonly evaluated: number
  readonly promptTokens: number
  /** To the first token. */
  readonly firstTokenMs: number
}

/** Answers with one token. */
export type AskOneToken = (
  tokens: readonly number[],
) => Promise<{ readonly evaluated: number; readonly firstTokenMs: number }>

/** Token ids of plain text in any vocabulary of some thousands. */
export async function editedPrompt(ask: AskOneToken, promptTokens: number): Promise<readonly Evaluated[]> {
  const document = Array.from({ length: promptTokens }, (_, index) => 300 + ((index * 7919) % 2000))
  const typed = [...document, ...Array.from({ length: 10 }, (_, index) => 400 + index)]
  const insertedAt = (part: number) => {
    const at = Math.floor(promptTokens * part)
    return [...typed.slice(0, at), 901, 902, 903, 904, 905, ...typed.slice(at)]
  }
  const steps: readonly (readonly [edit: string, tokens: readonly number[]])[] = [
    ["cold", document],
    ["10 tokens more", typed],
    ["5 tokens at 90 %", insertedAt(0.9)],
    ["5 tokens at 40 %", insertedAt(0.4)],
    ["the same again", insertedAt(0.4)],
  ]
  const results: Evaluated[] = []
  for (const [edit, tokens] of steps)
    results.push({ edit, promptTokens: tokens.length, ...(await ask(tokens)) })
  return results
}
