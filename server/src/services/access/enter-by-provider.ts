import type { SignedIn } from './access-store.ts'
import type { IdentityProvider } from './account-store.ts'
import { type IdentityStores, meantBy, openForIdentity, providerInUse } from './open-for-identity.ts'
import {
  browserOf,
  laidLifeMs,
  layAside,
  over,
  type ProvedVisit,
  takeUp,
  type VisitSecrets,
} from './proved-visit.ts'
import { notingRefusals } from './refused-sign-in.ts'
import type { OpenedSession } from './session.ts'

/** The browser in which somebody has come back from his provider. */
export interface Comer {
  /** Its secret since it set out. */
  readonly way: string
  readonly agent: string
  /** Who is signed in there already. */
  readonly current: SignedIn | null
}

export type Entered = OpenedSession & { readonly to: string }

/** Who is about to be signed in, as the page shows it that asks. */
interface Unconfirmed {
  readonly who: string
  readonly provider: string
  /** In place of the secret that was given. */
  readonly brought: string
}

/**
 * Signs in whom his provider has proved. Where somebody else is signed in in that browser, whoever sits there is asked
 * first: any page can send a browser to a provider that lets it in unseen, as somebody whom its owner does not expect.
 * @returns a session, or the secret with which it is asked
 * @throws AccessRefusal
 */
export function enterByProvider(
  stores: IdentityStores,
  visit: ProvedVisit,
  { way, agent, current }: Comer,
): Promise<Entered | Pick<Unconfirmed, 'brought'>> {
  return withProvider(stores, visit, async (provider) => {
    const meant = await meantBy(stores, provider, visit.identity)
    if (current === null || current.manager.id === meant?.id) return open(stores, provider, visit, agent)
    const expiresAt = stores.at + laidLifeMs
    return { brought: await layAside(stores.accounts, 'unconfirmed', browserOf(way), visit, expiresAt) }
  })
}

/** Who waits to be asked; nobody is asked who could not come in. @throws AccessRefusal */
export async function lookAtUnconfirmed(stores: IdentityStores, secrets: VisitSecrets): Promise<Unconfirmed> {
  const visit = await takeUp(stores, 'unconfirmed', secrets)
  const { email, name, subject } = visit.identity
  return withProvider(stores, visit, async (provider) => {
    await meantBy(stores, provider, visit.identity)
    const browser = browserOf(secrets.way)
    const brought = await layAside(stores.accounts, 'unconfirmed', browser, visit, visit.expiresAt)
    return { who: email ?? (name || (subject ?? '')), provider: provider.name, brought }
  })
}

/** Signs in who was asked and wants it; the session that was open in that browser ends. @throws AccessRefusal */
export async function enterConfirmed(
  stores: IdentityStores,
  brought: string,
  { way, agent, current }: Comer,
): Promise<Entered> {
  const visit = await takeUp(stores, 'unconfirmed', { way, brought })
  const entered = await withProvider(stores, visit, (provider) => open(stores, provider, visit, agent))
  if (current) await stores.access.endSession(current.session.hash)
  return entered
}

async function open(
  stores: IdentityStores,
  provider: IdentityProvider,
  { identity, to }: ProvedVisit,
  agent: string,
): Promise<Entered> {
  return { ...(await openForIdentity(stores, provider, identity, agent)), to }
}

/** The provider by which somebody comes, as it was when it proved him; what is refused from here on is noted. */
async function withProvider<Found>(
  stores: IdentityStores,
  { tenant, changedAt, identity }: ProvedVisit,
  run: (provider: IdentityProvider) => Promise<Found>,
): Promise<Found> {
  const provider = await providerInUse(stores.accounts, tenant)
  return notingRefusals(stores, provider, (proved) => {
    proved(identity)
    if (provider.changedAt !== changedAt) throw over()
    return run(provider)
  })
}
