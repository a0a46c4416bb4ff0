import type { Overview } from '@mailkeep/contract'
import { countOf } from './format.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { timeMark } from './time-mark.ts'

/** What needs somebody: alarms, oldest first, and mail that waits for a person. */
export function needsSection({ alarms, books }: Overview): Html {
  const held = books.value?.totals.held ?? 0
  const items = [
    ...alarms.map(
      (
        each,
      ) => html`<li data-key="alarm ${each.name} ${each.subject}">${icon('alarm')}<span class="what">${each.text}</span>
<span class="about"><code>${each.name}</code> since ${timeMark(each.since)}</span></li>`,
    ),
    ...(held === 0
      ? []
      : [
          html`<li class="person" data-key="held">${icon('held')}<span class="what"><a href="/?state=held">${countOf(held, 'delivery is', 'deliveries are')} held</a> until a person has looked</span></li>`,
        ]),
  ]
  if (items.length === 0)
    return html`<section class="needs calm" aria-labelledby="needs"><h2 id="needs" class="unseen">What needs you</h2>
<p>${icon('delivered')}Nothing needs you.</p></section>`
  return html`<section class="needs ${alarms.length > 0 ? 'alarming' : 'asking'}" aria-labelledby="needs">
<h2 id="needs">${countOf(items.length, 'thing needs', 'things need')} you</h2>
<ul>${items}</ul>
</section>`
}
