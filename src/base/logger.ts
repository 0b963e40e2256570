// The log's port. Only technical facts go in: no prompt, answer, code, path of the user's or key (SR-12).

export type Logger = {
  info(text: string): void
  warn(text: string): void
  error(text: string): void
}
