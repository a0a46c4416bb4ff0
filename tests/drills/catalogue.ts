import { sickRecruit } from './d01-sick-recruit.ts'
import { certificates } from './d02-certificates.ts'
import { darkStore } from './d03-dark-store.ts'
import { riskySchema } from './d04-risky-schema.ts'
import { contentFolderDown } from './d05-content-folder-down.ts'
import { scannersAway } from './d06-scanners-away.ts'
import { poisonedDefinitions } from './d07-poisoned-definitions.ts'
import { overeagerRule } from './d08-overeager-rule.ts'
import { hostilePattern } from './d09-hostile-pattern.ts'
import { monsterMessage } from './d10-monster-message.ts'
import { surgeAndComb } from './d11-surge-and-comb.ts'
import { stalledSpool } from './d12-stalled-spool.ts'
import { logLag } from './d13-log-lag.ts'
import { positionLost } from './d14-position-lost.ts'
import { flappingDns } from './d15-flapping-dns.ts'
import { giantListed } from './d16-giant-listed.ts'
import { addressBlocked } from './d17-address-blocked.ts'
import { receiverThrottles } from './d18-receiver-throttles.ts'
import { receiverDown } from './d19-receiver-down.ts'
import { mailLoop } from './d20-mail-loop.ts'
import { brokenWatchers } from './d21-broken-watchers.ts'
import { directorySync } from './d22-directory-sync.ts'
import { brokenSignIn } from './d24-broken-sign-in.ts'
import { plannedMaintenance } from './d26-planned-maintenance.ts'
import { slowInterface } from './d27-slow-interface.ts'
import { staleTargets } from './d28-stale-targets.ts'
import { massRelease } from './d29-mass-release.ts'
import { limpingMember } from './d30-limping-member.ts'
import { outboundDrain } from './d31-outbound-drain.ts'
import { deferredWork } from './d32-deferred-work.ts'
import { unnamedDelay } from './d33-unnamed-delay.ts'
import { exactList } from './d34-exact-list.ts'
import type { Drill } from './drill.ts'
import { kill } from './kill.ts'

/** Drills by the test file that runs them: files run side by side, so each takes a few minutes. */
export const drillsOf = {
  mail: [kill, overeagerRule, monsterMessage, mailLoop, limpingMember],
  scanners: [contentFolderDown, scannersAway, poisonedDefinitions, flappingDns, giantListed, massRelease],
  people: [hostilePattern, positionLost, directorySync, brokenSignIn, exactList],
  sending: [certificates, addressBlocked, receiverThrottles, receiverDown],
  load: [outboundDrain, staleTargets, deferredWork, surgeAndComb],
  nodes: [sickRecruit],
  /** They judge by the seconds of clocks, and compute little: one of each runs beside the other. */
  watchers: [brokenWatchers],
  causes: [unnamedDelay],
  /** They compare delays of milliseconds, or freeze a disk that others would wait for: no other test runs beside them. */
  alone: [darkStore, riskySchema, logLag, plannedMaintenance, slowInterface, stalledSpool],
} as const satisfies Readonly<Record<string, readonly Drill[]>>

/** Every drill that exists, in the order in which they are run. */
export const catalogue: readonly Drill[] = Object.values(drillsOf)
  .flat()
  .sort((one, other) => (one.id < other.id ? -1 : 1))
