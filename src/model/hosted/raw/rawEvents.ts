// A server-sent event stream → the JSON values in it. The bytes are watched and bounded before they come here; the
// openai package, which reads chat streams, knows no path but its own.

/** Ends at `[DONE]` or with the stream. Throws a SyntaxError for what isn't JSON, half an event at a cut included. */
export async function* rawEvents(response: Response): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ""
  for await (const bytes of response.body ?? []) {
    // A carriage return at the end may be the first half of a line break.
    const text = rest + decoder.decode(bytes, { stream: true })
    const lines = text.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ""
    for (const line of lines) {
      const data = dataOf(line)
      if (data === "[DONE]") return
      if (data !== undefined) yield JSON.parse(data)
    }
  }
  const data = dataOf(rest)
  if (data !== undefined && data !== "[DONE]") yield JSON.parse(data)
}

/** Both servers write an event as one line of JSON; comments and other fields say nothing. */
function dataOf(line: string): string | undefined {
  return line.startsWith("data:") ? line.slice("data:".length).trim() || undefined : undefined
}
