// "Use a file": models that other programs have on this computer, found while the question is open, and any other file.
// Looks only when it is asked to.
import { type ExistingModel, existingModels } from "../model/download/existingModels.ts"
import { back, type Dialogue, type Row } from "./dialogue.ts"
import { gigabytes } from "./downloadWords.ts"
import { parseReference } from "./modelReference.ts"

type Picked = ExistingModel | "browse"

/** Path of a model file that can stand in the settings; undefined: none was chosen, or what was wrong was said. */
export async function pickExistingModel(
  dialogue: Dialogue,
  find: (signal: AbortSignal) => Promise<readonly ExistingModel[]> = existingModels,
): Promise<string | undefined> {
  const answer = await dialogue.pick<Picked>({
    title: "Use a model file",
    placeholder: "Models of Ollama, LM Studio, llama.cpp and Hugging Face on this computer",
    rows: [browse],
    async later(show, signal) {
      show([...(await find(signal)).map(rowOf), browse])
    },
  })
  if (answer === undefined || answer === back) return undefined
  if (answer !== "browse" && answer.fault !== undefined) return told(dialogue, answer.fault)
  const file = answer === "browse" ? await dialogue.chooseModelFile() : answer.path
  if (file === undefined) return undefined
  const parsed = parseReference(file)
  return parsed.ok ? file : told(dialogue, parsed.sentence)
}

const browse: Row<Picked> = { label: "Choose another file…", icon: "folder-opened", value: "browse" }

function rowOf(model: ExistingModel): Row<Picked> {
  const { label, bytes, from, fault, path } = model
  return {
    label,
    icon: fault === undefined ? "file" : "warning",
    description: `${gigabytes(bytes)} GB · ${from}`,
    detail: fault ?? path,
    section: "Found on this computer",
    value: model,
  }
}

function told(dialogue: Dialogue, sentence: string): undefined {
  dialogue.tell(`This file can’t be used. ${sentence}`)
  return undefined
}
