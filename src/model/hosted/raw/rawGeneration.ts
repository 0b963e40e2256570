// One raw generation: prompt ids out, pieces in. Guarded, bounded, ended by its stop tokens and, while nothing of it
// was shown, tried again. Knows no conversation and no channel.
import { ModelError, modelErrorOf } from "../../modelError.ts"
import { type HostedFailure, hostedError } from "../hostedError.ts"
import { jsonFields } from "../jsonFields.ts"
import { type Clock, retryDelay } from "../retryPolicy.ts"
import { type AnswerLimits, type RawAnswer, type RawPrompt, type RawReply, rawAnswer } from "./rawAnswer.ts"
import { rawChunk } from "./rawChunk.ts"
import { type RawConnection, type RawEndpoint, rawConnection } from "./rawConnection.ts"
import { rawEvents } from "./rawEvents.ts"
import { rawRequest } from "./rawRequest.ts"

export type RawGeneration = AnswerLimits & {
  /** Asked for each try: another vocabulary may be needed when a server came back with another model. */
  readonly prompt: (signal: AbortSignal) => Promise<RawPrompt>
  readonly temperature: number
  /** Set by the caller once something was shown; nothing is tried again afterwards. */
  readonly progress: { isShown: boolean }
}

/** Ends with `done`; quietly without it after an abort. Throws a ModelError. */
export async function* rawGeneration(
  endpoint: RawEndpoint,
  generation: RawGeneration,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RawReply> {
  for (let tries = 1; ; tries++) {
    const failed = yield* attempt(endpoint, generation, clock, signal)
    if (failed === undefined || signal.aborted) return
    const wait = generation.progress.isShown ? undefined : retryDelay(failed, tries, clock.random)
    if (wait === undefined) throw failed.error
    yield { type: "retrying", ms: wait }
    await clock.sleep(wait, signal)
    if (signal.aborted) return
  }
}

async function* attempt(
  endpoint: RawEndpoint,
  generation: RawGeneration,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RawReply, HostedFailure | undefined> {
  let connection: RawConnection | undefined
  let answer: RawAnswer | undefined
  try {
    connection = await rawConnection(endpoint, clock)
    const prompt = await generation.prompt(signal)
    answer = rawAnswer(prompt, generation, endpoint.form)
    const stopIds = generation.stop.map(control => prompt.vocabulary.controlIds[control])
    const { temperature } = generation
    const fields = {
      model: endpoint.model,
      prompt: prompt.ids,
      maxTokens: answer.limit,
      temperature,
      stopIds,
    }
    const response = await connection.post(rawRequest(endpoint.form, fields), signal)
    for await (const event of rawEvents(response)) {
      const refused = refusalOf(event, connection, clock)
      if (refused !== undefined && !answer.isOver) return refused
      if (refused !== undefined) break
      const chunk = rawChunk(endpoint.form, event)
      const replies = chunk === undefined ? undefined : answer.add(chunk)
      if (replies === undefined) return unreadable(connection, "The server sends text without token ids.")
      yield* replies
      if (answer.isTooLong) return unreadable(connection, "The answer is longer than any answer can be.")
      if (answer.goesOn) break
      if (answer.isOver) connection.guard.expectEnd()
    }
  } catch (error) {
    if (signal.aborted) return undefined
    // What comes after the last token changes nothing: missing counts, a lost connection.
    if (answer?.isOver !== true) return failureOf(error, connection)
  }
  if (signal.aborted || answer === undefined || connection === undefined) return undefined
  if (answer.hasFailed || !answer.isOver) {
    const { origin: subject, guard } = connection
    const error = new ModelError(answer.hasFailed ? "serverError" : "streamCut", { subject })
    return guard.failure() ?? { error, mayRetry: true }
  }
  yield* answer.end()
  return undefined
}

/** An error inside a stream that began well: `{"error": {...}}`, at both servers. */
function refusalOf(event: unknown, { origin, key }: RawConnection, clock: Clock): HostedFailure | undefined {
  if (!jsonFields(event).error) return undefined
  return hostedError({ subject: origin, body: event, key, now: clock.now() })
}

function unreadable({ origin: subject }: RawConnection, said: string): HostedFailure {
  return { error: new ModelError("badResponse", { subject, said }), mayRetry: false }
}

/** What was thrown on the way: by the guard, by the vocabulary's own request, or by half an event. */
function failureOf(error: unknown, connection: RawConnection | undefined): HostedFailure {
  const found = connection?.guard.failure()
  if (found !== undefined) return found
  const subject = connection === undefined ? {} : { subject: connection.origin }
  if (error instanceof SyntaxError) {
    const isCut = connection?.guard.bodyEnd() === "ended"
    const said = isCut ? {} : { said: "The stream holds something that is not JSON." }
    return {
      error: new ModelError(isCut ? "streamCut" : "badResponse", { ...subject, ...said }),
      mayRetry: isCut,
    }
  }
  const { kind } = modelErrorOf(error)
  return { error: modelErrorOf(error), mayRetry: kind === "serverError" || kind === "rateLimited" }
}
