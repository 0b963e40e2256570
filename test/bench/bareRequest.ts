// The other side of a ratio: what a request to the scripted endpoint costs without Osprey, its answer read to the end
// and looked at by nobody. And the model under test at the same endpoint.
import { countO200kTokens } from "../../src/harmony/countO200kTokens.ts"
import { hostedModel } from "../../src/model/hosted/hostedModel.ts"
import type { LanguageModel } from "../../src/model/languageModel.ts"
import type { ScriptedEndpoint, ScriptedRequest } from "../support/scriptedEndpoint.ts"
import { timed } from "./benchRows.ts"

export function benchModel({ baseUrl }: ScriptedEndpoint): LanguageModel {
  return hostedModel({
    ...{ baseUrl, model: "openai/gpt-oss-20b", label: "gpt-oss-20b" },
    ...{ contextWindow: 131_072, outputLimit: 16_384, countTokens: countO200kTokens },
    apiKey: async () => "bench",
  })
}

/** Milliseconds of the same requests again, one after the other. */
export function bareRequests(
  { origin }: ScriptedEndpoint,
  requests: readonly ScriptedRequest[],
): Promise<number> {
  return timed(async () => {
    for (const { path, body } of requests) {
      const response = await fetch(`${origin}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
      await response.text()
    }
  })
}
