// Is this the name of a gpt-oss model? Names as servers spell them: "openai/gpt-oss-120b:free", "gpt-oss:20b",
// "accounts/fireworks/models/gpt-oss-20b", "GPT_OSS-20b.gguf".

/** gpt-oss-safeguard judges texts against a policy; it is no assistant. */
export function isGptOssId(id: string): boolean {
  return /gpt[-_ ]?oss/i.test(id) && !/safeguard/i.test(id)
}
