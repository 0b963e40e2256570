// The tolerant reader's codes in words, for people who wonder what their endpoint does.

const words: Readonly<Record<string, string>> = {
  missing_start: "Start of a message missing",
  missing_end: "End of a message missing",
  missing_message: "Start of a text missing",
  repeated_header: "Header written twice",
  bad_channel: "Unknown channel",
  no_channel: "Channel missing",
  stray_text: "Text between messages",
  stray_control: "Control token inside a text",
  hallucinated_turn: "Somebody else’s turn written",
  call_on_analysis: "Tool call within the reasoning",
  call_on_final: "Tool call within the answer",
  wrong_terminator: "Wrong end of a message",
  recipient_without_call: "Message to a tool without a call",
  name_polluted: "Markup in a tool’s name",
  unknown_tool: "Tool that doesn’t exist",
  repaired_arguments: "Tool arguments repaired",
  bad_arguments: "Tool arguments unreadable",
  unterminated_call: "Tool call cut off",
  final_missing: "Answer missing",
  leaked_markup: "Markup in the answer",
  analysis_cut: "Reasoning ended at its limit",
  leaked_words: "Words of the format in the answer",
}

/** "missing_end" → "End of a message missing"; of an unknown code its own words. */
export function problemWords(code: string): string {
  if (Object.hasOwn(words, code)) return words[code] ?? code
  const plain = code.replaceAll("_", " ")
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
