// Whether a program's last words say that memory ran out. llama.cpp, C++, V8 and the systems say it in many ways, and
// hand on nothing but the words.

/** As they stand in llama.cpp's own libraries, in C++'s and in drivers' errors, and in the systems' texts for mmap. */
const words = [
  "bad_alloc",
  "cannot allocate memory",
  "(failed|unable) to allocate",
  "failed to reserve memory",
  "allocation of size \\S+ failed",
  "insufficient memory",
  "not enough memory",
  "out of memory",
  "OutOf(Host|Device)Memory",
  "paging file is too small",
]

const shortage = new RegExp(words.join("|"), "i")

export function tellsMemoryShortage(text: string): boolean {
  return shortage.test(text)
}
