import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, createApi } from '#doors/api/create-api.ts'
import { createHealth, type HealthVitals } from '#doors/api/judge-health.ts'
import { addressOfPage } from '#doors/cli/page-address.ts'
import { parseNextHop } from '#flow/delivery/next-hop.ts'
import { reasons } from '#flow/spool/reasons.ts'
import { bounceClasses, isBounceClass } from '#ground/bounces/bounce-classes.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { DiskWatch } from '#ground/platform/disk-watch.ts'
import { createResolver } from '#ground/platform/dns/create-resolver.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { newId } from '#ground/platform/ids.ts'
import { guardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import { migrations } from '#ground/storage/database/schema.ts'
import { OidcClient } from '#services/access/oidc-client.ts'
import { mtaStsPolicyOf } from '#services/directory/domain-records.ts'
import type { HostListState } from '#services/links/link-store.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import { PeopleStatistics } from '#services/statistics/people-statistics.ts'
import { createAlarmParts } from './alarm-parts.ts'
import { createBackupDesk } from './backup-desk.ts'
import type { Base } from './base.ts'
import { createUncachedResolver } from './claim-rounds.ts'
import { createContentParts } from './content-parts.ts'
import { createDetectionParts } from './detection-parts.ts'
import { createDomainViews } from './domain-views.ts'
import { createErasureSeal } from './erasure-seal.ts'
import { createHeldParts } from './held-parts.ts'
import { createHistoryWork } from './history-work.ts'
import { drillGuardsOf } from './live-drills.ts'
import { mailWords } from './mail-words.ts'
import { ownHostsOf } from './own-hosts.ts'
import { createPolicyParts } from './policy-door-parts.ts'
import { publishSoon } from './publish-soon.ts'
import { createRadarOrders, radarKey } from './radar-parts.ts'
import { createLargeBodies } from './read-large-bodies.ts'
import { createReviewParts } from './review-parts.ts'
import type { Role } from './roles.ts'
import { sendingDoorParts } from './sending-parts.ts'
import { publishAtOnce } from './status-rounds.ts'
import { createSubscriberParts } from './subscriber-parts.ts'
import { createSyncSeal } from './sync-parts.ts'
import { upstreamViewsOf } from './upstream-parts.ts'
import { watchMaintenance } from './watch-maintenance.ts'
import { webRules } from './web-rules.ts'
import { createWebFetch } from './webhook-parts.ts'

/** What the door asks of the rest of its process. */
export interface ApiCalls {
  /** There is work to do now. */
  readonly kickTasks: () => void
  /** Brings the snapshot that mail runs from up to date. */
  readonly publish: () => Promise<void>
  /** Where changes of policy are tried. */
  readonly bench: PolicyBench
  /** Lists of hosts as this process has read them last. */
  readonly hostLists: () => readonly HostListState[]
}

/** Makes the HTTP door of a node from what app.ts has made. @throws ConfigError */
export function wireApi(
  base: Base,
  roles: readonly Role[],
  disk: DiskWatch,
  { kickTasks, publish, bench, hostLists }: ApiCalls,
): Promise<Api> {
  const { config, alarms, log, metrics, snapshot, stores } = base
  const mtaSts = { mode: config['gateway.mtaSts'], maxAgeMs: config['gateway.mtaStsMaxAge'] }
  const platform = { host: config['site.host'], mtaSts }
  return createApi({
    config,
    ledger: stores.ledger,
    queue: stores.readQueue,
    ...{ orderQueue: stores.queue, probes: stores.watch, readWatch: stores.readWatch },
    checkNextHop: parseNextHop,
    directory: snapshot,
    access: stores.access,
    domainReports: stores.readDomainReports,
    ...sendingParts(base),
    claims: stores.claims,
    uncachedResolver: createUncachedResolver(config),
    readAccess: stores.readAccess,
    accounts: stores.accounts,
    keptAnswers: stores.keptAnswers,
    brands: base.brands,
    brandStore: stores.brands,
    webhooks: stores.webhooks,
    readWebhooks: stores.readWebhooks,
    webFetch: createWebFetch(config),
    oidc: new OidcClient(guardedFetch(webRules(config, 262_144)), config['web.timeout']),
    ownHosts: () => ownHostsOf(config),
    pageUrl: () => addressOfPage(config),
    folder: base.folder,
    maintenance: watchMaintenance(base),
    backups: createBackupDesk(base.folder),
    ...{ liveDrills: stores.liveDrills, drillGuards: drillGuardsOf(base) },
    ...{ person: stores.person, readPerson: stores.readPerson },
    sealErasure: createErasureSeal(base.folder).seal,
    tenancy: stores.directory,
    readTenancy: stores.readDirectory,
    directoryViews: stores.directoryViews,
    lights: stores.lights,
    domainViews: createDomainViews(base),
    statistics: stores.readStatistics,
    peopleStatistics: new PeopleStatistics({
      statistics: stores.readStatistics,
      now: () => systemClock.now(),
      keepMs: () => config['spool.keepTrace'],
      // Half of the time is that of others who read, however large the group is.
      rest: (tookMs) => sleep(Math.max(1, tookMs)),
    }),
    dmarc: stores.readDmarc,
    alarmTelling: createAlarmParts(base),
    newId: () => newId(Date.now()),
    ...{ publish: () => publishSoon(publish), snapshots: stores.snapshots },
    policy: createPolicyParts(base, bench),
    detection: createDetectionParts(base, hostLists),
    ...{ reports: stores.reports, readReports: stores.readReports },
    readQuarantine: stores.readQuarantine,
    ...{ sync: stores.sync, readSync: stores.readSync },
    ...{ scim: stores.scim, readScim: stores.readScim, readLargeBody: createLargeBodies() },
    sealForSync: createSyncSeal(base.folder).seal,
    search: base.searchStores.search,
    questions: stores.questions,
    tasks: {
      tasks: stores.tasks,
      readTasks: stores.readTasks,
      kick: kickTasks,
      now: () => systemClock.now(),
    },
    ...pageParts(base),
    held: createHeldParts(base),
    senders: stores.senders,
    readSenders: stores.readSenders,
    content: createContentParts(base),
    metrics,
    alarms,
    log,
    clock: systemClock,
    health: createHealth(vitalsOf(base, disk, roles), systemClock),
    mtaSts: (domain) => (snapshot.isOurs(domain) ? mtaStsPolicyOf(domain, platform) : null),
    disk: () => diskOf(base, disk),
    ...{ reasonText, bounceWords, mailWords },
    startedAt: Date.now(),
    roles,
    version: readVersion(),
    schema: migrations.length,
  })
}

function diskOf({ config }: Base, { percent, freeBytes, trend }: DiskWatch) {
  const full = trend.full(performance.now(), config['spool.diskRefuse'], config['spool.diskReserve'])
  return { percent, freeBytes, full }
}

/** What `/health/ready` is judged from. */
function vitalsOf({ config, snapshot, stores }: Base, disk: DiskWatch, roles: readonly Role[]): HealthVitals {
  // Who has the jobs makes the directory: there an empty one is a new site, which has to be reached to be set up.
  const isMadeElsewhere = !roles.includes('jobs')
  return {
    snapshotAgeMs: () => snapshot.ageMs(),
    snapshotIsEmpty: () => isMadeElsewhere && snapshot.isEmpty(),
    snapshotMaxAgeMs: () => config['directory.maxAge'],
    stalledMs: () => stores.stalledMs(),
    stallLimitMs: () => config['spool.stallRefuse'],
    diskPercent: () => disk.percent,
    diskLimitPercent: () => config['spool.diskRefuse'],
    diskFree: () => disk.freeBytes,
    diskReserve: () => config['spool.diskReserve'],
  }
}

/** What pages work with that people see who do not sign in. */
function pageParts(base: Base) {
  return { review: createReviewParts(base), subscribers: createSubscriberParts(base) }
}

/** What the API needs to know of mail that leaves, and of what is told and tested. */
function sendingParts(base: Base) {
  const { config, stores } = base
  return {
    ...sendingDoorParts(base),
    bypasses: stores.bypasses,
    processes: stores.readProcesses,
    relays: stores.relays,
    suppressions: stores.suppressions,
    readSuppressions: stores.readSuppressions,
    dkim: stores.dkim,
    history: stores.readHistory,
    writeHistory: stores.history,
    workOutHistory: createHistoryWork(),
    upstream: upstreamViewsOf(stores, config),
    radar: createRadarOrders(base),
    radarKey: () => radarKey(base.folder),
    incidents: stores.incidents,
    readIncidents: stores.readIncidents,
    status: stores.status,
    readStatus: stores.readStatus,
    publishStatus: publishAtOnce(base),
    resolver: freshResolver(config),
  }
}

function reasonText(reason: string): string {
  return (reasons as Readonly<Record<string, string>>)[reason] ?? reason.replaceAll('-', ' ')
}

function bounceWords(found: string): { readonly meaning: string; readonly advice: string } {
  const { meaning, advice } = isBounceClass(found) ? bounceClasses[found] : { meaning: '', advice: '' }
  return { meaning, advice }
}

/** What DNS says now: an old answer would let a key sign whose record has gone. */
function freshResolver(config: Base['config']): Resolver {
  return createResolver({
    servers: config['dns.servers'],
    timeoutMs: config['dns.timeout'],
    cacheEntries: config['dns.cacheEntries'],
    staleForMs: 0,
  })
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
