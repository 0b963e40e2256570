// Which numbers of threads are worth a try. llama.cpp's threads spin while they wait for each other, so one too many
// costs more than several too few: never all cores, because the editor needs one too.

export type ThreadOptions = {
  /** 0: not chosen by the user. */
  readonly asked: number
  /** Fast cores that this process may use. */
  readonly cores: number
  /** A token costs less than a barrier between threads. */
  readonly tiny: boolean
}

/** The first one is right without a measurement; memory is often the limit before all cores are busy. */
export function threadChoices({ asked, cores, tiny }: ThreadOptions): readonly [number, ...number[]] {
  if (asked > 0) return [Math.min(asked, cores)]
  if (tiny || cores < 3) return [1]
  const most = cores - 1
  const fewer = [Math.ceil(most * 0.75), Math.ceil(most / 2)]
  return [most, ...new Set(fewer.filter(threads => threads < most))]
}
