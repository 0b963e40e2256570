// A measured speed for people; what an estimate looks like is fitAdvice.ts's.

/** "13 tokens/s" */
export function measuredWords(tokensPerSecond: number): string {
  if (tokensPerSecond < 1) return "less than 1 token/s"
  const whole = Math.round(tokensPerSecond)
  return `${whole} ${whole === 1 ? "token" : "tokens"}/s`
}
