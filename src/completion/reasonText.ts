// Why there is no suggestion, in words: the end of a sentence that begins with "No suggestion:".
import type { ModelErrorKind } from "../model/modelError.ts"
import type { NoSuggestion, Reason } from "./suggestion.ts"

/** "the cursor is in the middle of a word" */
export function reasonText({ reason, failure }: NoSuggestion): string {
  return reason === "modelFailed" && failure !== undefined ? failures[failure] : reasons[reason]
}

const reasons: Readonly<Record<Reason, string>> = {
  off: "suggestions are off",
  languageOff: "suggestions are off for this language",
  onRequest: "suggestions come only when you ask for one",
  onBattery:
    "this computer runs on battery, and the setting osprey.local.onBattery leaves suggestions to your asking",
  snoozed: "suggestions are snoozed",
  noModel: "no model is chosen",
  hostedOff: "this endpoint can only chat, so each suggestion would be a whole request there",
  unsupported: "this is not a file you edit",
  readOnly: "this file is read-only",
  tooLarge: "this file is too large",
  longLine: "this line is too long",
  secretFile: "this file may hold secrets, so no model sees it",
  severalCursors: "there are several cursors",
  selection: "text is selected",
  midWord: "the cursor is in the middle of a word",
  midLine: "there is more text on this line after the cursor",
  emptyFile: "there is nothing to go on from yet",
  suggestList: "the list of completions is open",
  cancelled: "you typed on",
  modelFailed: "the model failed",
  nothingToAdd: "the model had nothing to add",
  duplicate: "the model repeated what is there already",
  repetition: "the model went round in circles",
  hiddenCharacters: "the answer held invisible characters",
}

const failures: Readonly<Record<ModelErrorKind, string>> = {
  unreachable: "the endpoint can't be reached",
  unauthorized: "the endpoint refused the key",
  paymentRequired: "the endpoint asks for payment",
  modelNotFound: "the endpoint doesn't have this model",
  rateLimited: "the endpoint asks to wait",
  serverError: "the endpoint failed",
  badRequest: "the endpoint refused the request",
  badResponse: "the endpoint's answer couldn't be read",
  redirected: "the endpoint wants to send the request elsewhere",
  insecure: "the endpoint's address is not secure",
  timeout: "the endpoint took too long",
  streamCut: "the connection was cut",
  contextFull: "the text around the cursor is too long for the model",
  notConfigured: "no model is chosen",
  modelMissing: "the model file is missing",
  modelUnreadable: "the model file can't be read",
  modelBroken: "the model file is damaged",
  modelUnsuitable: "the model file is not gpt-oss",
  outOfMemory: "the model doesn't fit into memory",
  runtimeEnded: "the model's process ended",
  keepsEnding: "the model's process ended again and again; Retry in the chat starts it",
  noBinary: "the runtime doesn't support this computer",
  internal: "something went wrong; the log says more",
}
