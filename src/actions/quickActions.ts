// The actions on code, as data: what each is called, what it needs and what its answer replaces. Neither editor nor
// model is known here.

export type QuickActionId = "explain" | "fix" | "document" | "writeTests" | "refactor"

export type QuickAction = {
  readonly id: QuickActionId
  readonly command: `osprey.${QuickActionId}`
  /** In the light bulb's menu. */
  readonly title: string
  /** Before the file's name, in the title of the diff. */
  readonly proposal: string
  /** While the model works, before the file's name. */
  readonly doing: string
  /**
   * What must be there for the light bulb to offer it, and its kind in VS Code's words: where it stands in the menu,
   * and what a keybinding may ask for.
   */
  readonly offered: { readonly onProblem?: string; readonly onSelection?: string }
  readonly asksInstruction: boolean
  /** `nothing`: the answer is for reading, in the chat. */
  readonly replaces: "lines" | "newFile" | "nothing"
}

/** In the order of the menu. */
export const quickActions: readonly QuickAction[] = [
  {
    id: "fix",
    command: "osprey.fix",
    title: "Fix with Osprey",
    proposal: "Fix",
    doing: "fixing",
    offered: { onProblem: "quickfix.osprey.fix" },
    asksInstruction: false,
    replaces: "lines",
  },
  {
    id: "explain",
    command: "osprey.explain",
    title: "Explain with Osprey",
    proposal: "Explain",
    doing: "explaining",
    offered: { onProblem: "quickfix.osprey.explain", onSelection: "osprey.explain" },
    asksInstruction: false,
    replaces: "nothing",
  },
  {
    id: "document",
    command: "osprey.document",
    title: "Document with Osprey",
    proposal: "Document",
    doing: "documenting",
    offered: { onSelection: "refactor.rewrite.osprey.document" },
    asksInstruction: false,
    replaces: "lines",
  },
  {
    id: "refactor",
    command: "osprey.refactor",
    title: "Refactor with Osprey…",
    proposal: "Refactor",
    doing: "refactoring",
    offered: { onSelection: "refactor.rewrite.osprey.instruction" },
    asksInstruction: true,
    replaces: "lines",
  },
  {
    id: "writeTests",
    command: "osprey.writeTests",
    title: "Write tests with Osprey",
    proposal: "Tests",
    doing: "writing tests for",
    offered: { onSelection: "osprey.writeTests" },
    asksInstruction: false,
    replaces: "newFile",
  },
]
