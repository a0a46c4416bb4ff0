import { fieldMark, noteMark } from './form-marks.ts'
import { html } from './html.ts'
import { passkeyMark } from './passkey-mark.ts'
import type { PlainFrame } from './plain-layout.ts'

export interface SignInView {
  /** Where to go on. */
  readonly to: string
  readonly name: string
  /** Why the last try failed. */
  readonly wrong: string | null
  /** What the brand says. */
  readonly text: string
  readonly providers: readonly { readonly path: string; readonly name: string }[]
}

/** Name and password, and the other ways in. */
export function signInPage({ to, name, wrong, text, providers }: SignInView): PlainFrame {
  return {
    title: 'Sign in',
    signIn: true,
    main: html`<section>
<h1>Sign in</h1>
${text !== '' && html`<p class="soft">${text}</p>`}
${noteMark(wrong)}
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${to}">
${fieldMark({ name: 'name', label: 'Name', autocomplete: 'username', value: name })}
${fieldMark({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' })}
<button class="wide">Sign in</button>
</form>
${passkeyMark('/sign-in/passkey', to, 'Use a passkey')}
${providers.map((each) => html`<p class="passkey"><a class="button quiet wide" href="${each.path}?to=${encodeURIComponent(to)}">Go on with ${each.name}</a></p>`)}
<p class="soft">No password yet, or lost it? Whoever runs this server makes a link for you: <code>./mailkeep manager link NAME</code></p>
</section>`,
  }
}

/** @param factors what the manager has */
export function codePage(
  to: string,
  wrong: string | null,
  factors: { readonly code: boolean; readonly passkey: boolean },
): PlainFrame {
  return {
    title: 'Second factor',
    signIn: true,
    main: html`<section>
<h1>Second factor</h1>
${noteMark(wrong)}
${factors.passkey && passkeyMark('/sign-in/code/passkey', to, 'Go on with a passkey')}
${
  factors.code &&
  html`<form method="post" action="/sign-in/code">
<input type="hidden" name="to" value="${to}">
${fieldMark({ name: 'code', label: 'Code', autocomplete: 'one-time-code', hint: 'Six digits of your authenticator, or a recovery code.' })}
<button>Go on</button>
</form>`
}
<form method="post" action="/sign-out"><button class="quiet">Sign in as somebody else</button></form>
</section>`,
  }
}

/** Opening a link does nothing, so that scanners of links do no harm; the button signs in. Null: it is over. */
export function linkPage(secret: string, name: string | null): PlainFrame {
  return {
    title: 'Sign in by link',
    main:
      name === null
        ? html`<section>
<h1>This link is over</h1>
<p>It has been used, or its time has passed. A new one is made by <code>./mailkeep manager link NAME</code>.</p>
<p><a href="/sign-in">Sign in with name and password</a></p>
</section>`
        : html`<section>
<h1>Sign in as ${name}</h1>
<p class="soft">This link works once. Set a password next, so that you need no other.</p>
<form method="post" action="/sign-in/link/${secret}"><button class="wide">Sign in</button></form>
</section>`,
  }
}
