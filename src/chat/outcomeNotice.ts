// How a turn ended, in the user's words: one title, one sentence that says what to do, and the buttons for it.
// The one place where a failure's kind becomes a text.
import type { ModelDescription } from "../model/languageModel.ts"
import type { ModelError, ModelErrorKind } from "../model/modelError.ts"
import type { Notice, NoticeAction, TurnStatus } from "../protocol/chatState.ts"
import type { TurnOutcome } from "./agentEvent.ts"

const retry: NoticeAction = { label: "Retry", does: "retry" }
const goOn: NoticeAction = { label: "Continue", does: "continue" }
const otherModel: NoticeAction = { label: "Other model…", does: "chooseModel" }
const enterKey: NoticeAction = { label: "Enter key…", does: "enterKey" }
const settings: NoticeAction = { label: "Open settings", does: "openSettings" }
const chooseFile: NoticeAction = { label: "Choose file…", does: "chooseFile" }
const showLog: NoticeAction = { label: "Show log", does: "showLog" }
const newChat: NoticeAction = { label: "New chat", does: "newChat" }
const check: NoticeAction = { label: "Check the endpoint", does: "checkEndpoint" }

type Words = { readonly title: string; readonly sentence: string; readonly actions: readonly NoticeAction[] }

/** `who` is a host or a file name. Sentences say what happened to the user's text and what to do next. */
const words: Readonly<Record<ModelErrorKind, (who: string, error: ModelError) => Words>> = {
  unreachable: who => ({
    title: `No answer from ${who}`,
    sentence: isThisComputer(who)
      ? "The server may not be running. Start it, then retry."
      : "Check the address and your connection, then retry.",
    actions: [retry, check, otherModel],
  }),
  unauthorized: who => ({
    title: `${who} refused the key`,
    sentence: "Nothing was lost. Enter a valid key and Osprey sends your message again.",
    actions: [enterKey, otherModel],
  }),
  paymentRequired: who => ({
    title: `${who} asks for payment`,
    sentence: "The account has no credit left. Add credit there, or choose another model.",
    actions: [retry, otherModel],
  }),
  modelNotFound: who => ({
    title: `${who} doesn't have this model`,
    sentence: "Check the model's name in the settings.",
    actions: [settings, retry, otherModel],
  }),
  rateLimited: (who, { detail }) => ({
    title:
      detail.retryAfter === undefined
        ? `${who} asks to wait`
        : `${who} asks to wait ${Math.ceil(detail.retryAfter)} s`,
    sentence: "Too many requests for now. Retry later or choose another model.",
    actions: [retry, otherModel],
  }),
  serverError: who => ({
    title: `${who} failed to answer`,
    sentence: "The fault is at the server. Retry, check the endpoint, or choose another model.",
    actions: [retry, check, otherModel],
  }),
  badRequest: who => ({
    title: `${who} refused the request`,
    sentence: "See below what the server said, or let Osprey check what the endpoint takes.",
    actions: [check, retry, settings],
  }),
  badResponse: who => ({
    title: `${who} gave an answer Osprey can't read`,
    sentence: "Retry; if it happens again, check the endpoint.",
    actions: [retry, check, settings],
  }),
  redirected: who => ({
    title: `${who} redirects to another address`,
    sentence: "Osprey doesn't follow, so that your text and key go nowhere else. Enter the final address.",
    actions: [settings, check, retry],
  }),
  insecure: who => ({
    title: `${who} can't be used safely`,
    sentence: "Use an https address with a valid certificate; plain http is accepted for this computer only.",
    actions: [settings, retry],
  }),
  timeout: who => ({
    title: `${who} went silent`,
    sentence: "Nothing arrived for a long time. What arrived before is kept.",
    actions: [retry, otherModel],
  }),
  streamCut: () => ({
    title: "Interrupted",
    sentence: "The connection ended. What arrived is kept.",
    actions: [goOn, retry],
  }),
  contextFull: () => ({
    title: "This conversation is full",
    sentence:
      "The model can't read any more. Start a new conversation, or choose a model that can read more.",
    actions: [newChat, otherModel],
  }),
  notConfigured: () => ({
    title: "No model is chosen",
    sentence: "Choose a model on this computer or an endpoint.",
    actions: [{ ...otherModel, label: "Choose model…" }],
  }),
  modelMissing: who => ({
    title: "This model file isn't there",
    sentence: `${who} can't be found. Choose another file, or the demo model.`,
    actions: [chooseFile, otherModel],
  }),
  modelUnreadable: who => ({
    title: "This model file can't be read",
    sentence: `${who} may not be opened, or its drive doesn't answer. Allow reading it, or choose another file.`,
    actions: [retry, chooseFile, otherModel],
  }),
  modelBroken: who => ({
    title: "This model file is damaged",
    sentence: `${who} is damaged or no GGUF file. Download it again or choose another file.`,
    actions: [chooseFile, otherModel],
  }),
  modelUnsuitable: who => ({
    title: "This model isn't gpt-oss",
    sentence: `Osprey runs gpt-oss models; ${who} holds another one. Choose another file.`,
    actions: [chooseFile, otherModel],
  }),
  outOfMemory: who => ({
    title: `${who} doesn't fit into memory`,
    sentence: "Close programs, choose a smaller context size, or use an endpoint.",
    actions: [retry, settings],
  }),
  runtimeEnded: () => ({
    title: "Interrupted",
    sentence: "The model process ended. It starts again with your next message.",
    actions: [goOn, retry],
  }),
  keepsEnding: who => ({
    title: "The model keeps ending",
    sentence:
      `${who} ended several times in a row and is left alone now. Choose a smaller model, let the processor compute ` +
      "(osprey.local.gpu: cpu), or use a smaller context; then retry.",
    actions: [otherModel, settings, retry, showLog],
  }),
  noBinary: () => ({
    title: "This computer can't run models yet",
    sentence: "Osprey has no runtime for this kind of computer. Connect an endpoint instead.",
    actions: [otherModel],
  }),
  internal: () => ({
    title: "Something went wrong in Osprey",
    sentence: "Your message is kept. Retry; if it happens again, the log says more.",
    actions: [retry, showLog],
  }),
}

/** The notice for a failure. `tokens`: how many had arrived when it happened. */
export function errorNotice(error: ModelError, tokens = 0): Notice {
  const who = hostOf(error.detail.subject ?? "The model")
  const { title, sentence, actions } = words[error.kind](who, error)
  const said = error.detail.said === undefined ? {} : { said: saidBy(error) }
  const interrupted = cutOff(error) && tokens > 0
  return {
    kind: cutOff(error) ? "info" : "error",
    title: interrupted ? `Interrupted after ${tokens} tokens` : title,
    sentence,
    actions,
    ...said,
  }
}

/** How the turn is marked, and what the page says about it, if anything. `tokens`: generated so far. */
export function outcomeNotice(
  outcome: TurnOutcome,
  tokens: number,
  where: ModelDescription["where"] = "local",
): { status: TurnStatus; notice?: Notice } {
  switch (outcome.reason) {
    case "done":
    case "stopped":
      return { status: outcome.reason }
    case "cut":
      return paused(counted(tokens, "token"), "This is the limit for one answer.")
    case "spent":
      return paused(counted(outcome.tokens, "token"), "This is the limit for one message of yours.")
    case "paused":
      return paused(counted(outcome.toolCalls, "tool call"), "This is the limit for one turn.")
    case "empty":
      return gaveUp("The model gave no answer", otherWords, where)
    case "looped":
      return gaveUp("Stopped: the model repeats itself", otherWords)
    case "unknownTools":
      return gaveUp("Stopped: the model asks for tools that don't exist", otherModelMayDo, where)
    case "badArguments":
      return gaveUp(`Stopped: the model can't call ${outcome.tool} correctly`, otherModelMayDo, where)
    case "failed":
      return {
        status: cutOff(outcome.error) ? "interrupted" : "failed",
        notice: errorNotice(outcome.error, tokens),
      }
  }
}

const otherWords = "Retry, or put the question in other words."
const otherModelMayDo = "Retry, or choose another model. What it answered so far is kept."

function paused(after: string, sentence: string): { status: TurnStatus; notice: Notice } {
  return {
    status: "paused",
    notice: { kind: "info", title: `Paused after ${after}`, sentence, actions: [goOn] },
  }
}

/** The fault may be the endpoint's: servers lose answers and spoil calls while they read the model's format. */
function gaveUp(
  title: string,
  sentence: string,
  where?: ModelDescription["where"],
): { status: TurnStatus; notice: Notice } {
  const actions = where === "hosted" ? [retry, check, otherModel] : [retry, otherModel]
  return { status: "failed", notice: { kind: "warning", title, sentence, actions } }
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`
}

/** The model began and something ended it: what arrived is worth going on from. */
function cutOff(error: ModelError): boolean {
  return error.kind === "streamCut" || error.kind === "runtimeEnded"
}

/** While and after a turn for which the oldest part of the conversation was left out. */
export const shortenedNotice: Notice = {
  kind: "info",
  title: "The oldest part was left out",
  sentence: "The model can't read this whole conversation any more. Start a new chat for a new subject.",
  actions: [newChat],
}

/** For a turn that was running when the window was closed or reloaded. */
export const reloadedNotice: Notice = {
  kind: "info",
  title: "Interrupted",
  sentence: "The window was closed or reloaded. What arrived is kept.",
  actions: [goOn, retry],
}

function saidBy({ detail }: ModelError): string {
  return detail.status === undefined ? (detail.said ?? "") : `${detail.status} ${detail.said ?? ""}`
}

/** "https://openrouter.ai" → "openrouter.ai"; a file name stays. */
function hostOf(subject: string): string {
  return URL.canParse(subject) ? new URL(subject).host || subject : subject
}

function isThisComputer(host: string): boolean {
  return /^(localhost|127\.|\[::1\])/.test(host)
}
