import { AccessRefusal } from '../access-refusal.ts'
import type { AccountStore } from '../account-store.ts'
import { type IdentityStores, openForIdentity, providerInUse } from '../open-for-identity.ts'
import { ProviderRefusal } from '../proved-identity.ts'
import { hashSecret, newSecret } from '../secret.ts'
import type { OpenedSession } from '../session.ts'
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

/** What the browser gets that has brought an answer, and nobody else. */
export interface TakenAnswer {
  /** Needed to take up the session, beside the secret of whoever set out. */
  readonly brought: string
  /** In place of that secret where nobody set out from here; null: the browser holds its own. */
  readonly way: string | null
}

/**
 * Takes the answer of a provider and lays it aside for the browser that set out and brings it.
 * @param given.answer the field SAMLResponse; given.to where to go on if nobody has asked
 * @throws AccessRefusal, ProviderRefusal
 */
export async function takeSamlAnswer(
  { accounts, at }: IdentityStores,
  given: { readonly tenant: string; readonly place: SamlPlace; readonly answer: string; readonly to: string },
): Promise<TakenAnswer> {
  const { tenant } = given
  const { saml, ...provider } = await providerInUse(accounts, tenant)
  if (!saml) throw new AccessRefusal('wrong-sign-in', 'there is no such way to sign in')
  const proved = await checkSamlAnswer({ ...provider, saml }, given.place, given.answer, at)
  const isFirst = await accounts.putChallenge({
    hash: hashSecret(`assertion ${tenant} ${provider.issuer} ${proved.id}`),
    kind: 'saml-seen',
    manager: '',
    value: {},
    expiresAt: proved.until,
  })
  if (!isFirst) throw new ProviderRefusal('its answer was used before; begin anew')
  const secret = proved.inResponseTo === null ? newSecret() : null
  if (secret && !saml.takesUnasked)
    throw new ProviderRefusal('nobody has asked it from here; begin at the sign-in page')
  const way = secret
    ? { browser: browserOf(secret), to: given.to }
    : await requestOf(accounts, tenant, proved, at)
  const { issuer, subject, email, name } = proved.identity
  const brought = newSecret()
  await accounts.putChallenge({
    hash: provedFor(way.browser, brought),
    kind: 'saml-proved',
    manager: '',
    value: { tenant, to: way.to, issuer, subject, email: email ?? '', name },
    expiresAt: at + provedLifeMs,
  })
  return { brought, way: secret }
}

/**
 * Signs in the browser that has set out and brought the answer itself.
 * @param given.way its secret since it set out; given.brought since it brought the answer
 * @throws AccessRefusal
 */
export async function signInBySaml(
  stores: IdentityStores,
  given: { readonly way: string; readonly brought: string; readonly agent: string },
): Promise<OpenedSession & { readonly to: string }> {
  const { accounts, at } = stores
  const challenge = await accounts.useChallenge('saml-proved', provedFor(browserOf(given.way), given.brought))
  if (!challenge || challenge.expiresAt < at) throw over()
  const { tenant = '', to = '/', issuer = '', subject = '', email = '', name = '' } = challenge.value
  const provider = await providerInUse(accounts, tenant)
  if (provider.saml === null || provider.issuer !== issuer) throw over()
  const identity = { issuer, subject, email: email === '' ? null : email, name }
  return { ...(await openForIdentity(stores, provider, identity, given.agent)), to }
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
