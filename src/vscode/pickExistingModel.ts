// "Use a file": models that other programs have on this computer, found while the question is open, and any other file.
// Looks only when it is asked to.
import { type ExistingModel, existingModels } from "../model/download/existingModels.ts"
import { back, type Dialogue, type Row } from "./dialogue.ts"
import { gigabytes } from "./downloadWords.ts"
import type { ModelAdvice } from "./modelAdvice.ts"
import { parseReference } from "./modelReference.ts"

export type FileAdvice = Pick<ModelAdvice, "ofFile" | "settled">

type Picked = ExistingModel | "browse"

/** Path of a model file that can stand in the settings; undefined: none was chosen, or what was wrong was said. */
export async function pickExistingModel(
  dialogue: Dialogue,
  find: (signal: AbortSignal) => Promise<readonly ExistingModel[]> = existingModels,
  advice?: FileAdvice,
): Promise<string | undefined> {
  const answer = await dialogue.pick<Picked>({
    title: "Use a model file",
    placeholder: "Models of Ollama, LM Studio, llama.cpp and Hugging Face on this computer",
    rows: [browse],
    async later(show, signal) {
      const found = await find(signal)
      const rows = () => [...found.map(model => rowOf(model, advice)), browse]
      show(rows())
      if (advice === undefined || found.length === 0) return
      await advice.settled()
      show(rows())
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

function rowOf(model: ExistingModel, advice: FileAdvice | undefined): Row<Picked> {
  const { label, bytes, from, fault, path } = model
  const fit = advice?.ofFile(path, bytes)
  return {
    label,
    icon: fault === undefined ? "file" : "warning",
    description: `${gigabytes(bytes)} GB · ${from}`,
    detail: fault ?? [fit?.sentence, path].filter(each => each !== undefined).join(" "),
    section: "Found on this computer",
    value: model,
  }
}

function told(dialogue: Dialogue, sentence: string): undefined {
  dialogue.tell(`This file can’t be used. ${sentence}`)
  return undefined
}
