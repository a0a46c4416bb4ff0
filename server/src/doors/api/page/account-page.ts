import { utcWords } from '#ground/platform/utc-words.ts'
import type { Manager, Session } from '#services/access/access-store.ts'
import { roles } from '#services/access/roles.ts'
import { fieldMark, noteMark } from './form-marks.ts'
import { type Html, html } from './html.ts'
import type { PlainFrame } from './plain-layout.ts'

export interface AccountView {
  readonly manager: Manager
  readonly sessions: readonly Session[]
  /** Whether the present password is asked for. */
  readonly isPasswordAsked: boolean
  /** Hash of the session that looks. */
  readonly own: string
  /** For setting up a second factor; null: there is one. */
  readonly proposal: {
    readonly secret: string
    readonly uri: string
    readonly squares: readonly boolean[][]
  } | null
  /** Shown once, right after they were made. */
  readonly recoveryCodes: readonly string[]
  readonly done: string | null
  readonly wrong: string | null
}

/** What a manager may see and change of himself. */
export function accountPage(view: AccountView): PlainFrame {
  const { manager, done, wrong } = view
  return {
    title: 'Your account',
    main: html`<section>
<h1>${manager.displayName || manager.id}</h1>
<p class="soft">${roles[manager.role].name} of ${manager.tenant}${manager.domains !== null && html`, for ${manager.domains.join(', ')}`}. You sign in as <b>${manager.id}</b>.</p>
${noteMark(done, 'good')}${noteMark(wrong)}
<div class="actions"><a class="button" href="/">To the console</a>
<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form></div>
</section>
${view.recoveryCodes.length > 0 && codesSection(view.recoveryCodes)}
${passwordSection(view)}
${factorSection(view)}
${sessionsSection(view)}`,
  }
}

function codesSection(codes: readonly string[]): Html {
  return html`<section class="asking">
<h2>Recovery codes</h2>
<p>Keep them where you find them without your phone. Each works once. They are not shown again.</p>
<ul class="codes">${codes.map((each) => html`<li><code>${each.slice(0, 6)}-${each.slice(6)}</code></li>`)}</ul>
</section>`
}

function passwordSection({ manager: { id, passwordHash }, isPasswordAsked, proposal }: AccountView): Html {
  return html`<section>
<h2>${passwordHash === null ? 'Set a password' : 'Change the password'}</h2>
<form method="post" action="/account/password">
${proposedMark(proposal)}
<input type="hidden" name="name" value="${id}" autocomplete="username">
${presentPassword('old', isPasswordAsked)}
${fieldMark({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: 'At least 12 characters; a few words are better than one odd word. Other sessions of yours end.' })}
<button>Set the password</button>
</form>
</section>`
}

/** Where it proves who he is: an open screen is not enough for changing how somebody signs in. */
function presentPassword(name: string, isAsked: boolean): Html | false {
  return (
    isAsked &&
    fieldMark({ name, label: 'Present password', type: 'password', autocomplete: 'current-password' })
  )
}

function factorSection({ manager, proposal, isPasswordAsked }: AccountView): Html {
  if (proposal === null)
    return html`<section>
<h2>Second factor</h2>
<p>Is set up; ${manager.recoveryCodes.length} recovery codes are left. To set up another authenticator, ask whoever runs this server to take this one away: <code>./mailkeep manager drop-factor ${manager.id}</code></p>
</section>`
  return html`<section${manager.needsSecondFactor && html` class="asking"`}>
<h2>Set up a second factor</h2>
<p>${manager.needsSecondFactor && 'You need one before you can go on. '}Show this picture to your authenticator, or type <code>${proposal.secret}</code> into it, and then type the code that it shows.</p>
${squaresMark(proposal.squares)}
<form method="post" action="/account/second-factor">
${proposedMark(proposal)}
${presentPassword('present', isPasswordAsked)}
${fieldMark({ name: 'code', label: 'Code', autocomplete: 'one-time-code', digits: true })}
<button>Set it up</button>
</form>
</section>`
}

/** Goes along with each form, so that the page behind it shows the same picture: a phone may have it already. */
function proposedMark(proposal: AccountView['proposal']): Html | false {
  return proposal !== null && html`<input type="hidden" name="secret" value="${proposal.secret}">`
}

/** A QR code as one path: black on white, also where the page is dark. */
function squaresMark(squares: readonly boolean[][]): Html {
  const path = squares
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return html`<svg class="qr" viewBox="0 0 ${squares.length} ${squares.length}" role="img" aria-label="QR code for your authenticator"><path class="qr-ground" d="M0 0h${squares.length}v${squares.length}h-${squares.length}z"/><path d="${path}"/></svg>`
}

function sessionsSection({ sessions, own, proposal }: AccountView): Html {
  const others = sessions.filter((each) => each.hash !== own).length
  return html`<section>
<h2>Sessions</h2>
<ul class="sessions">${sessions.map(
    (each) =>
      html`<li><span>${each.ip || 'this machine'}${each.hash === own && ' (this one)'}</span> <small>${each.agent.slice(0, 90)}</small> <small>since <time datetime="${new Date(each.createdAt).toISOString()}">${utcWords(each.createdAt)}</time></small></li>`,
  )}</ul>
${others > 0 && html`<form method="post" action="/account/sessions/end">${proposedMark(proposal)}<button class="quiet">End ${others === 1 ? 'the other one' : `the other ${others}`}</button></form>`}
</section>`
}
