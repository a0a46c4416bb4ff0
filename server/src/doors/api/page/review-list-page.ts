import { utcWords } from '#ground/platform/utc-words.ts'
import type { ReviewRights } from '#services/review/act-on-review.ts'
import type { ReviewLine } from '#services/review/review-store.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'
import { manyBar, pickBox } from './review-many.ts'
import { authorOf, isForged, whyInWords } from './review-words.ts'

/** A message with what its person may do. */
export interface ReviewCard {
  readonly line: ReviewLine
  readonly rights: ReviewRights
}

export interface ReviewListView {
  readonly who: string
  /** Time zone that moments are shown in. */
  readonly zone: string
  readonly cards: readonly ReviewCard[]
  readonly waiting: number
  /** Whether older ones than since the last review are shown too. */
  readonly older: boolean
  /** `after` of this page; null: it is the first. */
  readonly after: string | null
  /** Whether the box of each message is ticked. */
  readonly isTicked: boolean
  /** `after` of the next page; null: this is the last. */
  readonly next: string | null
  /** Messages that we had set aside by a fault of ours and have let go since. */
  readonly freed: number
  readonly note: Html | null
  /** Somebody else looks at it, for a reason: nothing on it does anything. */
  readonly look?: { readonly path: string; readonly reason: string }
}

/** What waits for somebody, newest first. */
export function reviewListPage(view: ReviewListView): ReviewFrame {
  const { who, cards, note, freed, look } = view
  return {
    title: 'Your messages in quarantine',
    who,
    ...(look && { isLook: true }),
    main: html`${look !== undefined && lookNote(who, look.reason)}${note}
<div class="head"><h1>${titleOf(view)}</h1><p class="soft">${subtitleOf(view)}</p></div>
${
  freed > 0 &&
  reviewNote(
    'good',
    `${freed === 1 ? 'One message that we had set aside was' : `${freed} messages that we had set aside were`} fine. That was our mistake; you have got ${freed === 1 ? 'it' : 'them'}.`,
  )
}
<ul class="cards">${cards.map((each) => html`<li class="card">${card(each, view)}</li>`)}</ul>
${look === undefined && manyBar(cards, { older: view.older, isTicked: view.isTicked, after: view.after ?? '' })}
${moreOf(view)}`,
  }
}

function titleOf({ cards, older, waiting }: ReviewListView): string {
  if (waiting === 0) return 'Nothing waits for you'
  if (!older && cards.length === 0) return 'Nothing new waits for you'
  return older ? `${count(waiting)} in quarantine` : 'New in quarantine'
}

function subtitleOf({ waiting, older, cards }: ReviewListView): string {
  if (waiting === 0) return 'Mail that was set aside for you would be here. There is nothing to do.'
  if (!older && cards.length === 0)
    return `${count(waiting)} from before your last review ${waiting === 1 ? 'is' : 'are'} still here.`
  return older
    ? 'Everything that was set aside for you and waits.'
    : `What was set aside for you since your last review, of ${count(waiting)} in all.`
}

function count(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`
}

function lookNote(who: string, reason: string): Html {
  return reviewNote(
    'good',
    html`You see this page as <bdi>${who}</bdi> does, and can change nothing on it. That you look, and why, stands in the audit log. Reason: <bdi>${reason}</bdi>`,
  )
}

function moreOf({ older, waiting, next, cards, look }: ReviewListView): Html | false {
  const path = look?.path ?? '/review/messages'
  if (next !== null) return html`<p><a href="${path}?after=${next}${older && '&older=1'}">Show more</a></p>`
  if (!older && waiting > cards.length) return html`<p><a href="${path}?older=1">Show older ones too</a></p>`
  return false
}

export function pathOf({ messageId, n }: Pick<ReviewLine, 'messageId' | 'n'>): string {
  return `/review/messages/${messageId}/${n}`
}

function card({ line, rights }: ReviewCard, { zone, isTicked, cards, look, older }: ReviewListView): Html {
  const isLook = look !== undefined
  return html`<p class="from">${cards.length > 1 && !isLook && pickBox(line, titleOfMail(line), isTicked)}<bdi>${authorOf(line)}</bdi>${whenMark(line.receivedAt, zone)}</p>
<h2><bdi>${titleOfMail(line)}</bdi></h2>
<p class="why">${isForged(line) && html`<span class="mark bad">${icon('alarm')}Sender may be forged.</span> `}${whyInWords(line)}</p>
${requestMark(line)}
${actionsOf({ line, rights }, { showsText: true, isLook, older })}`
}

export function requestMark({ request, requestNote }: ReviewLine): Html | false {
  if (request === 'open')
    return html`<p class="mark aside">${icon('waiting')}You have asked for it. A manager decides, and you hear by mail.</p>`
  if (request === 'denied')
    return html`<p class="mark bad">${icon('refused')}A manager has said no.${requestNote !== '' && html` <bdi>${requestNote}</bdi>`}</p>`
  return false
}

/** The buttons that this person has for this message. Each is a form: nothing happens by looking. */
export function actionsOf(
  { line, rights }: ReviewCard,
  {
    showsText,
    isLook = false,
    older,
  }: { readonly showsText: boolean; readonly isLook?: boolean; readonly older: boolean },
): Html {
  const path = pathOf(line)
  const button = (action: string, text: string, kind = ''): Html =>
    isLook
      ? html`<button type="button" disabled ${kind !== '' && html`class="${kind}"`}>${text}</button>`
      : html`<form method="post" action="${path}/${action}"><button ${kind !== '' && html`class="${kind}"`} aria-describedby="s-${line.messageId}-${line.n}">${text}</button>${olderMark(older)}</form>`
  return html`<span class="sheet" id="s-${line.messageId}-${line.n}">${titleOfMail(line)}</span>
<div class="actions">
${deliverOf({ line, rights }, button)}
${showsText && button('show', 'Show text')}
<details><summary>More</summary><div class="actions">
${rights.mayList && button('block', 'Block sender')}
${button('report', 'Report a mistake')}
${button('delete', 'Delete for good')}
</div></details>
</div>`
}

/** Brings somebody back to the list that he came from, with older ones in it. */
export function olderMark(older: boolean): Html | false {
  return older && html`<input type="hidden" name="older" value="1">`
}

function deliverOf(
  { line, rights: { mayRelease, release } }: ReviewCard,
  button: (action: string, text: string, kind?: string) => Html,
): Html {
  if (!mayRelease || release === 'manager')
    return html`<p class="soft">Only your managers can let this one go.</p>`
  if (release === 'self') return button('deliver', 'Deliver', 'main')
  return line.request === null ? button('deliver', 'Ask for it', 'main') : html``
}

/** Made once for each zone: making one takes longer than the rest of a page. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** A moment as it is where the person is. */
export function whenMark(at: number, zone: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}" title="${utcWords(at)}">${formatOf(zone).format(at)}${zone === 'UTC' && ' UTC'}</time>`
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

/** Its subject as people read it. */
export function titleOfMail({ subject }: ReviewLine): string {
  return subject === '' ? '(no subject)' : subject.slice(0, 300)
}
