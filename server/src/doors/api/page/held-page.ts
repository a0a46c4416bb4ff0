import { utcWords } from '#ground/platform/utc-words.ts'
import type { HeldView } from '#services/held/decide-held.ts'
import { whyHeld } from '#services/held/why-held.ts'
import { type Html, html } from './html.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'

const shown = 20

/** What has just been done, or why it was not, as the page says it. */
export const heldNotes: Readonly<Record<string, readonly ['good' | 'bad', string]>> = {
  released: ['good', 'It is on its way to everybody it was meant for.'],
  withdrawn: ['good', 'It was taken back. Nobody gets it.'],
  asked: ['good', 'Your administrators have been asked to send it.'],
  code: ['good', 'A mail with a code of six digits is on its way to you. Write it here.'],
  'wrong-code': ['bad', 'That is not the code.'],
  over: ['bad', 'That code does not count any more. Ask for a new one with the button.'],
  idle: ['bad', 'Nothing was done: somebody was faster, or we are just looking at it again.'],
  'too-many': ['bad', 'Too many codes were asked for. Try again in a quarter of an hour.'],
  'too-many-tries': [
    'bad',
    'Too many codes were typed for this message. Try again tomorrow, or ask your administrators to send it.',
  ],
  forbidden: ['bad', 'Only your administrators can send this message.'],
}

/** Shows a held message to its sender. Looking changes nothing: the buttons do. */
export function heldPage(
  secret: string,
  { line, way }: HeldView,
  { note = null, asksCode = false }: { readonly note?: string | null; readonly asksCode?: boolean } = {},
): ReviewFrame {
  const [kind, text] = (note === null ? undefined : heldNotes[note]) ?? []
  return {
    title: 'Your message',
    who: null,
    narrow: true,
    main: html`${kind !== undefined && text !== undefined && reviewNote(kind, text)}<section>
<h1>${line.held > 0 ? 'Your message is held' : 'Your message'}</h1>
<p><strong>${line.subject === '' ? '(no subject)' : line.subject.slice(0, 300)}</strong></p>
<p>To: ${recipientsOf(line)}</p>
<p class="soft">From <bdi>${line.sender}</bdi>, held since ${utcWords(line.heldAt)}</p>
<p>${line.held > 0 ? whyHeld(line) : becameOf(line.state)}</p>
${line.held > 0 && buttons(secret, way, asksCode, line.askedAt !== null)}
</section>
${line.held > 0 && html`<p class="soft">You did not write this? Take it back, and tell your administrators: somebody else may be using your mailbox.</p>`}`,
  }
}

function recipientsOf({ recipients, deliveries }: HeldView['line']): Html {
  const named = recipients.slice(0, shown)
  return html`${named.map((each, index) => html`${index > 0 && ', '}<bdi>${each}</bdi>`)}${
    deliveries > named.length && ` and ${deliveries - named.length} more`
  }`
}

function buttons(secret: string, way: HeldView['way'], asksCode: boolean, isAsked: boolean): Html {
  const withdraw = html`<form method="post" action="/held/${secret}/withdraw"><p class="field"><button class="wide">Take it back</button></p></form>`
  if (way === 'manager')
    return html`<p>Only your administrators can send it; you can take it back.</p>${withdraw}`
  if (way === 'request' && isAsked)
    return html`<p>Your administrators have been asked to send it.</p>${withdraw}`
  const label = way === 'request' ? 'Ask my administrators to send it' : 'Send it all the same'
  const code =
    asksCode &&
    html`<p class="field"><label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required aria-describedby="code-hint">
<small id="code-hint">Six digits, in the mail that we have just sent you.</small></p>`
  return html`<form method="post" action="/held/${secret}/release">${code}
<p class="field"><button class="main wide">${label}</button></p></form>${withdraw}`
}

function becameOf(state: string): string {
  switch (state) {
    case 'waiting':
    case 'delivered':
      return 'It has been sent.'
    case 'returned':
      return 'It has gone back to you.'
    case 'discarded':
      return 'It was taken back, and nobody gets it.'
    default:
      return 'It is not held any more.'
  }
}

/** A link that leads to nothing, or to nothing any more. */
export const heldGonePage: ReviewFrame = {
  title: 'Not there',
  who: null,
  narrow: true,
  main: html`<section><h1>There is no such message</h1><p>It was decided about a while ago, or the link is not complete.</p></section>`,
}
