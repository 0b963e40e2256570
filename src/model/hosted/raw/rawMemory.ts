// The memory of what the model generated, for ids that came over HTTP: a server may keep an id to itself, and a
// message that lacks one is rendered from its text the next time.
import { type GeneratedMemory, generatedMemory } from "../../local/generatedMemory.ts"
import { unknownToken } from "./rawPieces.ts"

export type RawMemory = GeneratedMemory

/** For one vocabulary. */
export function rawMemory(): RawMemory {
  const memory = generatedMemory()
  return {
    render: memory.render,
    remember(messages, pieces) {
      const whole = messages.filter(
        ({ pieces: range }) => !pieces.slice(...range).some(({ token }) => token === unknownToken),
      )
      memory.remember(whole, pieces)
    },
  }
}
