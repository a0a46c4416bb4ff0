import type { MailState } from '@mailkeep/contract'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'

/** The colour of a state, the same in marks, books and chart. */
export const stateKinds: Readonly<Record<MailState, 'good' | 'wait' | 'aside' | 'bad' | 'none'>> = {
  delivered: 'good',
  sealed: 'good',
  waiting: 'wait',
  quarantined: 'aside',
  held: 'aside',
  returned: 'bad',
  refused: 'bad',
  discarded: 'none',
}

/** Icon and word of a state: the colour never speaks alone. */
export function stateMark(state: MailState): Html {
  return html`<span class="state ${stateKinds[state]}">${icon(state)}${state}</span>`
}
