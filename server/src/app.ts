import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { requireLoopback } from '#doors/api/loopback.ts'
import { Clockwork } from '#doors/jobs/clockwork.ts'
import type { OwnSupervisor } from '#doors/supervisor/own-supervisor.ts'
import { createDelivery, type DeliveryRole } from '#flow/delivery/create.ts'
import { createOwnPlaces } from '#flow/delivery/own-places.ts'
import { createGateway, type Gateway, type SubmissionPorts, splitEndpoint } from '#flow/gateway/create.ts'
import { judgeLate } from '#flow/gateway/judge-late.ts'
import { readOutboundPolicy } from '#flow/gateway/outbound-policy.ts'
import { createCandidateNotes } from '#flow/inspection/candidate-notes.ts'
import { createInspection, type InspectionRole } from '#flow/inspection/create.ts'
import { createDmarcNotes } from '#flow/inspection/dmarc-notes.ts'
import { createTrialNotes } from '#flow/inspection/trial-notes.ts'
import { readVerdictPolicy } from '#flow/inspection/verdict-policy.ts'
import { parseLane } from '#flow/spool/lane.ts'
import type { RecoveryReport } from '#flow/spool/message-store.ts'
import { Spool } from '#flow/spool/spool.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { DiskWatch } from '#ground/platform/disk-watch.ts'
import { newId } from '#ground/platform/ids.ts'
import { createLog } from '#ground/platform/log.ts'
import { MemoryWatch } from '#ground/platform/memory-watch.ts'
import { createMetrics } from '#ground/platform/metrics.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import { niceness, yieldProcessToMail } from '#ground/platform/thread-priority.ts'
import { Certificate, makeCertificate } from '#ground/platform/tls/certificate.ts'
import { ContentKeys } from '#ground/storage/bodies/content-keys.ts'
import { DiskBodyStore } from '#ground/storage/bodies/disk-body-store.ts'
import { threadName } from '#ground/storage/database/group-commit.ts'
import { storeSettingsOf } from '#ground/storage/database/store-settings.ts'
import { openThreadedStores, type ThreadedStores } from '#ground/storage/database/threaded-stores.ts'
import { openSearch } from '#ground/storage/search/open-search.ts'
import { SnapshotReader } from '#ground/storage/snapshot/snapshot-reader.ts'
import { Brands } from '#services/branding/brands.ts'
import { type Published, publishSnapshot } from '#services/directory/publish-snapshot.ts'
import type { PolicyBench } from '#services/policy/policy-bench.ts'
import { flowLimitsOf } from '#services/statistics/flow-limits.ts'
import { takeNoticeBounce } from '#services/subscribers/take-notice-bounce.ts'
import type { SyncParts } from '#services/sync/sync-parts.ts'
import { TaskRunner } from '#services/tasks/run-tasks.ts'
import type { DeadMan } from '#services/watch/dead-man.ts'
import { LostTime } from '#services/watch/lost-time.ts'
import { createAlarmParts } from './wiring/alarm-parts.ts'
import { createAskedParts } from './wiring/asked-parts.ts'
import { createBackupRounds } from './wiring/backup-rounds.ts'
import type { Base } from './wiring/base.ts'
import { fromNameOf } from './wiring/brand-look.ts'
import { createBypassRounds } from './wiring/bypass-rounds.ts'
import { createCandidateParts } from './wiring/candidate-parts.ts'
import { createClaimRounds } from './wiring/claim-rounds.ts'
import { createContentProbe } from './wiring/content-parts.ts'
import { createDailyReportParts } from './wiring/daily-report-parts.ts'
import { createDefinitionFeed } from './wiring/definition-feed.ts'
import { createDefinitionParts } from './wiring/definition-parts.ts'
import { createDkimRounds } from './wiring/dkim-rounds.ts'
import { createEnvelopeSender } from './wiring/envelope-sender.ts'
import { createHeldParts } from './wiring/held-parts.ts'
import { createIncidentKeep, createIncidentRounds } from './wiring/incident-rounds.ts'
import { createIndexParts } from './wiring/index-parts.ts'
import { createLearningParts } from './wiring/learning-parts.ts'
import { createLevelRounds } from './wiring/level-rounds.ts'
import { createLinkParts } from './wiring/link-parts.ts'
import { type LiveDrills, runLiveDrills } from './wiring/live-drills.ts'
import { createLoopReceiver } from './wiring/loop-receiver.ts'
import { noteLinks } from './wiring/note-links.ts'
import { noteNode } from './wiring/note-node.ts'
import { noteReturns } from './wiring/note-returns.ts'
import { noteTimeOff } from './wiring/note-time-off.ts'
import { createBench } from './wiring/policy-bench.ts'
import { probationParts } from './wiring/probation-parts.ts'
import { createProbeKey } from './wiring/probe-key.ts'
import { createProbeLogin, withProbeLogin } from './wiring/probe-login.ts'
import { createProbeWatch } from './wiring/probe-watch.ts'
import { createRadarParts } from './wiring/radar-parts.ts'
import { createReportParts } from './wiring/report-parts.ts'
import { createReviewParts } from './wiring/review-parts.ts'
import { createScannerParts } from './wiring/scanner-parts.ts'
import { createSenderParts } from './wiring/sender-parts.ts'
import { createBlocklistParts } from './wiring/sending-parts.ts'
import { createStatisticsRounds } from './wiring/statistics-check.ts'
import { createStatusCopies } from './wiring/status-copies.ts'
import { createStatusFaults } from './wiring/status-faults.ts'
import { createStatusProbes } from './wiring/status-probes.ts'
import { createStatusRounds } from './wiring/status-rounds.ts'
import { createSubscriberParts } from './wiring/subscriber-parts.ts'
import { createSyncParts } from './wiring/sync-parts.ts'
import { createTaskGuard } from './wiring/task-guard.ts'
import { createTaskKinds } from './wiring/task-kinds.ts'
import { tendContentKeys } from './wiring/tend-content-keys.ts'
import { createTransportSecurity } from './wiring/transport-security.ts'
import type { Leaving } from './wiring/try-addresses.ts'
import { UndoLists } from './wiring/undo-lists.ts'
import { createUpstreamRounds } from './wiring/upstream-parts.ts'
import { watchCertificates } from './wiring/watch-certificates.ts'
import { watchCheckTimes } from './wiring/watch-check-times.ts'
import { watchDefinitions } from './wiring/watch-definitions.ts'
import { watchLists } from './wiring/watch-lists.ts'
import { watchLoad } from './wiring/watch-load.ts'
import { followSnapshot, takeSettings, watchDisk } from './wiring/watch-node.ts'
import { createMeasureWatch } from './wiring/watch-parts.ts'
import { watchRules } from './wiring/watch-rules.ts'
import { watchScanTimes } from './wiring/watch-scan-times.ts'
import { watchScanners } from './wiring/watch-scanners.ts'
import { watchTemperrors } from './wiring/watch-temperrors.ts'
import { createWebhookParts, tellAlarms } from './wiring/webhook-parts.ts'
import { wireApi } from './wiring/wire-api.ts'

export const roles = ['gateway', 'inspection', 'delivery', 'console', 'jobs'] as const
export type Role = (typeof roles)[number]

/** A process without any of these yields to those that have them on the same machine. */
const carryingMail: ReadonlySet<Role> = new Set(['gateway', 'inspection', 'delivery'])

/** Between transactions of a process that serves people alone: mail takes its turns then, and what people do gathers. */
const commitRestMs = 50

export interface AppOptions {
  readonly config: Config
  /** Folder of all data of this node. */
  readonly folder: string
  readonly roles: readonly Role[]
  /** Whoever starts this process again when it ends by accident; absent: nobody of ours does. */
  readonly supervisor?: OwnSupervisor | null
}

/** A running node. */
export interface App {
  readonly smtpPorts: readonly number[]
  /** Where people and servers of ours log in to send; none: this process has no role gateway. */
  readonly submissionPorts: SubmissionPorts
  /** Where the first page is; empty: this process has no role console, or the address is taken. */
  readonly pages: readonly string[]
  readonly recovery: RecoveryReport
  readonly stores: ThreadedStores
  /** Brings the snapshot up to date where that can be done now; mail flows by the last good one where not. */
  readonly publish: () => Promise<void>
  /** Takes new values of live settings into use. */
  reload(config: Config): void
  /** Resolves with the reason when the process can promise nothing any more and has to end. */
  readonly failed: Promise<Error>
  stop(): Promise<void>
}

/** Starts the roles of a node. The only place where parts are made and joined. */
export async function startApp({ config, folder, roles: asked, supervisor }: AppOptions): Promise<App> {
  // Before anything runs that would have to be stopped again.
  if (asked.includes('console')) requireLoopback(config['console.listen'])
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const base = await createBase(config, folder, asked)
  // Mail waits for transactions of this process too.
  if (!asked.some((role) => carryingMail.has(role)))
    yieldProcessToMail(niceness.reading, new Set([threadName('write')]))
  tellAlarms(base)
  const { stores, snapshot } = base
  const [recovery, contentKeys] = [await recover(base, asked), await tendContentKeys(base)]
  const publish = publisher(base)
  const disk = await watchDisk(base)
  const memory = new MemoryWatch()
  const node = noteNode(base, asked, supervisor ?? null)
  const inspection = asked.includes('inspection') ? wireInspection(base) : null
  let [smtpPorts, pages]: [readonly number[], readonly string[]] = [[], []]
  let submissionPorts: SubmissionPorts = { starttls: [], tls: [] }
  let refresh: NodeJS.Timeout | undefined
  const delivery = asked.includes('delivery') ? wireDelivery(base, () => smtpPorts) : null
  const gateway = asked.includes('gateway')
    ? await wireGateway(base, inspection, { disk, memory, waiting: node.waiting })
    : null
  const linkParts = asked.includes('jobs') ? createLinkParts(base) : null
  const bench = createBench(base)
  const tasks = asked.includes('jobs') ? wireTasks(base, bench) : null
  const sync = asked.includes('jobs') ? createSyncParts(base, publish) : null
  const certificates = watchCertificates(
    base,
    () => ({ starttls: [...smtpPorts, ...submissionPorts.starttls], tls: submissionPorts.tls }),
    delivery,
    asked.includes('console'),
  )
  const jobs =
    linkParts && tasks && sync ? wireJobs(base, publish, linkParts, tasks, sync, () => smtpPorts, node) : null
  const api = asked.includes('console')
    ? await wireApi(base, asked, disk, {
        kickTasks: () => void tasks?.look(),
        publish: () => publishOrTell(base, publish),
        bench,
        hostLists: () => linkParts?.hostLists() ?? [],
      })
    : null
  node.tryOurselves(() => ({ smtpPorts, submissionPorts, pages, certificates }), delivery)
  const stop = async () => {
    node.endTries()
    certificates.stop()
    jobs?.stop()
    linkParts?.close()
    sync?.close()
    await Promise.all([delivery?.endDrills(), api?.stop(), gateway?.stop(), tasks?.stop()])
    await bench.stop()
    await delivery?.stop()
    await inspection?.stop()
    clearInterval(refresh)
    for (const each of [disk, memory, contentKeys]) each.stop()
    await node.stop()
    snapshot.close()
    await base.searchStores.stop()
    await stores.stop()
  }
  try {
    await delivery?.load()
    if (gateway) {
      smtpPorts = await gateway.listen()
      submissionPorts = await gateway.listenForSubmission()
    }
  } catch (cause) {
    await stop()
    throw cause
  }
  delivery?.start()
  jobs?.start()
  pages = (await api?.listen()) ?? []
  refresh = followSnapshot(base)
  const failed = new Promise<Error>((resolve) => stores.onDeath(resolve))
  return {
    smtpPorts,
    submissionPorts,
    pages,
    recovery,
    stores,
    publish: () => publishOrTell(base, publish),
    reload: (next) => {
      takeSettings(base, next)
      inspection?.takeSettings()
    },
    failed,
    stop,
  }
}

/** Gives back what gone processes held, parks what is damaged, and clears up what crashes have left. */
async function recover(base: Base, asked: readonly Role[]): Promise<RecoveryReport> {
  const { config, stores, bodies, alarms, log, instance } = base
  const files = await bodies.files()
  const report = await stores.messages.recover(instance, config['node.name'], process.pid, Date.now())
  await noteTimeOff(base, report.heardAt, Date.now())
  if (report.bodyFiles.length === 0) bodies.adopt()
  const swept = await bodies.sweep(files, report.running, report.bodyFiles)
  if (swept.setAside.length > 0)
    log.warn({ files: swept.setAside }, 'files that belong to no message were set aside')
  await sealSecrets(base)
  // Delivery clears them, so it raises them.
  if (asked.includes('delivery'))
    for (const { id, why } of report.setAside)
      alarms.raise('body-damaged', id, `message ${id} is parked: ${why}`)
  return report
}

/** Seals secrets from before they were sealed, and tells where the key is another one than theirs. */
async function sealSecrets({ stores, alarms }: Base): Promise<void> {
  const { unreadable } = await stores.secretRows.sealRows()
  if (unreadable.length > 0)
    alarms.raise(
      'sealing-key',
      'secrets',
      `${unreadable.length} secrets do not open with secrets/sealing.key, so what they are for does not work: ${unreadable.slice(0, 5).join(', ')}`,
    )
}

async function createBase(config: Config, folder: string, asked: readonly Role[]): Promise<Base> {
  const log = createLog(config['log.level'], config['node.name'])
  const metrics = createMetrics(config['node.name'])
  const alarms = createAlarms(systemClock, log)
  alarms.onChange(({ name }, open) =>
    open ? metrics.alarmsOpen.inc({ name }) : metrics.alarmsOpen.dec({ name }),
  )
  const lostTime = new LostTime()
  const stores = await openThreadedStores({
    settings: storeSettingsOf(config, folder),
    reserveBytes: config['spool.diskReserve'],
    commitRestMs: asked.every((role) => role === 'console') ? commitRestMs : 0,
    threadEntry: new URL('./store-thread.ts', import.meta.url),
    onCommit: (calls, { tookMs, lockMs, syncMs }) => {
      metrics.storeCommitSeconds.observe(tookMs / 1000)
      metrics.storeCommitCalls.observe(calls)
      lostTime.note('lock', lockMs)
      lostTime.note('disk', syncMs)
    },
  })
  const snapshot = new SnapshotReader(
    join(folder, 'directory'),
    () => config['directory.maxAge'],
    () => Date.now(),
    readVerdictPolicy,
    readOutboundPolicy,
  )
  const spool = new Spool({
    store: stores.messages,
    clock: systemClock,
    patienceMs: 240_000,
    recentBytes: 32 << 20,
  })
  const instance = newId(Date.now())
  const bodies = new DiskBodyStore(folder, config['spool.inlineMax'], instance)
  const searchStores = openSearch(
    new URL('./search-thread.ts', import.meta.url),
    folder,
    config['search.folder'],
  )
  const brands = new Brands({ store: stores.brands, tenants: () => stores.directory.tenants() })
  return {
    config,
    folder,
    log,
    alarms,
    metrics,
    lostTime,
    stores,
    searchStores,
    spool,
    snapshot,
    instance,
    bodies,
    contentKeys: new ContentKeys(folder),
    brands,
    probeKey: createProbeKey({ config, folder }),
    probeLogin: createProbeLogin(config),
  }
}

function publisher({ config, stores, alarms, snapshot }: Base): () => Promise<Published> {
  return async () => {
    const published = await publishSnapshot({
      directory: stores.directory,
      snapshots: stores.snapshots,
      alarms,
      shrinkPercent: config['directory.shrinkPercent'],
      graceMs: config['directory.grace'],
      now: () => Date.now(),
    })
    snapshot.refresh()
    return published
  }
}

async function publishOrTell({ alarms }: Base, publish: () => Promise<Published>): Promise<void> {
  try {
    await publish()
  } catch (cause) {
    alarms.raise(
      'job-failed',
      'publish-snapshot',
      `the directory could not be published: ${(cause as Error).message}; mail flows by the last good snapshot`,
    )
  }
}

/** The clock with everything that it does again and again. */
function wireJobs(
  base: Base,
  publish: () => Promise<Published>,
  linkParts: ReturnType<typeof createLinkParts>,
  tasks: ReturnType<typeof wireTasks>,
  sync: SyncParts,
  ports: () => readonly number[],
  { deadMan }: { readonly deadMan: DeadMan },
): Clockwork {
  const { config, folder, stores } = base
  return new Clockwork({
    config,
    publish,
    ledger: stores.ledger,
    retention: stores.retention,
    keepReturned: createIncidentKeep(base),
    endByLevel: createLevelRounds(base),
    access: stores.access,
    dmarc: stores.dmarc,
    domainReports: stores.domainReports,
    dailyReports: createDailyReportParts(base),
    stsPolicies: stores.stsPolicies,
    definitionFeed: createDefinitionFeed(config, folder),
    learning: createLearningParts({
      folder,
      config,
      store: stores.learning,
      readStore: stores.readLearning,
      directory: stores.directory,
      alarms: base.alarms,
    }),
    scanners: createScannerParts(config, base.alarms),
    readQuarantine: stores.readQuarantine,
    probeContent: createContentProbe(base),
    reports: createReportParts(base),
    blocklists: createBlocklistParts(base),
    radar: createRadarParts(base, ports),
    review: createReviewParts(base),
    asked: createAskedParts(base),
    held: createHeldParts(base),
    senders: createSenderParts(base),
    tendDkimKeys: createDkimRounds(base, publish),
    tendBypasses: createBypassRounds(base),
    tendDomainClaims: createClaimRounds(base, publish),
    links: linkParts,
    index: createIndexParts(base),
    sync,
    tasks: { store: stores.tasks, look: () => tasks.look() },
    candidates: createCandidateParts(base, publish),
    definitions: createDefinitionParts({
      folder,
      config,
      store: stores.definitions,
      alarms: base.alarms,
    }),
    flow: {
      readStatistics: stores.readStatistics,
      isOurs: (domain) => base.snapshot.isOurs(domain),
      alarms: base.alarms,
      limitsOf: (domain) => flowLimitsOf(config, (address) => base.snapshot.settingsOf(address), domain),
      now: () => Date.now(),
    },
    drain: {
      flow: stores.readLaneFlow,
      parseLane,
      alarms: base.alarms,
      windowMs: () => config['flow.drainWindow'],
      now: () => Date.now(),
    },
    processes: { processes: stores.readProcesses, alarms: base.alarms, now: () => Date.now() },
    measures: createMeasureWatch(base),
    deadMan,
    probes: createProbeWatch(base),
    tellAlarms: createAlarmParts(base),
    subscribers: createSubscriberParts(base),
    followFindings: createIncidentRounds(base),
    copyStatus: createStatusCopies(base),
    publishStatus: createStatusRounds(base, createStatusProbes(base), createStatusFaults(base)),
    pollUpstream: createUpstreamRounds(base),
    checkStatistics: createStatisticsRounds(base),
    backups: createBackupRounds(base),
    statistics: {
      statistics: stores.statistics,
      readStatistics: stores.readStatistics,
      now: () => Date.now(),
    },
    clock: systemClock,
    webhooks: createWebhookParts(base),
    alarms: base.alarms,
    log: base.log,
  })
}

function wireInspection(base: Base): InspectionRole {
  const { config, folder, alarms, log, stores, snapshot, instance } = base
  const trials = createTrialNotes((sums) => stores.definitions.addCounts(sums))
  const candidates = createCandidateNotes((sums) => stores.candidates.addSums(sums))
  const dmarc = createDmarcNotes((sums) => stores.dmarc.addResults(sums))
  const undoLists = new UndoLists(base, () => role.takeSettings())
  const lists = watchLists(base, (zone) => undoLists.muted(zone))
  const noteRules = watchRules(base, publisher(base))
  const noteTemperrors = watchTemperrors(base)
  const checkTimes = watchCheckTimes(base)
  const links = noteLinks(base)
  const returns = noteReturns(base)
  const scanners = watchScanners(base)
  const scanTimes = watchScanTimes(base)
  const load = watchLoad(base)
  const definitions = watchDefinitions(base)
  const role = createInspection({
    config,
    folder,
    alarms,
    log,
    entry: new URL('./inspection-thread.ts', import.meta.url),
    store: stores.messages,
    owner: instance,
    clock: systemClock,
    onOutcome(outcome, job) {
      // Nothing is learnt from messages of our own.
      if (job.tenant === probeTenant) return
      if (outcome.trial) trials.note(outcome.trial)
      for (const result of outcome.candidates ?? [])
        candidates.note({ result, messageId: job.id, at: Date.now() })
      lists.note(outcome)
      scanTimes.note(outcome)
      load.note(job)
      noteRules(outcome)
      noteTemperrors(outcome)
      checkTimes.note(outcome)
      dmarc.note(outcome, job)
      links.note(outcome, job)
      returns.note(job)
    },
    onTimed({ tenant, arrival }, tookMs) {
      if (tenant !== probeTenant) base.metrics.inspectionSeconds.observe(tookMs / 1000)
      base.metrics.measures.observe('inspect', arrival.direction ?? 'inbound', tenant, '', tookMs)
    },
    judge: (message, outcome, defers) =>
      judgeLate(message, outcome, {
        lifeMs: config['delivery.expiryInbound'],
        recipients: snapshot,
        outboundPolicyOf: (address) => snapshot.outboundPolicyOf(address),
        now: Date.now(),
        host: config['site.host'],
        defers,
      }),
  })
  load.start(() => role.busyPercent())
  return {
    ...role,
    async stop() {
      load.stop()
      scanners.stop()
      scanTimes.stop()
      checkTimes.stop()
      definitions.stop()
      lists.stop()
      undoLists.stop()
      await role.stop()
      await Promise.all([trials.stop(), candidates.stop(), dmarc.stop(), links.stop(), returns.stop()])
    },
  }
}

function wireDelivery(
  base: Base,
  ports: () => readonly number[],
): DeliveryRole & { readonly leaving: () => Leaving; readonly endDrills: () => Promise<void> } {
  const { config, log, alarms, metrics, stores, spool, snapshot, instance } = base
  const security = createTransportSecurity(base)
  const { resolver } = security
  const loop = createLoopReceiver(base)
  const role = createDelivery({
    settings: config,
    clock: systemClock,
    log,
    alarms,
    metrics,
    store: stores.deliveries,
    reader: stores.readDeliveries,
    sending: stores.sending,
    readSending: stores.readSending,
    messages: stores.messages,
    spool,
    contentKeys: base.contentKeys,
    routes: {
      nextHopOf: (domain) => snapshot.nextHopOf(domain),
      nextHopNow: async (domain) => (await stores.readDirectory.domain(domain))?.nextHop ?? null,
      loopHop: () => loop.hop,
    },
    // Where the gateway is another process, its settings tell the ports.
    fromNameOf: (tenant) => fromNameOf(base.brands, tenant),
    envelopeSender: createEnvelopeSender({
      ...base,
      lifeMs: config['delivery.expiryOutbound'],
      now: () => Date.now(),
    }),
    own: createOwnPlaces(config['site.host'], () => [...listenPorts(config), ...ports()]),
    resolver,
    trust: security.trust,
    security,
    onSession: security.note,
    owner: instance,
    ...probationParts(base),
  })
  let drills: LiveDrills | null = null
  return {
    ...role,
    start() {
      role.start()
      drills = runLiveDrills(base, { delivery: role, ports })
    },
    endDrills: async () => drills?.stop(),
    leaving: () => ({ addresses: role.addresses(), port: loop.port }),
    async load() {
      await loop.listen()
      await role.load()
    },
    async stop() {
      await role.stop()
      loop.stop()
      await security.stop()
    },
  }
}

function wireTasks(base: Base, bench: PolicyBench): TaskRunner {
  return new TaskRunner({
    tasks: base.stores.tasks,
    kinds: createTaskKinds(base, bench),
    owner: base.instance,
    now: () => systemClock.now(),
    whyNot: createTaskGuard(base),
    onProblem: ({ id, kind }, problem) => base.log.warn({ task: id, kind, problem }, 'a step of work failed'),
  })
}

function listenPorts(config: Config): number[] {
  return config['gateway.listen'].map((each) => splitEndpoint(each)[1]).filter((port) => port !== 0)
}

async function wireGateway(
  base: Base,
  inspection: InspectionRole | null,
  { disk, memory, waiting }: { disk: DiskWatch; memory: MemoryWatch; waiting: { outbound(): number } },
): Promise<Gateway> {
  const { config, folder, log, alarms, metrics, stores, spool, snapshot } = base
  const own = { certificate: config['tls.certificate'], key: config['tls.key'] }
  const files =
    own.certificate === '' ? await makeCertificate(join(folder, 'secrets'), config['site.host']) : own
  return createGateway({
    settings: config,
    clock: systemClock,
    log,
    alarms,
    metrics,
    recipients: snapshot,
    senders: withProbeLogin(snapshot, base.probeLogin),
    refusalLog: stores.refusals,
    spool,
    submissions: stores.messages,
    volumes: {
      volumes: (since, instance) => stores.readSenders.volumes(since, instance),
      figures: (question) => stores.readSenders.figures(question),
      noteSuspect: (note) => stores.senders.noteSuspect(note),
    },
    instance: base.instance,
    probeOf: (address) => base.probeKey.readOnce(address),
    awaitsReply: (token) => stores.readRadar.awaitsReply(token, Date.now()),
    noteNoticeBounce: (bounce) => takeNoticeBounce(stores, bounce),
    bodies: base.bodies,
    contentKeys: base.contentKeys,
    certificate: new Certificate(files, alarms),
    senderKeys: new SenderKeys(folder),
    inspection: inspection?.inspection ?? null,
    defersTemperror: () => inspection?.defersTemperror() ?? false,
    vitals: {
      diskPercent: () => disk.percent,
      diskFree: () => disk.freeBytes,
      storeStalledMs: () => stores.stalledMs(),
      memoryBytes: () => memory.bytes,
      outboundWaiting: () => waiting.outbound(),
      inspectionLoad: () => inspection?.inspection.load() ?? 0,
    },
  })
}
