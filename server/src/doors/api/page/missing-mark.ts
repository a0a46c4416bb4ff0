import type { Missing } from '@mailkeep/contract'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { timeMark } from './time-mark.ts'

/** In place of a part that its store did not give: unknown is shown as unknown. */
export function missingMark(missing: Missing, what: string): Html {
  return html`<p class="missing">${icon('unknown')}<span>${what} not available since ${timeMark(missing.since, 'clock')}: ${missing.why}. It comes back by itself.</span></p>`
}
