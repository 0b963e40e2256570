// What the user reads before allowing something. The whole truth and no text of the model's but the path it
// asked for, shown as a fact (SR-13).
import type { Approval } from "../protocol/chatState.ts"
import type { ApprovalRequest } from "../tools/tool.ts"

/** `goesTo`: where the text would be sent, e.g. "gpt-oss-120b at openrouter.ai"; absent for a local model. */
export function approvalCard({ reason, path, asked }: ApprovalRequest, goesTo?: string): Approval {
  const name = path.split(/[\\/]/).at(-1) ?? path
  const facts = [
    { label: "File", value: path },
    ...(asked === path ? [] : [{ label: "Asked for", value: asked }]),
    { label: "Tool", value: "read_file" },
    ...(goesTo === undefined ? [] : [{ label: "Goes to", value: goesTo }]),
  ]
  return reason === "secret"
    ? {
        title: `Read ${name}?`,
        sentence:
          "Files like this one often hold passwords or keys. Its text becomes part of the conversation.",
        facts,
        allowLabel: "Read it once",
        refuseLabel: "Don't read",
        icon: "shield",
      }
    : {
        title: `Read ${name} outside the workspace?`,
        sentence: "The path leads out of the open folder. Its text becomes part of the conversation.",
        facts,
        allowLabel: "Read it once",
        refuseLabel: "Don't read",
        icon: "folder",
      }
}
