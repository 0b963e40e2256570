// Random choices from a seed: the same seed gives the same corpus and the same evaluation everywhere.

export type Random = {
  /** True with this probability. */
  chance(probability: number): boolean
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<T>(list: readonly [T, ...T[]]): T
  pick<T>(list: readonly T[]): T
  /** One of the choices; a choice of weight 2 comes twice as often as one of weight 1. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T
  /** A copy in random order. */
  shuffled<T>(list: readonly T[]): T[]
}

/** Tommy Ettinger's mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  const pick = <T>(list: readonly T[]): T => {
    const found = list[whole(0, list.length - 1)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }
  return {
    chance: probability => next() < probability,
    whole,
    pick,
    weighted(choices) {
      let left = next() * choices.reduce((sum, [weight]) => sum + weight, 0)
      const found = choices.find(([weight]) => {
        left -= weight
        return left < 0
      })
      return (found ?? pick(choices))[1]
    },
    shuffled(list) {
      const rest = [...list]
      return list.flatMap(() => rest.splice(whole(0, rest.length - 1), 1))
    },
  }
}
