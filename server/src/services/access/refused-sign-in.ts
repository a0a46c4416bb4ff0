import { AccessRefusal } from './access-refusal.ts'
import type { IdentityProvider } from './account-store.ts'
import type { IdentityStores } from './open-for-identity.ts'
import { type ProvedIdentity, ProviderAway, ProviderRefusal } from './proved-identity.ts'

/** Lines that one provider may leave in that time; those of people whom it has proved are counted apart. */
const mostLines = 20
const windowMs = 900_000
/** When lines were written, by provider and kind: of this process, so that a flood writes nothing at all. */
const written = new Map<string, readonly number[]>()

/**
 * Leaves a line in the audit log where a sign-in at a provider is refused, or the provider does not answer: whoever sets
 * one up sees there what is wrong. Strangers can have as many refused as they like, so there is an end to it, and theirs
 * push aside no line about somebody whom the provider has proved.
 * @param run calls `proved` once it is known who asks
 */
export async function notingRefusals<Found>(
  stores: Pick<IdentityStores, 'access' | 'at' | 'ip'>,
  provider: IdentityProvider,
  run: (proved: (identity: ProvedIdentity) => void) => Found | Promise<Found>,
): Promise<Found> {
  let who: ProvedIdentity | null = null
  try {
    return await run((identity) => {
      who = identity
    })
  } catch (cause) {
    // That it cannot be written changes nothing for whoever is refused.
    const why = whyOf(cause)
    if (why !== null) await note(stores, provider, who, why).catch(() => undefined)
    throw cause
  }
}

async function note(
  { access, at, ip }: Pick<IdentityStores, 'access' | 'at' | 'ip'>,
  { tenant, name, saml }: IdentityProvider,
  who: ProvedIdentity | null,
  why: string,
): Promise<void> {
  const key = `${who === null ? 'stranger' : 'person'} ${tenant}`
  const times = (written.get(key) ?? []).filter((each) => each > at - windowMs)
  if (times.length >= mostLines) return
  written.set(key, [...times, at])
  const person = who && (who.email ?? who.subject ?? who.name)
  await access.record({
    ...{ at, what: 'sign-in-refused', who: `provider:${tenant}`, tenant, ip },
    detail: {
      provider: name,
      protocol: saml ? 'SAML' : 'OpenID Connect',
      ...(person && { person: person.slice(0, 200) }),
      why,
      ...(times.length + 1 === mostLines && {
        note: 'the last line for up to 15 minutes: there were too many',
      }),
    },
  })
}

/** Null: it is no refusal, but a fault of ours. */
function whyOf(cause: unknown): string | null {
  if (cause instanceof AccessRefusal) return cause.why
  return cause instanceof ProviderRefusal || cause instanceof ProviderAway ? cause.message : null
}
