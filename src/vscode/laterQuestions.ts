// The dialogues about models, loaded when the first is opened: menus and the code that asks servers for their lists
// are a file of their own.
import type { ModelQuestions, QuestionParts } from "./modelQuestions.ts"

/** `parts` without the dialogue, which comes with the file. */
export function laterQuestions(parts: () => Omit<QuestionParts, "dialogue">): ModelQuestions {
  let loading: Promise<ModelQuestions> | undefined

  function questions(): Promise<ModelQuestions> {
    loading ??= import("./modelDialogues.ts").then(({ modelDialogues }) => modelDialogues(parts()))
    return loading
  }

  return {
    chooseModel: async name => (await questions()).chooseModel(name),
    chooseFile: async () => (await questions()).chooseFile(),
    useFile: async path => (await questions()).useFile(path),
    connectEndpoint: async () => (await questions()).connectEndpoint(),
    useDemo: async () => (await questions()).useDemo(),
    useServer: async server => (await questions()).useServer(server),
    enterKey: async () => (await questions()).enterKey(),
    removeKey: async () => (await questions()).removeKey(),
  }
}
