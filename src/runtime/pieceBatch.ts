// Collects pieces and hands them on about every 16 ms (once per screen frame), the first one at once: a message
// per token would cost more than a small model's token.
import type { GeneratedPiece } from "../protocol/runtimeProtocol.ts"

const interval = 16

export type PieceBatch = {
  readonly add: (pieces: readonly GeneratedPiece[]) => void
  readonly flush: () => void
}

export function pieceBatch(send: (pieces: GeneratedPiece[]) => void): PieceBatch {
  let pieces: GeneratedPiece[] = []
  let sentAt = Number.NEGATIVE_INFINITY

  const flush = () => {
    if (pieces.length === 0) return
    send(pieces)
    pieces = []
  }
  return {
    add: more => {
      for (const piece of more) pieces.push(piece)
      const now = performance.now()
      if (now - sentAt < interval) return
      sentAt = now
      flush()
    },
    flush,
  }
}
