import { OrderError } from '#services/ledger/order-error.ts'
import { type AccessOrder, recordAccess } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import type { AccountStore, Passkey } from './account-store.ts'
import { hashSecret } from './secret.ts'

/** Where a page of ours was opened: what browsers bind a passkey to. */
export interface PasskeyPlace {
  /** Host name, without a port. */
  readonly host: string
  readonly origin: string
}

/** What the browser sends back, as JSON of WebAuthn level 3. Held against the standard by the library. */
export type PasskeyAnswer = Readonly<Record<string, unknown>>

const lifeMs = 300_000
const mostPasskeys = 20

/** What a browser needs for making a passkey. It is good for five minutes, once. @throws OrderError */
export async function proposePasskey(
  accounts: AccountStore,
  manager: Manager,
  { host }: PasskeyPlace,
  now: number,
): Promise<object> {
  const known = await accounts.passkeysOf(manager.id)
  if (known.length >= mostPasskeys) throw new OrderError('conflict', `there are ${mostPasskeys} already`)
  const { generateRegistrationOptions } = await import('@simplewebauthn/server')
  const options = await generateRegistrationOptions({
    rpName: 'Mailkeep',
    rpID: host,
    userName: manager.id,
    userDisplayName: manager.displayName || manager.id,
    userID: new TextEncoder().encode(hashSecret(`passkeys of ${manager.id}`)) as Uint8Array<ArrayBuffer>,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    excludeCredentials: known.map(({ id }) => ({ id })),
  })
  const hash = hashSecret(options.challenge)
  const challenge = { hash, kind: 'passkey-new', manager: manager.id, value: {} } as const
  await accounts.putChallenge({ ...challenge, expiresAt: now + lifeMs })
  return options
}

/** Keeps a passkey that a browser has made for a proposal of ours. @throws AccessRefusal wrong-code */
export async function addPasskey(
  order: AccessOrder & { readonly accounts: AccountStore },
  given: {
    readonly manager: Manager
    readonly name: string
    readonly answer: PasskeyAnswer
    readonly place: PasskeyPlace
  },
): Promise<Passkey> {
  const { manager, answer, place } = given
  const challenge = await takeChallenge(order.accounts, 'passkey-new', answer, order.at)
  if (challenge.manager !== manager.id) throw over()
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const checked = await verifyRegistrationResponse({
    response: answer as never,
    expectedChallenge: challenge.text,
    expectedOrigin: place.origin,
    expectedRPID: place.host,
    requireUserVerification: false,
  }).catch((cause: Error) => {
    throw new AccessRefusal('wrong-code', `this passkey cannot be taken: ${cause.message.slice(0, 200)}`)
  })
  if (!checked.verified) throw over()
  const { credential } = checked.registrationInfo
  if (await order.accounts.passkey(credential.id))
    throw new OrderError('conflict', 'this passkey is known already')
  const passkey: Passkey = {
    id: credential.id,
    manager: manager.id,
    name: given.name.trim().slice(0, 60) || 'Passkey',
    host: place.host,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: (credential.transports ?? []).slice(0, 8),
    createdAt: order.at,
    usedAt: null,
  }
  await order.accounts.putPasskey(passkey)
  await recordAccess(order, 'passkey-added', manager.tenant, { manager: manager.id, name: passkey.name })
  return passkey
}

export async function renamePasskey(
  order: AccessOrder & { readonly accounts: AccountStore },
  manager: Manager,
  id: string,
  name: string,
): Promise<void> {
  const passkey = await order.accounts.passkey(id)
  if (passkey?.manager !== manager.id) throw new OrderError('not-found', 'there is no such passkey of yours')
  await order.accounts.changePasskey(id, { name: name.trim().slice(0, 60) || 'Passkey' })
  const detail = { manager: manager.id, before: passkey.name, after: name.slice(0, 60) }
  await recordAccess(order, 'passkey-renamed', manager.tenant, detail)
}

export async function removePasskey(
  order: AccessOrder & { readonly accounts: AccountStore },
  manager: Manager,
  id: string,
): Promise<void> {
  const passkey = await order.accounts.passkey(id)
  if (!passkey || !(await order.accounts.removePasskey(manager.id, id)))
    throw new OrderError('not-found', 'there is no such passkey of yours')
  await recordAccess(order, 'passkey-removed', manager.tenant, { manager: manager.id, name: passkey.name })
}

/**
 * What a browser needs for showing a passkey.
 * @param manager whose it must be, where a password was given already; null: anybody's, who then proves himself to the
 *   device by finger, face or code
 */
export async function askForPasskey(
  accounts: AccountStore,
  manager: Manager | null,
  { host }: PasskeyPlace,
  now: number,
): Promise<object> {
  const known = manager === null ? [] : await accounts.passkeysOf(manager.id)
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
  const options = await generateAuthenticationOptions({
    rpID: host,
    userVerification: manager === null ? 'required' : 'preferred',
    allowCredentials: known
      .filter((each) => each.host === host)
      .map(({ id, transports }) => ({ id, transports: transports as never })),
  })
  const challenge = { hash: hashSecret(options.challenge), kind: 'passkey-use' } as const
  await accounts.putChallenge({
    ...challenge,
    manager: manager?.id ?? '',
    value: {},
    expiresAt: now + lifeMs,
  })
  return options
}

/**
 * Whose passkey an answer shows. A counter that goes back stands for a copy of the device: it is refused and told.
 * @throws AccessRefusal wrong-code
 */
export async function checkPasskey(
  stores: { readonly access: AccessStore; readonly accounts: AccountStore },
  given: {
    readonly answer: PasskeyAnswer
    readonly place: PasskeyPlace
    readonly ip: string
    readonly manager: Manager | null
  },
  now: number,
): Promise<Manager> {
  const { access, accounts } = stores
  const { answer, place } = given
  const challenge = await takeChallenge(accounts, 'passkey-use', answer, now)
  const passkey = typeof answer.id === 'string' ? await accounts.passkey(answer.id.slice(0, 1400)) : null
  const manager = passkey && (await access.manager(passkey.manager))
  if (!passkey || !manager || manager.disabledAt !== null || manager.isProbe) throw unknown()
  if (challenge.manager !== (given.manager?.id ?? '')) throw over()
  if (given.manager !== null && manager.id !== given.manager.id) throw unknown()
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const checked = await verifyAuthenticationResponse({
    response: answer as never,
    expectedChallenge: challenge.text,
    expectedOrigin: place.origin,
    expectedRPID: place.host,
    requireUserVerification: given.manager === null,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.counter,
    },
  }).catch(async (cause: Error) => {
    if (/counter/i.test(cause.message))
      await access.record({
        at: now,
        what: 'passkey-counter-went-back',
        who: `manager:${manager.id}`,
        tenant: manager.tenant,
        ip: given.ip,
        detail: { name: passkey.name },
      })
    throw unknown()
  })
  if (!checked.verified) throw unknown()
  const { newCounter } = checked.authenticationInfo
  await accounts.changePasskey(passkey.id, { counter: newCounter, usedAt: now })
  return manager
}

/** The challenge that an answer is for, as it went out; used up by this. */
async function takeChallenge(
  accounts: AccountStore,
  kind: 'passkey-new' | 'passkey-use',
  answer: PasskeyAnswer,
  now: number,
): Promise<{ readonly text: string; readonly manager: string }> {
  const text = challengeIn(answer)
  const found = text === null ? null : await accounts.useChallenge(kind, hashSecret(text))
  if (text === null || !found || found.expiresAt < now) throw over()
  return { text, manager: found.manager }
}

function challengeIn({ response }: PasskeyAnswer): string | null {
  const { clientDataJSON: data } = (response ?? {}) as { clientDataJSON?: unknown }
  if (typeof data !== 'string' || data.length > 4000) return null
  try {
    const { challenge } = JSON.parse(Buffer.from(data, 'base64url').toString()) as { challenge?: unknown }
    return typeof challenge === 'string' ? challenge : null
  } catch {
    return null
  }
}

const over = () => new AccessRefusal('wrong-code', 'this took too long, or was used before; try once more')
const unknown = () => new AccessRefusal('wrong-code', 'this passkey is not known here')
