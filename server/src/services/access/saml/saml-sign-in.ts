import { AccessRefusal } from '../access-refusal.ts'
import type { AccountStore, Challenge, ChallengeKind } from '../account-store.ts'
import { type IdentityStores, openForIdentity, providerInUse } from '../open-for-identity.ts'
import { ProviderRefusal } from '../proved-identity.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { OpenedSession } from '../session.ts'
import { tryOnce } from '../slow-guessing.ts'
import type { ProvedAssertion } from './read-assertion.ts'
import { askBySaml, checkSamlAnswer, type SamlProvider } from './saml-client.ts'
import type { SamlPlace } from './saml-place.ts'

/** From the answer to the next request of the same browser, which follows at once. */
const provedLifeMs = 120_000

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

type LaidKind = Extract<ChallengeKind, 'saml-proved' | 'saml-unasked'>

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

async function takeAnswer({ accounts, at }: IdentityStores, given: GivenAnswer): Promise<TakenAnswer> {
  const { tenant } = given
  const { saml, ...provider } = await providerInUse(accounts, tenant)
  if (!saml) throw new AccessRefusal('wrong-sign-in', 'there is no such way to sign in')
  const proved = await checkSamlAnswer({ ...provider, saml }, given.place, given.answer, at)
  const way = proved.inResponseTo === null ? newSecret() : null
  if (way && !saml.takesUnasked)
    throw new ProviderRefusal('nobody has asked it from here; begin at the sign-in page')
  const { browser, to } = way
    ? { browser: browserOf(way), to: given.to }
    : await requestOf(accounts, tenant, proved, at)
  const isFirst = await accounts.putChallenge({
    hash: hashSecret(`assertion ${tenant} ${provider.issuer} ${proved.id}`),
    kind: 'saml-seen',
    manager: '',
    value: {},
    expiresAt: proved.until,
  })
  if (!isFirst) throw new ProviderRefusal('its answer was used before; begin anew')
  const { issuer, subject, email, name } = proved.identity
  const value = { tenant, to, issuer, subject: subject ?? '', email: email ?? '', name }
  const kind = way === null ? 'saml-proved' : 'saml-unasked'
  return { way, brought: await layAside(accounts, kind, browser, value, at + provedLifeMs) }
}

/**
 * Who is about to be signed in without having been asked: a person has to say that he wants it.
 * @returns `brought`, which takes the place of the one given
 * @throws AccessRefusal
 */
export async function lookAtUnasked(
  { accounts, at }: IdentityStores,
  given: { readonly way: string; readonly brought: string },
): Promise<{ readonly who: string; readonly provider: string; readonly brought: string }> {
  const browser = browserOf(given.way)
  const { value, expiresAt } = await takeUp(accounts, 'saml-unasked', given, at)
  const { tenant = '', email = '', name = '', subject = '' } = value
  const provider = await providerInUse(accounts, tenant)
  const brought = await layAside(accounts, 'saml-unasked', browser, value, expiresAt)
  return { who: email || name || subject, provider: provider.name, brought }
}

/**
 * Signs in the browser that has set out and brought the answer itself.
 * @param given.way its secret since it set out; given.brought since it brought the answer
 * @param given.kind whether it was asked for
 * @throws AccessRefusal
 */
export async function signInBySaml(
  stores: IdentityStores,
  given: { readonly kind: LaidKind; readonly way: string; readonly brought: string; readonly agent: string },
): Promise<OpenedSession & { readonly to: string }> {
  const { accounts, at } = stores
  const { value } = await takeUp(accounts, given.kind, given, at)
  const { tenant = '', to = '/', issuer = '', subject = '', email = '', name = '' } = value
  const provider = await providerInUse(accounts, tenant)
  if (provider.saml === null || provider.issuer !== issuer) throw over()
  const identity = { issuer, subject: subject || null, email: email || null, name }
  return { ...(await openForIdentity(stores, provider, identity, given.agent)), to }
}

/** Keeps an answer for whoever has the secret of a browser and the one that this returns. */
async function layAside(
  accounts: AccountStore,
  kind: LaidKind,
  browser: string,
  value: Challenge['value'],
  expiresAt: number,
): Promise<string> {
  const brought = newSecret()
  await accounts.putChallenge({ hash: provedFor(browser, brought), kind, manager: '', value, expiresAt })
  return brought
}

async function takeUp(
  accounts: AccountStore,
  kind: LaidKind,
  { way, brought }: { readonly way: string; readonly brought: string },
  at: number,
): Promise<Challenge> {
  const challenge = await accounts.useChallenge(kind, provedFor(browserOf(way), brought))
  if (!challenge || challenge.expiresAt < at) throw over()
  return challenge
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

/** Under what an answer lies: found by who has both secrets. @param browser what is kept of the first */
function provedFor(browser: string, brought: string): string {
  return hashSecret(`proved ${browser} ${brought}`)
}

/** What is kept of the secret that a browser holds. */
function browserOf(secret: string): string {
  return hashSecret(`browser ${secret}`)
}

const over = () => new AccessRefusal('link-over', 'this took too long, or was used before; begin anew')
