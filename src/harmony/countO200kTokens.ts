// How many tokens a conversation is for a gpt-oss model, counted in the host: exact for code and English text.
import type { Conversation } from "./message.ts"
import { o200kVocabulary } from "./o200kVocabulary.ts"
import { renderConversation } from "./renderConversation.ts"
import { encodeSegments } from "./vocabulary.ts"

/** Loads the vocabulary at first use. */
export async function countO200kTokens(conversation: Conversation): Promise<number> {
  return encodeSegments(await o200kVocabulary(), renderConversation(conversation)).length
}
