import type { Books, Overview } from '@mailkeep/contract'
import { formatCount } from './format.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { missingMark } from './missing-mark.ts'
import { stateKinds } from './state-mark.ts'

const terms = ['delivered', 'returned', 'quarantined', 'held', 'sealed', 'discarded', 'waiting'] as const

/** The books as one equation: every accepted delivery is in exactly one state (P2). */
export function booksSection({ books, alarms }: Overview): Html {
  const differs = alarms.find((each) => each.name === 'books-differ')
  return html`<section class="books" aria-labelledby="books">
<h2 id="books">Books <small>deliveries since the beginning</small></h2>
${books.value ? equation(books.value, differs?.text) : missingMark(books.missing ?? { since: '', why: '' }, 'The books are')}
</section>`
}

function equation({ totals, difference }: Books, alarm: string | undefined): Html {
  return html`<p class="equation">
<span class="term whole"><b>${formatCount(totals.accepted)}</b> <span>accepted</span></span>
${terms.map(
  (state, index) => html`<span class="sign">${index === 0 ? '=' : '+'}</span>
<a class="term ${stateKinds[state]} ${totals[state] === 0 ? 'zero' : ''}" href="/?state=${state}"><b>${formatCount(totals[state])}</b> <span class="state">${icon(state)}${state}</span></a>`,
)}
${balance(difference, alarm)}
</p>`
}

function balance(difference: number, alarm: string | undefined): Html {
  if (difference !== 0)
    return html`<strong class="balance state bad">${icon('alarm')}${formatCount(Math.abs(difference))} ${difference > 0 ? 'are not accounted for' : 'too many'}</strong>`
  if (alarm !== undefined) return html`<strong class="balance state bad">${icon('alarm')}${alarm}</strong>`
  return html`<span class="balance state good">${icon('delivered')}balanced</span>`
}
