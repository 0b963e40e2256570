// The list of models behind a role's model: shown in its order, added to, moved and cleared. Each change is written at
// once. A model elsewhere gets behind one on this computer by the user's yes to its host alone.
import { type Answer, back, type Dialogue, type Row } from "./dialogue.ts"
import { labelOf, type ModelRole, placeOf, roleModels, staysHere } from "./modelChoices.ts"
import { modelRow } from "./modelMenu.ts"
import { formatReference, type ModelChoice, parseReference } from "./modelReference.ts"
import { type PickParts, pickModel } from "./pickModel.ts"
import type { Settings } from "./readSettings.ts"

export type WriteSetting = (
  name: ModelRole["setting"] | ModelRole["fallbacks"],
  value: string | readonly string[],
) => Promise<void>

type EditParts = PickParts & { readonly write: WriteSetting }

/** Ends when the user has seen enough. */
export async function editFallbacks(parts: EditParts, role: ModelRole): Promise<void> {
  const { dialogue, settings, write } = parts
  for (;;) {
    const lines = settings()[role.name].fallbacks
    const { chosen } = roleModels(role.name, settings())
    if (chosen === undefined) return
    const answer = await dialogue.pick({
      title: `${role.label}: if ${labelOf(chosen)} can’t answer`,
      placeholder: "Asked in this order; choose one to move or remove it",
      rows: listRows(lines, parts),
    })
    if (answer === undefined || answer === back || answer === "done") return
    if (answer === "add") {
      const added = await addedModel(parts, role, chosen)
      if (added === undefined) return
      if (added !== back) await write(role.fallbacks, [...lines, formatReference(added)])
    } else {
      const changed = await changedLines(lines, answer, dialogue)
      if (changed === undefined) return
      if (changed !== back) await write(role.fallbacks, changed)
    }
  }
}

/** The user's word for a host behind a model on this computer; `back` for no. */
async function addedModel(
  parts: EditParts,
  role: ModelRole,
  chosen: ModelChoice,
): Promise<Answer<ModelChoice>> {
  const title = `${role.label}: add a model for when ${labelOf(chosen)} can’t answer`
  const picked = await pickModel(parts, { title, role, forFallback: true })
  if (typeof picked !== "object") return picked
  if (picked.type !== "use") return back
  const { choice } = picked
  if (staysHere(choice) || !staysHere(chosen)) return choice
  const host = placeOf(choice)
  const allow = `Ask ${host} Too`
  const answer = await parts.dialogue.decide(
    `Send ${sentTexts[role.name]} to ${host} whenever ${labelOf(chosen)} on this computer can’t answer?`,
    "Until now they stay on this computer.",
    ["Stay on This Computer", allow],
  )
  return answer === allow ? choice : back
}

/** What goes to a model of each role. */
export const sentTexts = {
  chat: "your messages and the code that goes with them",
  completion: "the code around your cursor",
} as const

type ListChoice = "add" | "done" | number

function listRows(lines: readonly string[], parts: { readonly settings: () => Settings } & PickParts) {
  const models = lines.map((line, at): Row<ListChoice> => {
    const parsed = parseReference(line)
    const section = "Other models"
    if (!parsed.ok)
      return { label: `${at + 1}. Not a model`, detail: parsed.sentence, icon: "warning", section, value: at }
    const row = modelRow(parsed.choice, { figures: parts.figures, settings: parts.settings() })
    return { ...row, label: `${at + 1}. ${row.label}`, section, value: at }
  })
  const ways: readonly Row<ListChoice>[] = [
    { label: "Add a model…", icon: "add", section: "", value: "add" },
    { label: "Done", icon: "check", section: "", value: "done" },
  ]
  return [...models, ...ways]
}

async function changedLines(
  lines: readonly string[],
  at: number,
  dialogue: Dialogue,
): Promise<Answer<readonly string[]>> {
  const others = lines.toSpliced(at, 1)
  const moved = (to: number) => others.toSpliced(to, 0, lines[at] ?? "")
  const rows: readonly Row<readonly string[]>[] = [
    ...(at > 0 ? [{ label: "Ask earlier", icon: "arrow-up", value: moved(at - 1) }] : []),
    ...(at < others.length ? [{ label: "Ask later", icon: "arrow-down", value: moved(at + 1) }] : []),
    { label: "Remove", icon: "trash", value: others },
  ]
  const parsed = parseReference(lines[at] ?? "")
  const title = parsed.ok ? labelOf(parsed.choice) : `Entry ${at + 1}`
  return dialogue.pick({ title, rows, canGoBack: true })
}
