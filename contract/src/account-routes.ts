import {
  AccountView,
  AuthenticatorConfirmation,
  AuthenticatorProposal,
  NewPasskey,
  NewView,
  PasskeyName,
  PasskeyParams,
  PasswordChange,
  PasswordProof,
  RecoveryCodes,
  SessionParams,
  WebAuthn,
} from './account.ts'
import { Done, EmptyBody } from './managers.ts'
import type { ApiRoute } from './route.ts'

const mine = 'signed-in'
const changing = { method: 'POST', access: mine, answer: AccountView } as const

/** What a manager may see and change of himself. Keys have no account: they hear 403. */
export const accountRoutes = {
  account: {
    method: 'GET',
    access: mine,
    path: '/api/v1/account',
    summary: 'Your names, factors, passkeys and sessions.',
    answer: AccountView,
  },
  changePassword: {
    ...changing,
    path: '/api/v1/account/password',
    summary: 'Sets your password; your other sessions end.',
    body: PasswordChange,
  },
  proposeAuthenticator: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/authenticator/proposal',
    summary: 'A new secret for an authenticator and its QR code. Nothing is kept until it is confirmed.',
    showsSecret: true,
    body: EmptyBody,
    answer: AuthenticatorProposal,
  },
  confirmAuthenticator: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/authenticator',
    summary: 'Sets the authenticator up, once a code proves that it has the secret; other sessions end.',
    showsSecret: true,
    body: AuthenticatorConfirmation,
    answer: RecoveryCodes,
  },
  removeAuthenticator: {
    ...changing,
    path: '/api/v1/account/authenticator/remove',
    summary: 'Takes the authenticator away. 409: a second factor is asked of you, and there is no other.',
    body: PasswordProof,
  },
  renewRecoveryCodes: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/recovery-codes',
    summary: 'Ten new recovery codes in place of those that are left.',
    showsSecret: true,
    body: PasswordProof,
    answer: RecoveryCodes,
  },
  proposePasskey: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/passkeys/proposal',
    summary: 'What `navigator.credentials.create` needs; good for five minutes, once.',
    body: PasswordProof,
    answer: WebAuthn,
  },
  addPasskey: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/passkeys',
    summary: 'Keeps the passkey that the browser has made.',
    body: NewPasskey,
    answer: AccountView,
  },
  renamePasskey: {
    method: 'PATCH',
    access: mine,
    path: '/api/v1/account/passkeys/:passkey',
    summary: 'Gives a passkey of yours another name.',
    params: PasskeyParams,
    body: PasskeyName,
    answer: AccountView,
  },
  removePasskey: {
    ...changing,
    path: '/api/v1/account/passkeys/:passkey/remove',
    summary: 'Removes a passkey of yours. 409: a second factor is asked of you, and there is no other.',
    params: PasskeyParams,
    body: PasswordProof,
  },
  endSession: {
    method: 'DELETE',
    access: mine,
    path: '/api/v1/account/sessions/:session',
    summary: 'Ends one of your sessions.',
    params: SessionParams,
    answer: AccountView,
  },
  endOtherSessions: {
    ...changing,
    path: '/api/v1/account/sessions/end',
    summary: 'Ends all of your sessions but this one.',
    body: EmptyBody,
  },
  beginView: {
    method: 'POST',
    access: mine,
    path: '/api/v1/account/view',
    summary:
      'Looks as somebody of this role at this tenant would, and changes nothing while it lasts. Needs the right access.write; the reason stands in the audit log of the tenant.',
    body: NewView,
    answer: Done,
  },
  endView: {
    method: 'DELETE',
    access: mine,
    path: '/api/v1/account/view',
    summary: 'Looks with your own eyes again.',
    answer: Done,
  },
} as const satisfies Record<string, ApiRoute>
