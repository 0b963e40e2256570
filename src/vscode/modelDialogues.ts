// The questions about models in VS Code's own menus and boxes; a file of its own in dist, loaded with the first.
import { type ModelQuestions, modelQuestions, type QuestionParts } from "./modelQuestions.ts"
import { vscodeDialogue } from "./vscodeDialogue.ts"

export function modelDialogues(parts: Omit<QuestionParts, "dialogue">): ModelQuestions {
  return modelQuestions({ ...parts, dialogue: vscodeDialogue() })
}
