// Figures as people read them: a unit after a narrow space, plurals, no false precision. English, like the texts.

const narrowSpace = "\u202f"
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 })
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" })
const dollars = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
})

/** 1204 → "1,204". */
export function count(value: number): string {
  return whole.format(value)
}

/** (1, "token") → "1 token"; (1204, "token") → "1,204 tokens". */
export function counted(value: number, noun: string): string {
  return `${whole.format(value)} ${noun}${value === 1 ? "" : "s"}`
}

/** Milliseconds → "0.1 s", "4.2 s", "34 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 9_950) return unit(oneDecimal.format(Math.max(0.1, ms / 1000)), "s")
  return wholeSeconds(ms)
}

/** Milliseconds → "4 s", "2 min 5 s"; for clocks that tick. */
export function wholeSeconds(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return unit(whole.format(seconds), "s")
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  return rest === 0
    ? unit(whole.format(minutes), "min")
    : `${unit(`${minutes}`, "min")} ${unit(`${rest}`, "s")}`
}

/** "14:31"; on another day than now "12 Mar, 14:31". Both in milliseconds since the epoch. */
export function clockTime(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  return isToday ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`
}

/** Tokens per second; below 10 with one decimal. */
export function speed(tokensPerSecond: number): string {
  return unit((tokensPerSecond < 10 ? oneDecimal : whole).format(tokensPerSecond), "tok/s")
}

/** 0…1 → "96 %". */
export function percent(share: number): string {
  return unit(whole.format(share * 100), "%")
}

/** US dollars: 0.00034 → "$0.00034". */
export function cost(value: number): string {
  return dollars.format(value)
}

function unit(value: string, name: string): string {
  return `${value}${narrowSpace}${name}`
}
