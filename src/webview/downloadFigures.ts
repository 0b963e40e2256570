// A download's figures as people read them: sizes as drives and hubs count them (1 GB is 10⁹ bytes), pace, time left.
import { percent } from "./figures.ts"

const oneDecimal = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 })

/** "4.8 of 12.1 GB"; small files in MB. */
export function amount(bytes: number, total: number): string {
  const [size, unit] = total < 100e6 ? [1e6, "MB"] : [1e9, "GB"]
  return `${oneDecimal.format(bytes / size)} of ${oneDecimal.format(total / size)} ${unit}`
}

/** "4.8 GB" */
export function sizeOf(bytes: number): string {
  return bytes < 100e6 ? `${oneDecimal.format(bytes / 1e6)} MB` : `${oneDecimal.format(bytes / 1e9)} GB`
}

/** "38 MB/s · 3 min left"; "" while nothing can be told. */
export function pace(bytesPerSecond: number | undefined, secondsLeft: number | undefined): string {
  const rate = bytesPerSecond === undefined ? "" : `${rateOf(bytesPerSecond)} MB/s`
  const left = secondsLeft === undefined ? "" : `${timeLeft(secondsLeft, shortUnits)} left`
  return [rate, left].filter(text => text !== "").join(" · ")
}

/** "4.8 of 12.1 gigabytes, 3 minutes left" */
export function spokenProgress(bytes: number, total: number, secondsLeft: number | undefined): string {
  const said = amount(bytes, total).replace("GB", "gigabytes").replace("MB", "megabytes")
  return secondsLeft === undefined ? said : `${said}, ${timeLeft(secondsLeft, longUnits)} left`
}

/** 0…1; only what is finished is 100 %. */
export function finishedPercent(fraction: number): string {
  return percent(Math.floor(fraction * 100) / 100)
}

type Units = {
  readonly soon: string
  readonly minute: (count: number) => string
  readonly hour: (count: number) => string
}

const shortUnits: Units = {
  soon: "less than 1 min",
  minute: count => `${count} min`,
  hour: count => `${count} h`,
}
const longUnits: Units = {
  soon: "less than a minute",
  minute: count => `${count} minute${count === 1 ? "" : "s"}`,
  hour: count => `${count} hour${count === 1 ? "" : "s"}`,
}

function timeLeft(seconds: number, { soon, minute, hour }: Units): string {
  if (seconds < 60) return soon
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return minute(minutes)
  const rest = minutes % 60
  return rest === 0 ? hour(minutes / 60) : `${hour(Math.floor(minutes / 60))} ${minute(rest)}`
}

function rateOf(bytesPerSecond: number): string {
  const value = bytesPerSecond / 1e6
  return (value < 10 ? oneDecimal : whole).format(value)
}
