import { type ManyCounts, manyOutcomes, type PickedMail } from '#services/review/act-on-many.ts'
import { type Html, html } from './html.ts'
import { reviewNote } from './review-layout.ts'
import type { ReviewCard } from './review-list-page.ts'

/** So many can be ticked at once: more than a page shows. */
export const mostPicks = 50
const formId = 'many'

/** The box of one message; it belongs to the form at the end of the list, since forms do not stand in one another. */
export function pickBox({ messageId, n }: PickedMail, title: string, isTicked: boolean): Html {
  return html`<label class="pick"><input type="checkbox" name="pick" value="${messageId}.${n}" form="${formId}" ${isTicked && html`checked`}><span class="sheet">Tick “${title}”</span></label>`
}

/** What a box stands for; null: it is none of ours. */
export function pickOf(text: string): PickedMail | null {
  const found = /^([0-9a-z]{16})\.(\d{1,6})$/.exec(text)
  return found && { messageId: found[1] ?? '', n: Number(found[2]) }
}

/** Buttons for all that is ticked; nothing where there is only one message. Deleting stands apart, as with one. */
export function manyBar(
  cards: readonly ReviewCard[],
  { older, isTicked, after }: { readonly older: boolean; readonly isTicked: boolean; readonly after: string },
): Html | false {
  if (cards.length < 2) return false
  const ways = new Set(cards.filter(({ rights }) => rights.mayRelease).map(({ rights }) => rights.release))
  const deliver = ways.has('self')
    ? ways.has('request')
      ? 'Deliver or ask for'
      : 'Deliver'
    : ways.has('request') && 'Ask for'
  const query = `${older ? '&older=1' : ''}${after === '' ? '' : `&after=${after}`}`
  const other = isTicked
    ? html`<a href="/review/messages?ticked=0${query}">Tick none</a>`
    : html`<a href="/review/messages?ticked=1${query}">Tick all ${cards.length}</a>`
  return html`<form class="many" id="${formId}" method="post" action="/review/messages/many" aria-label="Ticked messages">
${older && html`<input type="hidden" name="older" value="1">`}
<div class="actions">${other}${deliver !== false && html`<button class="main" name="act" value="deliver">${deliver} ticked</button>`}
<details><summary>More</summary><div class="actions"><button name="act" value="delete">Delete ticked for good</button></div></details></div>
</form>`
}

const words: Readonly<Record<keyof ManyCounts, (count: number) => string>> = {
  delivered: (count) => `${messages(count)} ${are(count)} on the way to you, after one more scan.`,
  asked: (count) =>
    `You have asked for ${count === 1 ? 'one message' : messages(count)}. A manager decides, and you hear by mail.`,
  deleted: (count) => `${messages(count)} ${are(count)} deleted.`,
  idle: (count) => `${messages(count)} ${were(count)} dealt with before.`,
  refused: (count) => `${messages(count)} can be let go by your managers only.`,
  gone: (count) => `${messages(count)} ${are(count)} kept no more.`,
  unsure: (count) =>
    `With ${count === 1 ? 'one message' : messages(count)} we did not come to an end: look in a minute whether it is still here.`,
  left: (count) =>
    `${messages(count)} ${were(count)} not touched, since it took too long. Tick, and press again.`,
}

const notDone: ReadonlySet<keyof ManyCounts> = new Set(['refused', 'gone', 'unsure', 'left'])

/** What is said after a button for many; the address has numbers alone. Null: it says nothing of the kind. */
export function manyNote(query: Readonly<Record<string, unknown>>): Html | null {
  if (query.done !== 'many') return null
  const told = manyOutcomes.map((each) => ({ each, count: readCount(query[each]) }))
  const said = told.filter(({ count }) => count > 0)
  if (said.length === 0) return reviewNote('bad', 'Nothing was ticked, so nothing was done.')
  const isBad = said.every(({ each }) => notDone.has(each))
  return reviewNote(isBad ? 'bad' : 'good', said.map(({ each, count }) => words[each](count)).join(' '))
}

function readCount(value: unknown): number {
  return typeof value === 'string' && /^\d{1,2}$/.test(value) ? Math.min(Number(value), mostPicks) : 0
}

function messages(count: number): string {
  return count === 1 ? 'One message' : `${count} messages`
}

const are = (count: number) => (count === 1 ? 'is' : 'are')
const were = (count: number) => (count === 1 ? 'was' : 'were')
