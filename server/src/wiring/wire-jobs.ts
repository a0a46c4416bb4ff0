import { Clockwork } from '#doors/jobs/clockwork.ts'
import { parseLane } from '#flow/spool/lane.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { Published } from '#services/directory/publish-snapshot.ts'
import { flowLimitsOf } from '#services/statistics/flow-limits.ts'
import type { SyncParts } from '#services/sync/sync-parts.ts'
import type { DeadMan } from '#services/watch/dead-man.ts'
import { createAlarmParts } from './alarm-parts.ts'
import { createAskedParts } from './asked-parts.ts'
import { createBackupRounds } from './backup-rounds.ts'
import type { Base } from './base.ts'
import { createBypassRounds } from './bypass-rounds.ts'
import { createCandidateParts } from './candidate-parts.ts'
import { createClaimRounds } from './claim-rounds.ts'
import { createContentProbe, createEncryptedRounds } from './content-parts.ts'
import { createDailyReportParts } from './daily-report-parts.ts'
import { createDefinitionFeed } from './definition-feed.ts'
import { createDefinitionParts } from './definition-parts.ts'
import { createDkimRounds } from './dkim-rounds.ts'
import { createHeldParts } from './held-parts.ts'
import { createIncidentRounds, createReturnedEnd } from './incident-rounds.ts'
import { createIndexParts } from './index-parts.ts'
import { createLearningParts } from './learning-parts.ts'
import { createLevelRounds } from './level-rounds.ts'
import { createLightRounds } from './light-rounds.ts'
import type { createLinkParts } from './link-parts.ts'
import { createProbeWatch } from './probe-watch.ts'
import { createRadarParts } from './radar-parts.ts'
import { createReportParts } from './report-parts.ts'
import { createReviewParts } from './review-parts.ts'
import { createScannerParts } from './scanner-parts.ts'
import { createSenderParts } from './sender-parts.ts'
import { createBlocklistParts } from './sending-parts.ts'
import { createStatisticsRounds } from './statistics-check.ts'
import { createStatusCopies } from './status-copies.ts'
import { createStatusFaults } from './status-faults.ts'
import { createStatusProbes } from './status-probes.ts'
import { createStatusRounds } from './status-rounds.ts'
import { createSubscriberParts } from './subscriber-parts.ts'
import { createUpstreamRounds } from './upstream-parts.ts'
import { createMeasureWatch } from './watch-parts.ts'
import { createWebhookParts } from './webhook-parts.ts'
import type { wireTasks } from './wire-tasks.ts'

/** The clock with everything that it does again and again. */
export function wireJobs(
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
    endReturned: createReturnedEnd(base),
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
    resumeEncrypted: createEncryptedRounds(base),
    reports: createReportParts(base),
    blocklists: createBlocklistParts(base),
    radar: createRadarParts(base, ports),
    review: createReviewParts(base),
    asked: createAskedParts(base),
    held: createHeldParts(base),
    senders: createSenderParts(base),
    tendDkimKeys: createDkimRounds(base, publish),
    tendBypasses: createBypassRounds(base),
    tendLights: createLightRounds(base),
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
