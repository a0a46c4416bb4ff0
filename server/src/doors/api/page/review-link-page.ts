import { type Html, html } from './html.ts'
import { type ReviewFrame, reviewNote } from './review-layout.ts'

const asking = (button: string): Html => html`<form method="post" action="/review">
<p class="field"><label for="address">Your mail address</label>
<input id="address" name="address" type="email" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="320" required></p>
<p class="field"><button class="main wide">${button}</button></p>
</form>`

/** Asks for an address, which then gets a link. */
export function askPage(wrong: string | null): ReviewFrame {
  return {
    title: 'Your messages in quarantine',
    who: null,
    narrow: true,
    main: html`${wrong !== null && reviewNote('bad', wrong)}<section>
<h1>Your messages in quarantine</h1>
<p>No password is needed: you get a mail with a link that shows what was set aside for you.</p>
${asking('Send me a link')}
</section>`,
  }
}

/** The same for everybody, whether there is such an address or not. */
export function askedPage(code: string): ReviewFrame {
  return {
    title: 'Look into your mail',
    who: null,
    narrow: true,
    main: html`<section>
<h1>Look into your mail</h1>
<p>If that address is one of ours, a mail with a link is on its way. The link asks for this code:</p>
<p class="code"><span>${code}</span></p>
<p class="soft">It is good for 15 minutes, once. Leave this page open until you have used it. No mail after a few minutes? Look at the address, then <a href="/review">ask again</a>.</p>
</section>`,
  }
}

/** Opening a link does nothing, so that whatever looks at links in mail does no harm: the button opens. */
export function linkPage(secret: string, asksCode: boolean, wrong: string | null): ReviewFrame {
  return {
    title: 'Your messages in quarantine',
    who: null,
    narrow: true,
    main: html`${wrong !== null && reviewNote('bad', wrong)}<section>
<h1>Your messages in quarantine</h1>
<form method="post" action="/review/link/${secret}">
${
  asksCode &&
  html`<p class="field"><label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required aria-describedby="code-hint">
<small id="code-hint">Six digits, on the page where you asked for this link.</small></p>`
}
<p class="field"><button class="main wide">Show my messages</button></p>
</form>
<p class="soft">Then you see them for an hour on this device.</p>
</section>`,
  }
}

/** A link that is used up, or whose time has passed. */
export function overPage(secret: string): ReviewFrame {
  return {
    title: 'This link is over',
    who: null,
    narrow: true,
    main: html`<section>
<h1>This link is over</h1>
<p>It has been used, or its time has passed. Your messages are still there.</p>
<form method="post" action="/review/link/${secret}/again"><button class="main wide">Send me a new link</button></form>
<p class="soft">It goes to the address that this one was sent to.</p>
</section>
<section>
<h2>Or ask for it by address</h2>
${asking('Send me a link')}
</section>`,
  }
}

/** No link can be sent to anybody: nobody has said yet by which address people reach these pages. */
export const noLinksPage: ReviewFrame = {
  title: 'No links are sent yet',
  who: null,
  narrow: true,
  main: html`<section><h1>No links are sent yet</h1><p>This site has not been told the address that links lead to (<code>console.url</code>). Ask whoever looks after your mail for a link, or to set it.</p></section>`,
}

/** Anything of these pages that is not there. */
export function nothingPage(text: string): ReviewFrame {
  return {
    title: 'Not there',
    who: null,
    narrow: true,
    main: html`<section><h1>Not there</h1><p>${text}</p><p><a href="/review/messages">To your messages</a></p></section>`,
  }
}

/** Our fault, and nobody's message is lost by it. */
export const awayPage: ReviewFrame = {
  title: 'Not available at the moment',
  who: null,
  narrow: true,
  main: html`<section><h1>Not available at the moment</h1><p>This is our fault. Your messages are kept, and no link is used up by waiting. Try again in a few minutes.</p></section>`,
}
