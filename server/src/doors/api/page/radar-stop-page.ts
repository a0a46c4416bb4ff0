import { html } from './html.ts'
import type { ReviewFrame } from './review-layout.ts'

/** Asks whoever has got a test mail whether he wants no more. Looking changes nothing: the button does. */
export function radarStopPage(address: string, proof: string): ReviewFrame {
  return {
    title: 'No more test mails',
    who: null,
    narrow: true,
    main: html`<section><h1>No more test mails?</h1>
<p><bdi>${address}</bdi> then gets no test mails from here any more, for good. Other mail is not touched.</p>
<form method="post" action="/radar-stop/${proof}"><input type="hidden" name="address" value="${address}">
<p class="field"><button class="main wide">Stop test mails</button></p></form></section>`,
  }
}

export const radarStoppedPage: ReviewFrame = {
  title: 'No more test mails',
  who: null,
  narrow: true,
  main: html`<section><h1>It is noted</h1><p>This address gets no test mails any more.</p></section>`,
}

export const radarNoStopPage: ReviewFrame = {
  title: 'Not there',
  who: null,
  narrow: true,
  main: html`<section><h1>This link is not complete</h1><p>Open it from the mail once more, as a whole.</p></section>`,
}
