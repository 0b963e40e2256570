// The wire host ⇄ chat page. The host trusts nothing that comes from the page (SEC-017): every message is
// parsed against a strict schema, texts are bounded, and no message names a command or a path to write.
import * as v from "valibot"
import type { ChatChange, ChatState, ModelState } from "./chatState.ts"
import type { EndpointPage } from "./endpointPage.ts"
import { downloadActions, type ModelDownload } from "./modelDownload.ts"
import type { LocalServerId, ServerSearch } from "./modelOffer.ts"

/** Characters; longer messages are refused whole. */
export const maxMessageLength = 400_000

const text = v.pipe(v.string(), v.maxLength(maxMessageLength))
const id = v.pipe(v.string(), v.maxLength(100))

/** A server is named by its id, never by an address: the host knows what it found. */
const useServer = [
  "use:ollama",
  "use:lmStudio",
  "use:llamaServer",
  "use:vllm",
] as const satisfies readonly `use:${LocalServerId}`[]

const viewToHost = v.variant("type", [
  /** The page is up (again) and wants the whole state. */
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({ type: v.literal("send"), text: v.pipe(text, v.trim(), v.nonEmpty()) }),
  v.strictObject({ type: v.literal("stop") }),
  v.strictObject({ type: v.literal("newChat") }),
  /** Answer the last user message again (also after an error). */
  v.strictObject({ type: v.literal("retry"), turnId: id }),
  /** Go on after a pause, a cut or an interruption. */
  v.strictObject({ type: v.literal("continue"), turnId: id }),
  v.strictObject({ type: v.literal("answerApproval"), stepId: id, allow: v.boolean() }),
  v.strictObject({ type: v.literal("copy"), text }),
  v.strictObject({ type: v.literal("insertAtCursor"), text }),
  v.strictObject({ type: v.literal("saveAsNewFile"), text, language: v.pipe(v.string(), v.maxLength(40)) }),
  /** Only https links are opened, and only on a click. */
  v.strictObject({ type: v.literal("openLink"), href: v.pipe(v.string(), v.maxLength(4000)) }),
  /** Buttons of notices and of the welcome page; a fixed list, not a command name. */
  v.strictObject({
    type: v.literal("action"),
    does: v.picklist([
      "enterKey",
      "chooseModel",
      "chooseFile",
      "useDemo",
      "connectEndpoint",
      "lookForServers",
      ...useServer,
      ...downloadActions,
      "openSettings",
      "showLog",
      "manageTrust",
      "openEndpointPage",
      "closeEndpointPage",
      "checkEndpoint",
      "stopCheck",
    ]),
  }),
])

export type ViewToHost = v.InferOutput<typeof viewToHost>

/** The message, or undefined if it isn't one of ours. Never throws. */
export function parseViewToHost(value: unknown): ViewToHost | undefined {
  const parsed = v.safeParse(viewToHost, value)
  return parsed.success ? parsed.output : undefined
}

/** From our own host, so typed and not parsed. */
export type HostToView =
  | {
      readonly type: "state"
      readonly state: ChatState
      readonly model: ModelState
      readonly showReasoning: boolean
    }
  | { readonly type: "change"; readonly change: ChatChange }
  /** A setting changed. */
  | { readonly type: "settings"; readonly model: ModelState; readonly showReasoning: boolean }
  /** The user had servers on this computer looked for. */
  | { readonly type: "servers"; readonly search: ServerSearch }
  /** The page about the chat's endpoint stands in the log's place; null: the log is back. */
  | { readonly type: "endpoint"; readonly page: EndpointPage | null }
  /** A model's download, at most four times a second; null: there is none to show. */
  | { readonly type: "download"; readonly download: ModelDownload | null }
  | { readonly type: "focusComposer" }
  /** For screen readers, once, in the status region: "Copied". */
  | { readonly type: "announce"; readonly text: string }
