import type { DueDomain } from '#services/directory/light-store.ts'
import { tendLights } from '#services/directory/tend-lights.ts'
import { relaysFor } from '#services/relay/relays-for.ts'
import type { Base } from './base.ts'
import { createDomainViews } from './domain-views.ts'

/** Nobody waits for it. */
const waitMs = 5000

/** Looks at the DNS records of all domains, one after the other. */
export function createLightRounds(base: Base): () => Promise<void> {
  const { config, stores } = base
  const { lights } = createDomainViews(base)
  const look = async ({ name, tenant, nextHop }: DueDomain) => {
    const sends = await relaysFor({ relays: stores.relays, directory: stores.directory }, { name, tenant })
    const now = Date.now()
    // Whether mail was seen is not kept, so it need not be known here.
    return lights(name, { nextHop, sends, waitMs, lastMailAt: null, completeUpTo: 0, now })
  }
  return () =>
    tendLights({
      ...{ lights: stores.lights, readLights: stores.readLights, look },
      everyMs: () => config['directory.lightsEvery'],
      now: () => Date.now(),
    })
}
