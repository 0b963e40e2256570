// Ghost text is believed at a glance, so what can't be seen has no place in it: control characters, characters
// that turn the direction of writing, tags (SR-3, "Trojan Source").
import type { Filter } from "./filter.ts"

const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]|[\u{e0000}-\u{e007f}]/u

export const dropHidden: Filter = text => (hidden.test(text) ? { drop: "hiddenCharacters" } : { text })
