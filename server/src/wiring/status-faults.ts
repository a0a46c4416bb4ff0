import { isOwn, parseNextHop } from '#flow/delivery/next-hop.ts'
import { faultsOfHouse } from '#services/status/faults-of-house.ts'
import type { ReadFaults } from '#services/status/measure-components.ts'
import type { Base } from './base.ts'

const mostAlarms = 500

/** Open alarms and findings of the whole site, as the components of the status page feel them. */
export function createStatusFaults({ stores }: Pick<Base, 'stores'>): ReadFaults {
  return async () => {
    const now = Date.now()
    const alarms = await stores.alarms.states(now, mostAlarms)
    const open = alarms.filter((each) => each.clearedAt === null && each.withdrawn === null)
    const faults = open.length === 0 ? [] : faultsOfHouse({ alarms: open, ...(await facts(stores, now)) })
    // A process that says nothing cannot say that all is well either.
    const isSilent = open.some(({ name }) => name === 'process-silent' || name === 'watcher-silent')
    return { faults, isWatched: !isSilent }
  }
}

async function facts(stores: Base['stores'], now: number) {
  const findings = (await stores.readWatch.findings(now, mostAlarms)).filter((each) => each.endedAt === null)
  const hops = (await stores.directory.domains()).map((each) => each.nextHop)
  return { findings, ownHops: new Set(hops.filter(isOurs)) }
}

function isOurs(nextHop: string): boolean {
  try {
    return isOwn(parseNextHop(nextHop))
  } catch {
    return false
  }
}
