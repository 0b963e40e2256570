// The page's only way out: messages to the host, and the state VS Code keeps while the page is away.
import type { HostToView, ViewToHost } from "../protocol/chatProtocol.ts"
import { type SavedView, savedView } from "./savedView.ts"

type VsCodeApi = {
  postMessage(message: ViewToHost): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): VsCodeApi

export type HostLink = {
  post(message: ViewToHost): void
  saved(): SavedView
  save(view: SavedView): void
}

/** Call once: VS Code gives its door away only once per page. */
export function hostLink(receive: (message: HostToView) => void): HostLink {
  const api = acquireVsCodeApi()
  window.addEventListener("message", event => {
    if (isMessage(event.data)) receive(event.data)
  })
  return {
    post: message => api.postMessage(message),
    saved: () => savedView(api.getState()),
    save: view => api.setState(view),
  }
}

const types: readonly string[] = [
  "state",
  "change",
  "settings",
  "servers",
  "endpoint",
  "download",
  "focusComposer",
  "announce",
] satisfies HostToView["type"][]

/** The host is ours, so its messages are told apart by name; anything else on this channel is ignored. */
function isMessage(value: unknown): value is HostToView {
  return typeof value === "object" && value !== null && "type" in value && types.includes(String(value.type))
}
