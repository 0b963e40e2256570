// Below the check: what was counted at this endpoint on this computer, and what the account has left.
import { html, nothing, type TemplateResult } from "lit"
import type { EndpointPage } from "../../protocol/endpointPage.ts"
import { count } from "../figures.ts"
import { problemWords } from "../problemWords.ts"
import { type Fact, recordFacts } from "../recordFacts.ts"

/** Nothing where nothing is known. */
export function seenHere({ record, account }: EndpointPage): TemplateResult {
  return html`${
    account.length === 0
      ? nothing
      : html`<section class="seen" aria-labelledby="account-title">
          <h2 id="account-title">Account</h2>
          <ul class="account">
            ${account.map(line => html`<li>${line}</li>`)}
          </ul>
        </section>`
  }
  ${
    record === undefined
      ? nothing
      : html`<section class="seen" aria-labelledby="seen-title">
          <h2 id="seen-title">Seen here</h2>
          ${facts(recordFacts(record))} ${record.problems.length === 0 ? nothing : faults(record.problems)}
          <p class="seen-note">Counted on this computer for this model. Osprey sends none of it.</p>
        </section>`
  }`
}

function faults(problems: readonly { readonly code: string; readonly count: number }[]): TemplateResult {
  return html`<h3>Faults in answers, repaired or tolerated</h3>
    ${facts(problems.map(problem => [problemWords(problem.code), count(problem.count)]))}`
}

function facts(list: readonly Fact[]): TemplateResult {
  return html`<dl class="seen-facts">
    ${list.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
  </dl>`
}
