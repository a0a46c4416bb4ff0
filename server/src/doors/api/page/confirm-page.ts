import { html } from './html.ts'
import type { PlainFrame } from './plain-layout.ts'

/** Asks who comes from the page of his provider: any page can send somebody here. */
export function confirmPage(view: {
  readonly who: string
  readonly provider: string
  readonly brought: string
  /** Where the form goes. */
  readonly path: string
  /** Who is signed in in this browser; null: nobody. */
  readonly current: string | null
}): PlainFrame {
  const { who, provider, brought, path, current } = view
  return {
    title: 'Sign in',
    main: html`<section>
<h1>Sign in?</h1>
<p>As <b>${who}</b> at <b>${provider}</b>. Go on only if this is you and you have just come from there.</p>
${current !== null && html`<p>In this browser you are signed in as <b>${current}</b>; that session ends then.</p>`}
<form method="post" action="${path}">
<input type="hidden" name="brought" value="${brought}">
<button class="wide">Sign in</button>
</form>
<p class="soft">${current === null ? html`<a href="/sign-in">Sign in in another way</a>` : html`<a href="/">Stay signed in as ${current}</a>`}</p>
</section>`,
  }
}
