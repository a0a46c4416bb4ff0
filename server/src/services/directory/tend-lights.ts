import type { Light } from './domain-lights.ts'
import type { DueDomain, LightStore, SeenLights } from './light-store.ts'

export interface TendLightParts {
  readonly lights: Pick<LightStore, 'putLights'>
  /** Where looking for what is due holds up nothing that writes. */
  readonly readLights: Pick<LightStore, 'dueLights'>
  /** Asks DNS about a domain; what it does not answer in time is unknown. */
  readonly look: (domain: DueDomain) => Promise<readonly Light[]>
  /** How old what is known of a domain may be; 0: nothing is looked at. */
  readonly everyMs: () => number
  readonly now: () => number
}

/** Domains of a round, and those that are looked at beside each other: our resolver has other things to do too. */
const [mostDomains, beside] = [60, 4]

/** Looks at the records of domains that nobody has looked at for a while, so that a list can tell which are wrong. */
export async function tendLights({ lights, readLights, look, everyMs, now }: TendLightParts): Promise<void> {
  if (everyMs() === 0) return
  const due = await readLights.dueLights(now() - everyMs(), mostDomains)
  const lane = async () => {
    for (let domain = due.shift(); domain; domain = due.shift())
      await lights.putLights(seenLights(domain.name, await look(domain), now()))
  }
  await Promise.all(Array.from({ length: beside }, lane))
}

/** What is kept of the lights of a domain. */
export function seenLights(domain: string, lights: readonly Light[], checkedAt: number): SeenLights {
  const states = Object.fromEntries(
    lights.filter(({ name }) => name !== 'mail-seen').map(({ name, state }) => [name, state]),
  )
  return { domain, checkedAt, states }
}
