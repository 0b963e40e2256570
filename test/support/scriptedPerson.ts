// A person who answers the questions of a dialogue from a list, and remembers what was asked. An answer that the
// question doesn't take is an error of the test.
import assert from "node:assert/strict"
import { type Answer, back, type Dialogue, type PickQuestion } from "../../src/vscode/dialogue.ts"

export type PersonAnswer =
  | "Back"
  | "Escape"
  /** The row with this label, once all rows are there. */
  | { readonly row: string }
  /** The row made of this text. */
  | { readonly types: string }
  /** Into an input; when it is refused, the next answer goes into the same input. */
  | { readonly text: string }
  | { readonly button: string }
  /** Undefined: the file dialogue is left. */
  | { readonly file: string | undefined }

export type ScriptedPerson = Dialogue & {
  /** Titles of questions; "! " before what an input said against a text, "? " before a modal sentence. */
  readonly asked: readonly string[]
  /** Rows of the last menu as they were when it was answered: "label | description | detail". */
  rows(): readonly string[]
  /** Fails when an answer is left over. */
  isDone(): void
}

export function scriptedPerson(...answers: readonly PersonAnswer[]): ScriptedPerson {
  const left = [...answers]
  const asked: string[] = []
  let rowsSeen: readonly string[] = []

  function next(): PersonAnswer {
    const answer = left.shift()
    assert.ok(answer !== undefined, `No answer for: ${asked.join("; ")}`)
    return answer
  }

  return {
    asked,
    rows: () => rowsSeen,
    isDone: () => assert.deepEqual(left, []),
    async pick<T>({ title, rows: first, later, typed, canGoBack }: PickQuestion<T>): Promise<Answer<T>> {
      asked.push(title)
      const answer = next()
      let rows = first
      const ended = new AbortController()
      await later?.(shown => (rows = shown), ended.signal)
      ended.abort()
      rowsSeen = rows.map(row => [row.label, row.description, row.detail].filter(Boolean).join(" | "))
      if (answer === "Escape") return undefined
      if (answer === "Back") return canGoBack ? back : assert.fail(`${title} has no way back`)
      if ("types" in answer) return typed?.(answer.types)?.value ?? assert.fail(`${title} takes no text`)
      const label = "row" in answer ? answer.row : assert.fail(`${title} asks for a row`)
      return (
        rows.find(row => row.label === label)?.value ??
        assert.fail(`${label} is not in: ${rowsSeen.join("; ")}`)
      )
    },
    async input({ title, fault, finalFault, canGoBack }) {
      asked.push(title)
      for (;;) {
        const answer = next()
        if (answer === "Escape") return undefined
        if (answer === "Back") return canGoBack ? back : assert.fail(`${title} has no way back`)
        const text =
          typeof answer === "object" && "text" in answer
            ? answer.text
            : assert.fail(`${title} asks for a text`)
        const wrong = fault?.(text) ?? (await finalFault?.(text, new AbortController().signal))
        if (wrong === undefined) return text.trim()
        asked.push(`! ${wrong}`)
      }
    },
    async decide(sentence, _detail, buttons) {
      asked.push(`? ${sentence}`)
      const answer = next()
      if (answer === "Escape") return undefined
      const label = typeof answer === "object" && "button" in answer ? answer.button : assert.fail(sentence)
      return (
        buttons.find(button => button === label) ?? assert.fail(`${label} is not in: ${buttons.join("; ")}`)
      )
    },
    async chooseModelFile() {
      asked.push("file")
      const answer = next()
      return typeof answer === "object" && "file" in answer ? answer.file : assert.fail("A file is asked for")
    },
    tell(sentence) {
      asked.push(`! ${sentence}`)
    },
  }
}
