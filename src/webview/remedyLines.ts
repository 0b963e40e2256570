// A remedy as it is drawn and copied. Options that belong to one command stand on one line as far as there is room,
// and each stays whole with its value: "--max-model-len 131072" is never cut in the middle.

/** Lines of parts; a line that begins with an option goes on with the line before. */
export function remedyLines(remedy: string): readonly (readonly string[])[] {
  const lines: string[] = []
  for (const line of remedy
    .trim()
    .split("\n")
    .map(text => text.trim())) {
    if (line === "") continue
    const last = lines.at(-1)
    if (last !== undefined && line.startsWith("-"))
      lines[lines.length - 1] = `${last.replace(/\s*\\$/, "")} ${line}`
    else lines.push(line)
  }
  return lines.map(line => line.split(/\s+(?=--?[a-z])/i))
}

/** What the copy button gives: one line per command, ready for a shell. */
export function remedyText(remedy: string): string {
  return remedyLines(remedy)
    .map(parts => parts.join(" "))
    .join("\n")
}
