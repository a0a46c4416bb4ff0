import type { AccessOrder } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { Manager } from './access-store.ts'
import type { AccountStore, IdentityProvider } from './account-store.ts'
import type { OidcClient, OidcWay, ProvedIdentity } from './oidc-client.ts'
import { reachOf } from './principal.ts'
import { hashSecret, newSecret } from './secret.ts'
import { hasSecondFactor, type OpenedSession, openSession } from './session.ts'
import { putManager } from './write-manager.ts'

const lifeMs = 600_000

interface Stores extends Omit<AccessOrder, 'who'> {
  readonly accounts: AccountStore
  readonly oidc: OidcClient
}

/**
 * Sends somebody to his identity provider.
 * @returns the address, and a secret for his browser: only the browser that went there can come back
 * @throws AccessRefusal, ProviderAway
 */
export async function beginAtProvider(
  { accounts, oidc, at }: Stores,
  tenant: string,
  given: { readonly redirectUri: string; readonly to: string },
): Promise<{ readonly url: string; readonly secret: string }> {
  const provider = await accounts.provider(tenant)
  if (!provider || provider.isOff) throw unknownWay()
  const secret = newSecret()
  const way = wayOf(secret)
  const url = await oidc.begin(provider, given.redirectUri, way)
  await accounts.putChallenge({
    hash: hashSecret(secret),
    kind: 'provider',
    manager: '',
    value: { tenant, ...given },
    expiresAt: at + lifeMs,
  })
  return { url, secret }
}

/**
 * Signs in whoever comes back from his provider.
 * @param given.search what the provider has put after the question mark
 * @throws AccessRefusal, ProviderAway, ProviderRefusal
 */
export async function signInByProvider(
  stores: Stores,
  given: { readonly secret: string; readonly search: string; readonly agent: string },
): Promise<OpenedSession & { readonly to: string }> {
  const { access, accounts, oidc, at, ip } = stores
  const challenge = await accounts.useChallenge('provider', hashSecret(given.secret))
  if (!challenge || challenge.expiresAt < at)
    throw new AccessRefusal('link-over', 'this took too long, or was used before; begin anew')
  const { tenant = '', redirectUri = '', to = '/' } = challenge.value
  const provider = await accounts.provider(tenant)
  if (!provider || provider.isOff) throw unknownWay()
  const url = new URL(redirectUri)
  url.search = given.search
  const identity = await oidc.finish(provider, url, wayOf(given.secret))
  const manager = await managerOf(stores, provider, identity)
  const isComplete = provider.trustsFactor || !hasSecondFactor(manager)
  const opened = await openSession(access, manager, { ip, agent: given.agent, now: at }, isComplete)
  return { ...opened, to }
}

/** State and nonce come from the secret that the browser holds, so they need not be kept. */
function wayOf(secret: string): OidcWay {
  return {
    state: hashSecret(`state ${secret}`),
    nonce: hashSecret(`nonce ${secret}`),
    verifier: hashSecret(`verifier ${secret}`),
  }
}

/** Known by subject, else by an address that the provider has verified, else new where that is wanted. */
async function managerOf(
  stores: Stores,
  provider: IdentityProvider,
  identity: ProvedIdentity,
): Promise<Manager> {
  const { access, accounts, directory } = stores
  const { tenant } = provider
  const { issuer, subject, email } = identity
  const isLimited = provider.domains.length > 0
  if (isLimited && (email === null || !provider.domains.includes(email.slice(email.lastIndexOf('@') + 1))))
    throw nobody(provider, email)
  // A provider of a tenant vouches for managers there and below, never for anybody above.
  const reach = reachOf(tenant, await directory.tenants())
  const isWithin = (each: Manager) => reach === null || reach.has(each.tenant)
  const mayCome = (each: Manager | null): each is Manager =>
    each !== null && each.disabledAt === null && !each.isProbe && isWithin(each)
  const known = await accounts.managerOfSubject(tenant, issuer, subject)
  if (known !== null) {
    const manager = await access.manager(known)
    if (!mayCome(manager)) throw nobody(provider, email)
    return manager
  }
  if (email === null) throw nobody(provider, email)
  const found = (await access.managers()).filter(
    (each) => (each.address.toLowerCase() === email || each.id === email) && isWithin(each),
  )
  const manager =
    found.length === 0 ? await makeManager(stores, provider, identity, email) : (found[0] ?? null)
  if (found.length > 1 || !mayCome(manager)) throw nobody(provider, email)
  await accounts.putSubject(tenant, issuer, subject, manager.id)
  return manager
}

async function makeManager(
  stores: Stores,
  { tenant, newRole, domains }: IdentityProvider,
  { name }: ProvedIdentity,
  email: string,
): Promise<Manager | null> {
  // Without a limit anybody with an account at a public provider would become a manager.
  if (newRole === null || domains.length === 0 || (await stores.access.manager(email))) return null
  const order = { ...stores, who: `provider:${tenant}` }
  return putManager(order, { id: email, role: newRole, tenant, displayName: name, address: email })
}

const unknownWay = () => new AccessRefusal('wrong-sign-in', 'there is no such way to sign in')

function nobody({ name }: IdentityProvider, email: string | null): AccessRefusal {
  return new AccessRefusal(
    'wrong-sign-in',
    `${name} knows you${email === null ? ', but names no address that it has verified' : ''}, and no manager here is meant by that; ask whoever manages this console`,
  )
}
