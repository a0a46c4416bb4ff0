import type { LinkedNotice } from '#services/alarms/acknowledge-by-link.ts'
import { wordsOf } from '#services/alarms/notice-words.ts'
import { html } from './html.ts'
import type { ReviewFrame } from './review-layout.ts'

const mostShown = 10

const frame = (title: string, main: ReviewFrame['main']): ReviewFrame => ({
  ...{ title, who: null, narrow: true, main },
})

/** Asks whoever was told of an alarm whether he looks after it. Looking changes nothing: the button does. */
export function acknowledgePage({ notice, subscription, who }: LinkedNotice, secret: string): ReviewFrame {
  const { scope } = subscription
  const given = { notice, scope, toldRevision: 0, secret: '', consoleUrl: '', incidentOf: () => null }
  const { headline, lines } = wordsOf(given)
  const head = html`<h1>${headline}</h1>
<p>Told to <bdi>${who}</bdi>, of alarms of <bdi>${scope}</bdi>.</p>
<ul>${lines.slice(0, mostShown).map((each) => html`<li><b>${each.name}</b> <bdi>${each.text}</bdi></li>`)}${lines.length > mostShown && html`<li>and ${lines.length - mostShown} more</li>`}</ul>`
  if (notice.endedAt !== null)
    return frame('It is over', html`<section>${head}<p>All of it is over.</p></section>`)
  if (notice.ackedAt !== null)
    return frame(
      'Somebody looks after it',
      html`<section>${head}<p>Somebody looks after it: <bdi>${notice.ackedBy ?? ''}</bdi>.</p></section>`,
    )
  return frame(
    'Do you look after it?',
    html`<section>${head}
<form method="post" action="/alarms/acknowledge/${secret}">
<p class="field"><button class="main wide">I look after it</button></p></form>
<p>Those who would be told next are not. Nothing happens before you press it.</p></section>`,
  )
}

export const acknowledgedPage: ReviewFrame = frame(
  'You look after it',
  html`<section><h1>It is noted</h1><p>You look after it. Nobody else is called for it; all who were told hear when it is over.</p></section>`,
)

export const noAcknowledgePage: ReviewFrame = frame(
  'Not there',
  html`<section><h1>There is nothing to acknowledge</h1><p>The link is not complete, or this alarm is long over.</p></section>`,
)
