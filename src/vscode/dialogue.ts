// How a person is asked, as a port: choose a row, write a line, say yes to a sentence. What is asked and what follows
// from the answers stands elsewhere and needs no VS Code; vscodeDialogue.ts is the window behind it.

/** All texts are plain; "$(name)" is no picture in them. */
export type Row<T> = {
  readonly label: string
  /** Name of a codicon. */
  readonly icon?: string
  /** Behind the label, quieter. */
  readonly description?: string
  /** A second line. */
  readonly detail?: string
  /** Heading above the first of neighbouring rows that have the same. */
  readonly section?: string
  readonly value: T
}

export type PickQuestion<T> = {
  readonly title: string
  readonly placeholder?: string
  readonly rows: readonly Row<T>[]
  /** Rows that take a while: `show` replaces all rows, and the question is busy until the promise ends. */
  readonly later?: (show: (rows: readonly Row<T>[]) => void, signal: AbortSignal) => Promise<void>
  /** A row for what was typed, shown last and whatever it says. */
  readonly typed?: (text: string) => Row<T> | undefined
  readonly canGoBack?: boolean
}

export type InputQuestion = {
  readonly title: string
  readonly prompt?: string
  readonly placeholder?: string
  readonly value?: string
  /** The text isn't shown. */
  readonly isSecret?: boolean
  /** What is wrong with the text, as a sentence; undefined: nothing. Asked at each key. */
  readonly fault?: (text: string) => string | undefined
  /** The same, asked once the user is done; may take a while. */
  readonly finalFault?: (text: string, signal: AbortSignal) => Promise<string | undefined>
  /** A page that a button opens; https only. */
  readonly page?: { readonly url: string; readonly label: string }
  readonly canGoBack?: boolean
}

export const back = Symbol("back")

/** Undefined: cancelled. */
export type Answer<T> = T | typeof back | undefined

export interface Dialogue {
  pick<T>(question: PickQuestion<T>): Promise<Answer<T>>
  /** Trimmed. */
  input(question: InputQuestion): Promise<Answer<string>>
  /** A question that nothing else can cover; the answer is one of the buttons' texts. */
  decide<T extends string>(sentence: string, detail: string, buttons: readonly T[]): Promise<T | undefined>
  /** Absolute path of a GGUF file. */
  chooseModelFile(): Promise<string | undefined>
  tell(sentence: string): void
}
