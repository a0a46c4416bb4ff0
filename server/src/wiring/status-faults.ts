import { isOwn, parseNextHop } from '#flow/delivery/next-hop.ts'
import { processSubject } from '#services/alarms/watch-processes.ts'
import { faultsOfHouse } from '#services/status/faults-of-house.ts'
import type { ReadFaults } from '#services/status/measure-components.ts'
import { publicFaults } from '#services/status/public-faults.ts'
import { isOfPath } from '#services/watch/watch-probes.ts'
import type { Base } from './base.ts'

const mostAlarms = 5000
/** Asked for by name: in a storm of others none of these is cut off. */
const names = [...Object.keys(publicFaults), 'process-silent', 'watcher-silent']

/** Open alarms and findings of the whole site, as the components of the status page feel them. */
export function createStatusFaults({ stores }: Pick<Base, 'stores'>): ReadFaults {
  return async () => {
    const now = Date.now()
    const alarms = await stores.alarms.states(now, mostAlarms, names)
    const open = alarms.filter((each) => each.clearedAt === null && each.withdrawn === null)
    const faults = open.length === 0 ? [] : faultsOfHouse({ alarms: open, ...(await facts(stores, now)) })
    return { faults, isWatched: !open.some(isSilence) }
  }
}

/** A process or a watcher that says nothing cannot say that all is well either; a single path that is not tried raises none. */
function isSilence({ name, subject }: { readonly name: string; readonly subject: string }): boolean {
  return name === 'process-silent' || (name === 'watcher-silent' && !isOfPath(subject))
}

async function facts(stores: Base['stores'], now: number) {
  const findings = (await stores.readWatch.findings(now, mostAlarms)).filter((each) => each.endedAt === null)
  const hops = (await stores.directory.domains()).map((each) => each.nextHop)
  const started = await stores.readProcesses.beats()
  const processes = started.map((each) => ({ subject: processSubject(each), roles: each.roles }))
  return { findings, ownHops: new Set(hops.filter(isOurs)), processes }
}

function isOurs(nextHop: string): boolean {
  try {
    return isOwn(parseNextHop(nextHop))
  } catch {
    return false
  }
}
