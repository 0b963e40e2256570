// What a click or a key on the page means. Views only name it; main.ts does it.
import type { ViewToHost } from "../protocol/chatProtocol.ts"
import type { Highlight } from "./syntax.ts"

export type PageAction =
  | { readonly type: "post"; readonly message: ViewToHost }
  | { readonly type: "send" }
  | { readonly type: "draft"; readonly text: string }
  /** Puts the text into the composer, for the user to go on with. */
  | { readonly type: "suggest"; readonly text: string }
  | { readonly type: "recall"; readonly step: 1 | -1 }
  | { readonly type: "toggle"; readonly key: string }
  /** `key` names the button that then shows a check for a moment. */
  | { readonly type: "copy"; readonly key: string; readonly text: string }
  | { readonly type: "answer"; readonly stepId: string; readonly allow: boolean }
  | { readonly type: "editQueued"; readonly index: number }
  | { readonly type: "removeQueued"; readonly index: number }
  | { readonly type: "showEarlier" }
  | { readonly type: "toEnd" }

export type Act = (action: PageAction) => void

/** What views need beyond the data they draw. */
export type ViewContext = {
  readonly act: Act
  readonly open: ReadonlySet<string>
  readonly showReasoning: boolean
  /** Key of the copy button pressed a moment ago. */
  readonly copied: string | undefined
  /** Milliseconds since the epoch, for clocks that tick. */
  readonly now: number
  /** Undefined until the highlighting script has come. */
  readonly highlight: Highlight | undefined
}
