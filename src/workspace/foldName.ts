// File names compared the way file systems that ignore case compare them, the same under every locale. Knows
// nothing of paths, folders or policies.

/**
 * One spelling for all the names a file system may take as equal: NFC, lower case by Unicode's own table (never
 * the user's locale: in Turkish "I" is no "i"), dotted and dotless i as one letter, without the characters HFS+
 * ignores and without the dots and spaces Windows drops at the end. Too many equal names is the safe side here.
 */
export function foldName(name: string): string {
  return foldCase(name.replaceAll(ignoredByFileSystems, "").split(":", 1)[0] ?? "")
    .replaceAll("\u0131", "i")
    .replaceAll("i\u0307", "i")
    .replace(/[. ]+$/, "")
}

/** NFC and lower case only: what case-insensitive file systems agree on. */
export function foldCase(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC")
}

// Source: git's utf8.c, next_hfs_char().
const ignoredByFileSystems = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
