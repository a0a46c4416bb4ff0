import { AccessRefusal } from '../access-refusal.ts'
import type { AccountStore } from '../account-store.ts'
import { type IdentityStores, providerInUse } from '../open-for-identity.ts'
import { type ProvedIdentity, ProviderRefusal } from '../proved-identity.ts'
import {
  browserOf,
  laidLifeMs,
  layAside,
  over,
  type ProvedVisit,
  takeUp,
  type VisitSecrets,
} from '../proved-visit.ts'
import { notingRefusals } from '../refused-sign-in.ts'
import { hashSecret, newSecret } from '../secret.ts'
import { tryOnce } from '../slow-guessing.ts'
import type { ProvedAssertion } from './read-assertion.ts'
import { askBySaml, checkSamlAnswer, type SamlProvider } from './saml-client.ts'
import type { SamlPlace } from './saml-place.ts'

/**
 * The answer comes in a form of the provider's page, so no cookie of ours comes along. Two secrets bind it to one
 * browser: that of the browser that set out, found by the id of the request, and one that only the browser gets that
 * brings the answer. Who set out and had somebody else prove herself has the first alone, and whoever was led into an
 * answer of another has the second alone.
 */
export async function askAtSaml(
  accounts: Pick<AccountStore, 'putChallenge'>,
  provider: SamlProvider,
  way: {
    readonly saml: SamlPlace
    readonly to: string
    readonly secret: string
    readonly expiresAt: number
  },
): Promise<string> {
  const requestId = `_${hashSecret(`request ${way.secret}`)}`
  await accounts.putChallenge({
    hash: hashSecret(requestId),
    kind: 'saml-request',
    manager: '',
    value: { tenant: provider.tenant, to: way.to, browser: browserOf(way.secret) },
    expiresAt: way.expiresAt,
  })
  return askBySaml(provider, way.saml, requestId)
}

interface GivenAnswer {
  readonly tenant: string
  readonly place: SamlPlace
  readonly answer: string
  readonly to: string
}

/** What the browser gets that has brought an answer, and nobody else. */
export interface TakenAnswer {
  /** Needed to take up the session, beside the secret of whoever set out. */
  readonly brought: string
  /** In place of that secret where nobody set out from here; null: the browser holds its own. */
  readonly way: string | null
}

/**
 * Takes the answer of a provider and lays it aside for the browser that set out and brings it. Answers that are refused
 * are counted against the address that brings them.
 * @param given.answer the field SAMLResponse; given.to where to go on if nobody has asked
 * @throws AccessRefusal, ProviderRefusal
 */
export async function takeSamlAnswer(stores: IdentityStores, given: GivenAnswer): Promise<TakenAnswer> {
  let refusal: unknown
  const subjects = { address: stores.ip, purpose: 'saml' }
  const taken = await tryOnce(stores.access, subjects, stores.at, () =>
    takeAnswer(stores, given).catch((cause: unknown) => {
      if (!(cause instanceof AccessRefusal || cause instanceof ProviderRefusal)) throw cause
      refusal = cause
      return null
    }),
  )
  if (taken === null) throw refusal
  return taken
}

async function takeAnswer(stores: IdentityStores, given: GivenAnswer): Promise<TakenAnswer> {
  const provider = await providerInUse(stores.accounts, given.tenant)
  const { saml } = provider
  if (!saml) throw new AccessRefusal('wrong-sign-in', 'there is no such way to sign in')
  return notingRefusals(stores, provider, (proved) => prove(stores, { ...provider, saml }, given, proved))
}

async function prove(
  { accounts, at }: IdentityStores,
  provider: SamlProvider,
  { place, answer, to }: GivenAnswer,
  tellWho: (identity: ProvedIdentity) => void,
): Promise<TakenAnswer> {
  const { tenant, issuer, changedAt, saml } = provider
  const proved = await checkSamlAnswer(provider, place, answer, at)
  const { id, until, inResponseTo, identity } = proved
  tellWho(identity)
  const way = inResponseTo === null ? newSecret() : null
  if (way && !saml.takesUnasked)
    throw new ProviderRefusal('nobody has asked it from here; begin at the sign-in page')
  const going = way ? { browser: browserOf(way), to } : await requestOf(accounts, tenant, proved, at)
  const isFirst = await accounts.putChallenge({
    hash: hashSecret(`assertion ${tenant} ${issuer} ${id}`),
    kind: 'saml-seen',
    manager: '',
    value: {},
    expiresAt: until,
  })
  if (!isFirst) throw new ProviderRefusal('its answer was used before; begin anew')
  const visit = { tenant, changedAt, identity, to: going.to }
  const kind = way === null ? 'saml-proved' : 'unconfirmed'
  return { way, brought: await layAside(accounts, kind, going.browser, visit, at + laidLifeMs) }
}

/**
 * Whom the browser that has set out and brought the answer itself may be signed in as.
 * @param secrets the one since it set out, and the one since it brought the answer
 * @throws AccessRefusal
 */
export function provedBySaml(stores: IdentityStores, secrets: VisitSecrets): Promise<ProvedVisit> {
  return takeUp(stores, 'saml-proved', secrets)
}

/** Where the browser was going that has asked for this. @throws AccessRefusal */
async function requestOf(
  accounts: AccountStore,
  tenant: string,
  { inResponseTo }: ProvedAssertion,
  at: number,
): Promise<{ readonly browser: string; readonly to: string }> {
  const challenge = await accounts.useChallenge('saml-request', hashSecret(inResponseTo ?? ''))
  if (!challenge || challenge.expiresAt < at || challenge.value.tenant !== tenant) throw over()
  const { browser = '', to = '/' } = challenge.value
  return { browser, to }
}
