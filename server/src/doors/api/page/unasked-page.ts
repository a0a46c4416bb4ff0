import { html } from './html.ts'
import type { PlainFrame } from './plain-layout.ts'

/** Asks who comes from the page of his provider: any page can send somebody here. */
export function unaskedPage(view: {
  readonly who: string
  readonly provider: string
  readonly brought: string
}): PlainFrame {
  return {
    title: 'Sign in',
    signIn: true,
    main: html`<section>
<h1>Sign in?</h1>
<p>As <b>${view.who}</b> at <b>${view.provider}</b>. Go on only if this is you and you have just come from there.</p>
<form method="post" action="/sign-in/with/back/saml/unasked">
<input type="hidden" name="brought" value="${view.brought}">
<button class="wide">Sign in</button>
</form>
<p class="soft"><a href="/sign-in">Sign in in another way</a></p>
</section>`,
  }
}
