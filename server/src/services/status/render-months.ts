import { utcWords } from '#ground/platform/utc-words.ts'
import { escapeMarkup } from './markup.ts'
import type { StatusState, ToldMonth } from './status-state.ts'

const shownMonths = 12
const shownCorrections = 3

/** Months that have ended, as they were published, each with what was corrected since; nothing where there is none. */
export function renderMonths({ months = [] }: StatusState): string {
  if (months.length === 0) return ''
  return `<section aria-labelledby="months"><h2 id="months">By month</h2>
<table class="months"><thead><tr><th scope="col">Month</th><th scope="col">Outages</th><th scope="col">Degraded</th><th scope="col">Notices</th><th scope="col">Others</th><th scope="col">First post after</th></tr></thead>
<tbody>${months.slice(0, shownMonths).map(rowsOf).join('')}</tbody></table>
<p class="soft">Published when the month had ended, and not changed since; what was corrected stands below it. Outages: number, and minutes weighed 1 for a major outage and 0.5 for a partial one; degraded counts as no downtime. <a href="history.json">All figures as JSON</a></p></section>`
}

function rowsOf({ month, published, corrected, corrections }: ToldMonth): string {
  const last = corrections
    .slice(-shownCorrections)
    .map(
      (each) =>
        `<li><time datetime="${new Date(each.at).toISOString()}">${utcWords(each.at)}</time> ${escapeMarkup(each.what)}. Why: ${escapeMarkup(each.why)}</li>`,
    )
  const more =
    corrected === null
      ? ''
      : `<tr class="soft"><td>corrected</td>${cells(corrected)}</tr><tr class="soft"><td colspan="6"><ul>${last.join('')}</ul>${corrections.length > shownCorrections ? `<p>${corrections.length - shownCorrections} more in the JSON.</p>` : ''}</td></tr>`
  return `<tr><th scope="row">${month}</th>${cells(published)}</tr>${more}`
}

function cells({ sums, medianMinutesToNotice }: ToldMonth['published']): string {
  const of = (kind: string) => sums.find((each) => each.kind === kind)
  const outages = (of('outage')?.incidents ?? 0) + (of('unrated')?.incidents ?? 0)
  const shown = [
    outages === 0 ? '0' : `${outages}, ${of('outage')?.weightedMinutes ?? 0} min`,
    ...['degraded', 'notice', 'third-party'].map((kind) => String(of(kind)?.incidents ?? 0)),
    medianMinutesToNotice === null ? '-' : `${medianMinutesToNotice} min`,
  ]
  return shown.map((each) => `<td>${each}</td>`).join('')
}
