import type { ContentLook } from '#services/content/look-at-content.ts'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'
import { actionsOf, type ReviewCard, requestMark, titleOfMail, whenMark } from './review-list-page.ts'
import { authorOf, isForged, whyInWords } from './review-words.ts'

export interface ReviewMessageView extends ReviewCard {
  readonly who: string
  readonly zone: string
  readonly look: ContentLook
  /** He came from the list that has older ones too. */
  readonly older: boolean
}

/** Letters of the text that are shown: enough to know a message by. */
const mostLetters = 20_000
const mostFiles = 20

const senderMarks = { proved: 'good', forged: 'bad', unknown: 'aside' } as const

/** One message as plain text: no link in it can be followed, and nothing is loaded from anywhere. */
export function reviewMessagePage({ line, rights, who, zone, look, older }: ReviewMessageView): ReviewFrame {
  const { marks, shown } = look
  return {
    title: titleOfMail(line),
    who,
    main: html`<p class="back"><a href="/review/messages${older && '?older=1'}">Back to your messages</a></p>
<section>
<h1><bdi>${titleOfMail(line)}</bdi></h1>
<dl>
<dt>From</dt><dd><bdi>${authorOf(line)}</bdi></dd>
<dt>To</dt><dd><bdi>${line.rcptTo}</bdi></dd>
<dt>Came</dt><dd>${whenMark(line.receivedAt, zone)}</dd>
</dl>
<p><span class="mark ${isForged(line) ? 'bad' : senderMarks[marks.sender.mark]}">${icon(isForged(line) || marks.sender.mark === 'forged' ? 'alarm' : marks.sender.mark === 'proved' ? 'delivered' : 'unknown')}${isForged(line) ? 'Its sender may be forged.' : marks.sender.text}</span></p>
<p class="why">${whyInWords(line)}</p>
${requestMark(line)}
${line.state === 'quarantined' ? actionsOf({ line, rights }, { showsText: false, older }) : html`<p class="soft">It waits no more.</p>`}
</section>
${
  shown === null
    ? reviewNote(
        'bad',
        'Its text is not available at the moment. The message is kept; try again in a few minutes.',
      )
    : html`<section><h2>Its text</h2>
<div class="text" tabindex="0" role="region" aria-label="Text of the message">${shown.text.trim() === '' ? 'There is no text in it.' : linesOf(shown.text)}</div>
${(shown.cut || shown.text.length > mostLetters) && html`<p class="soft">It is longer than what is shown.</p>`}
${
  shown.attachments.length > 0 &&
  html`<h2>Files in it</h2><ul class="plain">${shown.attachments
    .slice(0, mostFiles)
    .map(
      ({ name, type }) =>
        html`<li><bdi>${name === '' ? 'without a name' : name}</bdi> <small>${type}</small></li>`,
    )}</ul>`
}
</section>`
}`,
  }
}

/** Line by line: within one, whatever is hidden is made visible. */
function linesOf(text: string): readonly Html[] {
  return text
    .trimEnd()
    .slice(0, mostLetters)
    .split(/\r?\n/)
    .map((line) => html`${line}\n`)
}
