import type { StatusComponent } from '#services/status/status-store.ts'
import { type Html, html } from './html.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'

const frame = (title: string, main: Html): ReviewFrame => ({ title, main, who: null, narrow: true })

/** Asks who wants to be told of what. */
export function subscribePage(
  name: string,
  components: readonly StatusComponent[],
  wrong: string | null,
): ReviewFrame {
  const boxes = components.map(
    (each) =>
      html`<label class="pick"><input type="checkbox" name="component" value="${each.id}"> ${each.name}</label>`,
  )
  return frame(
    'News of the status',
    html`${wrong !== null && reviewNote('bad', wrong)}<section>
<h1>News of the status of ${name}</h1>
<p>Be told when something is new on the status page. The address is asked first; each notice has a link that ends it.</p>
<form method="post" action="/status/subscribe">
<p class="field"><label for="address">Mail address, or https address of a program</label>
<input id="address" name="address" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="500" required></p>
${
  boxes.length > 0 &&
  html`<details><summary>Only of some components</summary><fieldset><legend>Tell me of (none: of all)</legend>${boxes}</fieldset></details>`
}
<p class="field"><button class="main wide">Ask for confirmation</button></p>
</form>
</section>`,
  )
}

/** The same for everybody, whether the address is known or not. */
export const askedToSubscribePage = frame(
  'One step left',
  html`<section><h1>One step left</h1>
<p>If the address can be told, it gets a link. It is told of nothing before the link is used; it is good for two days.</p></section>`,
)

/** Opening a link does nothing, so that whatever looks at links in mail does no harm: the button does. */
export function confirmPage(secret: string, address: string): ReviewFrame {
  return frame(
    'Confirm',
    html`<section><h1>Tell this address?</h1><p><bdi>${address}</bdi></p>
<form method="post" action="/status/confirm/${secret}"><button class="main wide">Confirm</button></form></section>`,
  )
}

export const confirmedPage = frame(
  'Confirmed',
  html`${reviewNote('good', 'Confirmed.')}<section><h1>Confirmed</h1><p>You are told from now on. Each notice has a link that ends it.</p></section>`,
)

export function leavePage(secret: string, address: string): ReviewFrame {
  return frame(
    'Leave',
    html`<section><h1>No more news?</h1><p><bdi>${address}</bdi></p>
<form method="post" action="/status/leave/${secret}"><button class="main wide">Leave</button></form></section>`,
  )
}

export const leftPage = frame(
  'Left',
  html`${reviewNote('good', 'You are told no more.')}<section><h1>You are told no more</h1><p>Nothing is sent to this address.</p></section>`,
)

export const linkOverPage = frame(
  'This link is over',
  html`<section><h1>This link is over</h1><p>It has been used, or its time has passed.</p><p><a href="/status/subscribe">Ask anew</a></p></section>`,
)

export const noSubscriptionsPage = frame(
  'Not offered',
  html`<section><h1>Not offered</h1><p>This status page has feeds and a calendar, and no subscriptions.</p></section>`,
)
