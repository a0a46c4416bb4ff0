import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Log } from '#ground/platform/log.ts'
import type { AccessStore } from '#services/access/access-store.ts'
import { totalMs } from '#services/access/session.ts'
import { endOrphans } from '#services/alarms/end-orphans.ts'
import { type TellParts, tellAlarms } from '#services/alarms/tell-alarms.ts'
import { type WatchProcessesParts, watchProcesses } from '#services/alarms/watch-processes.ts'
import { type DailyReportParts, sendDailyReports } from '#services/daily-reports/send-daily-reports.ts'
import { advanceTrial } from '#services/definitions/advance-trial.ts'
import type { DefinitionParts } from '#services/definitions/definition-parts.ts'
import { publishStanding } from '#services/definitions/stages.ts'
import { type DefinitionFeed, FeedRounds, takeFeed } from '#services/definitions/take-feed.ts'
import type { Published } from '#services/directory/publish-snapshot.ts'
import type { DmarcStore } from '#services/dmarc/dmarc-store.ts'
import type { DomainReportStore } from '#services/domain-reports/domain-report-store.ts'
import { watchDomainReports } from '#services/domain-reports/watch-domain-reports.ts'
import { attendToHeld } from '#services/held/attend-to-held.ts'
import type { HeldParts } from '#services/held/held-parts.ts'
import { warnByLevel } from '#services/held/warn-by-level.ts'
import { advanceLearning, LearningRounds } from '#services/learning/advance-learning.ts'
import type { LearningParts } from '#services/learning/learning-parts.ts'
import { auditLately } from '#services/ledger/audit-lately.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import { followDueLinks } from '#services/links/follow-due-links.ts'
import type { LinkParts } from '#services/links/link-parts.ts'
import { tellMessages } from '#services/links/tell-messages.ts'
import { advanceCandidates, type CandidateParts } from '#services/policy/advance-candidates.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import { watchReleases } from '#services/quarantine/watch-releases.ts'
import { createDrainWatch, type WatchDrainParts } from '#services/queue/watch-drain.ts'
import { attendToRadar, RadarRounds } from '#services/radar/attend-to-radar.ts'
import type { RadarParts } from '#services/radar/radar-parts.ts'
import { attendToReports, type ReportParts } from '#services/reports/attend-to-reports.ts'
import { closeUndecided } from '#services/reports/close-undecided.ts'
import { tellUndecided } from '#services/reports/tell-undecided.ts'
import { attendToReviews } from '#services/review/attend-to-reviews.ts'
import type { ReviewParts } from '#services/review/review-parts.ts'
import { type TellManagersParts, tellManagers } from '#services/review/tell-managers.ts'
import { judgeSignaturesAnew } from '#services/scanners/judge-anew.ts'
import type { ScannerParts } from '#services/scanners/scanner-parts.ts'
import { refreshSet } from '#services/scanners/take-set.ts'
import { followIndex, type IndexParts } from '#services/search/follow-index.ts'
import { attendToSenders, type SenderParts, SenderRounds } from '#services/senders/attend-to-senders.ts'
import { askBlocklists, type BlocklistParts } from '#services/sending/ask-blocklists.ts'
import { feedRefused } from '#services/statistics/feed-refused.ts'
import { type FeedParts, feedStatistics, forgetStatistics } from '#services/statistics/feed-statistics.ts'
import { type WatchFlowParts, watchFlow } from '#services/statistics/watch-flow.ts'
import type { SubscriberParts } from '#services/subscribers/subscriber-parts.ts'
import { forgetSubscriptions, tellSubscribers } from '#services/subscribers/tell-subscribers.ts'
import { forgetSync } from '#services/sync/forget-sync.ts'
import { SyncRounds } from '#services/sync/run-due.ts'
import type { SyncParts } from '#services/sync/sync-parts.ts'
import { tellFaults } from '#services/sync/tell-faults.ts'
import type { TaskStore } from '#services/tasks/task-store.ts'
import type { DeadMan } from '#services/watch/dead-man.ts'
import type { MeasureWatch } from '#services/watch/watch-measures.ts'
import {
  probesEveryMs,
  sweepProbes,
  type WatchProbesParts,
  watchProbes,
} from '#services/watch/watch-probes.ts'
import { sendDueWebhooks, type WebhookParts } from '#services/webhooks/send-webhooks.ts'

export interface JobParts {
  readonly config: Config
  readonly publish: () => Promise<Published>
  readonly ledger: LedgerStore
  readonly retention: RetentionStore
  /** Frees content of returned mail whose time is over, but what incidents have touched is kept longer. */
  readonly endReturned: (now: number) => Promise<void>
  /** Ends what levels keep shorter than the site: in quarantine, held, or of what was returned. */
  readonly endByLevel: (now: number) => Promise<unknown>
  readonly access: AccessStore
  readonly definitions: DefinitionParts
  readonly candidates: CandidateParts
  readonly dailyReports: DailyReportParts
  /** MTA-STS policies that were fetched; forgotten when their time is over. */
  readonly stsPolicies: { forgetBefore(at: number): Promise<number> }
  readonly definitionFeed: DefinitionFeed
  readonly dmarc: DmarcStore
  readonly domainReports: DomainReportStore
  readonly learning: LearningParts
  readonly scanners: ScannerParts
  readonly reports: ReportParts
  readonly readQuarantine: QuarantineStore
  /** Tries the folder of content, and raises its alarm or clears it. */
  readonly probeContent: () => Promise<void>
  /** Lets encrypted mail go on that a version has parked which knows of no encryption. */
  readonly resumeEncrypted: () => Promise<number>
  /** Looks after the keys that sign mail. */
  readonly tendDkimKeys: () => Promise<void>
  /** Looks after domains that send past us. */
  readonly tendBypasses: () => Promise<void>
  /** Looks at the DNS records of domains. */
  readonly tendLights: () => Promise<void>
  /** Looks for the records of domains that are not proved yet. */
  readonly tendDomainClaims: () => Promise<void>
  /** Our own addresses and blocklists. */
  readonly blocklists: BlocklistParts
  readonly radar: RadarParts
  readonly review: ReviewParts
  /** Who is told that people wait for an answer. */
  readonly asked: TellManagersParts
  readonly held: HeldParts
  readonly senders: SenderParts
  readonly links: LinkParts
  readonly index: IndexParts
  readonly sync: SyncParts
  readonly tasks: { readonly store: TaskStore; readonly look: () => Promise<void> }
  readonly statistics: FeedParts
  /** Compares the statistics of a day with the ledger. */
  readonly checkStatistics: () => Promise<void>
  /** Makes copies of the data folder where that is wanted, and looks whether they are made. */
  readonly backups: { start(): void; watch(): Promise<void>; stop(): void }
  readonly flow: WatchFlowParts
  readonly drain: WatchDrainParts
  readonly processes: WatchProcessesParts
  /** Judges what all processes have measured. */
  readonly measures: Pick<MeasureWatch, 'round'>
  /** What tries of our own come to. */
  readonly probes: WatchProbesParts
  /** Hears of each watcher that has done its round. */
  readonly deadMan: Pick<DeadMan, 'expect' | 'beat'>
  readonly tellAlarms: TellParts
  /** Opens and ends incidents for what measurements find. */
  readonly followFindings: () => Promise<void>
  /** Asks status pages of providers what they tell. */
  readonly pollUpstream: () => Promise<void>
  /** Publishes the status page, where there is one. */
  readonly publishStatus: () => Promise<void>
  /** Brings what was published to other hosts. */
  readonly copyStatus: () => Promise<void>
  /** Who is told what is new on the status page. */
  readonly subscribers: SubscriberParts
  readonly clock: Clock
  readonly webhooks: WebhookParts
  readonly alarms: Alarms
  readonly log: Log
}

const snapshotEveryMs = 10_000
const auditEveryMs = 60_000
/** A set that does harm is to be taken back within minutes. */
const trialEveryMs = 5000
const retentionEveryMs = 60_000
const reportsEveryMs = 2000
/** Days count here. */
const undecidedEveryMs = 60_000
const releasesEveryMs = 10_000
const contentEveryMs = 15_000
/** It looks at all that is encrypted. */
const encryptedEveryMs = 3_600_000
const reviewEveryMs = 2000
const askedEveryMs = 5000
const heldEveryMs = 2000
const heldByLevelEveryMs = 60_000
const radarEveryMs = 1000
const learningEveryMs = 10_000
const linksEveryMs = 1000
const indexEveryMs = 1000
const tasksEveryMs = 1000
/** How long it can be asked what became of an order. */
const tasksKeptMs = 30 * 86_400_000
/** Changes of policy that are on trial no more can be looked at for so long. */
const trialsKeptMs = 90 * 86_400_000
const signaturesEveryMs = 60_000
const webhooksEveryMs = 1000
/** What was sent to webhooks is listed for so long. */
const webhookPostsKeptMs = 30 * 86_400_000
const feedEveryMs = 60_000
/** A server that was away does not wait a whole round for what came meanwhile; first it has to be up. */
const feedSoonMs = 5000
const syncEveryMs = 500
const syncFaultsEveryMs = 2000
const batch = 500
const statisticsEveryMs = 3000
const flowEveryMs = 5000
/** It writes, which a site that has nothing to take away feels. */
const probesSweepEveryMs = 60_000
const tellEveryMs = 5000
/** Alarms of processes that are gone: nobody speaks of them any more. */
const alarmsUnseenMs = 3 * 60_000
const alarmsKeptMs = 90 * 86_400_000
const statisticsForgetEveryMs = 600_000
const statisticsCheckEveryMs = 600_000
const backupsEveryMs = 60_000
const domainReportsEveryMs = 60_000
/** Figures of what addresses have carried; a plan of warming up lasts 60 days at most. */
const sendingFiguresKeptMs = 90 * 86_400_000
/** What addresses have learnt of receivers counts no more after so long. */
const learningKeptMs = 7 * 86_400_000
const findingsEveryMs = 15_000
const statusEveryMs = 60_000
/** How often it is looked which feeds are due. */
const upstreamEveryMs = 5000
const orphansEveryMs = 20_000
const subscribersEveryMs = 2000
const subscriptionsForgetEveryMs = 600_000
const dkimEveryMs = 300_000
const dailyReportsEveryMs = 60_000
const bypassesEveryMs = 20_000
/** As many domains as a round looks at are looked at in this time. */
const lightsEveryMs = 60_000
const claimsEveryMs = 20_000
/** Whatever the settings say. */
const leastEveryMs = 200

/** Jobs whose silence would be taken for peace. */
const watchers: ReadonlySet<string> = new Set([
  ...['audit', 'statistics', 'mail-flow', 'drain', 'processes', 'measures', 'probes', 'tell-alarms'],
  ...['incidents', 'status-page', 'status-copies', 'status-subscribers', 'radar', 'content', 'releases'],
])

/** The clock: what has to happen again and again, each a verb of a service. A job that fails is tried again next time. */
export class Clockwork {
  readonly #parts: JobParts
  readonly #timers: NodeJS.Timeout[] = []
  readonly #running = new Set<string>()
  #differedBefore = false
  #startedAt = 0

  constructor(parts: JobParts) {
    this.#parts = parts
  }

  start(): void {
    this.#startedAt = this.#parts.clock.now()
    // What is in force stands in the database; its files may be those of another day, or missing.
    void this.#run('definitions', () => publishStanding(this.#parts.definitions))
    this.#every(snapshotEveryMs, 'publish-snapshot', () => this.#parts.publish())
    this.#every(auditEveryMs, 'audit', () => this.#audit())
    this.#every(trialEveryMs, 'definitions', () => advanceTrial(this.#parts.definitions))
    this.#every(trialEveryMs, 'policy-trials', () => advanceCandidates(this.#parts.candidates))
    this.#every(retentionEveryMs, 'retention', () => this.#forget())
    this.#every(contentEveryMs, 'content', () => this.#parts.probeContent())
    this.#every(encryptedEveryMs, 'encrypted-parked', () => this.#parts.resumeEncrypted())
    this.#every(releasesEveryMs, 'releases', () => this.#watchReleases())
    this.#every(reportsEveryMs, 'reports', () => attendToReports(this.#parts.reports))
    this.#every(undecidedEveryMs, 'reports-undecided', () => this.#attendToUndecided())
    this.#every(reviewEveryMs, 'review', () => attendToReviews(this.#parts.review))
    this.#every(askedEveryMs, 'asked', () => tellManagers(this.#parts.asked))
    this.#every(heldEveryMs, 'held', () => attendToHeld(this.#parts.held))
    this.#every(heldByLevelEveryMs, 'held-warnings', () => warnByLevel(this.#parts.held))
    const radar = new RadarRounds()
    this.#every(radarEveryMs, 'radar', () => attendToRadar(this.#parts.radar, radar))
    const senders = new SenderRounds()
    this.#every(heldEveryMs, 'senders', () => attendToSenders(this.#parts.senders, senders))
    const feed = new FeedRounds()
    const look = () => takeFeed(this.#parts.definitions, this.#parts.definitionFeed, feed)
    this.#timers.push(setTimeout(() => void this.#run('definitions-feed', look), feedSoonMs))
    this.#every(feedEveryMs, 'definitions-feed', look)
    const rounds = new LearningRounds()
    // At once for the first time: learning begins with what comes after its first round.
    void this.#run('learning', () => advanceLearning(this.#parts.learning, rounds))
    this.#every(learningEveryMs, 'learning', () => advanceLearning(this.#parts.learning, rounds))
    this.#every(indexEveryMs, 'index', () => followIndex(this.#parts.index))
    this.#every(tasksEveryMs, 'tasks', () => this.#parts.tasks.look())
    this.#every(linksEveryMs, 'follow-links', () => followDueLinks(this.#parts.links))
    this.#every(linksEveryMs, 'tell-messages-of-links', () => tellMessages(this.#parts.links))
    this.#every(trialEveryMs, 'judge-signatures-anew', () =>
      judgeSignaturesAnew(this.#parts.scanners, this.#parts.definitions.store),
    )
    const sync = new SyncRounds()
    this.#every(syncEveryMs, 'sync', () => sync.begin(this.#parts.sync))
    this.#every(syncFaultsEveryMs, 'sync-faults', () => tellFaults(this.#parts.sync))
    this.#every(statisticsEveryMs, 'statistics', () => feedStatistics(this.#parts.statistics))
    this.#every(statisticsEveryMs, 'refused-people', () => feedRefused(this.#parts.statistics))
    this.#every(flowEveryMs, 'mail-flow', () => watchFlow(this.#parts.flow))
    this.#every(flowEveryMs, 'drain', createDrainWatch(this.#parts.drain))
    this.#every(flowEveryMs, 'processes', () => watchProcesses(this.#parts.processes))
    const measuresEveryMs = Math.min(flowEveryMs, this.#parts.config['watch.period'])
    this.#every(measuresEveryMs, 'measures', () => this.#parts.measures.round())
    this.#every(probesEveryMs, 'probes', () => watchProbes(this.#parts.probes))
    this.#every(probesSweepEveryMs, 'probes-sweep', () => sweepProbes(this.#parts.probes))
    this.#every(tellEveryMs, 'tell-alarms', () => this.#tellAlarms())
    this.#every(orphansEveryMs, 'alarm-subscriptions', () => endOrphans(this.#parts.tellAlarms))
    this.#every(statisticsForgetEveryMs, 'statistics-forget', () => forgetStatistics(this.#parts.statistics))
    this.#every(statisticsCheckEveryMs, 'statistics-check', () => this.#parts.checkStatistics())
    this.#parts.backups.start()
    this.#every(backupsEveryMs, 'backups', () => this.#parts.backups.watch())
    this.#every(domainReportsEveryMs, 'domain-reports', () =>
      watchDomainReports(
        this.#parts.domainReports,
        this.#parts.alarms,
        this.#parts.clock.now(),
        this.#parts.config['reports.keep'],
      ),
    )
    this.#every(webhooksEveryMs, 'webhooks', () => sendDueWebhooks(this.#parts.webhooks))
    this.#every(Math.min(findingsEveryMs, this.#parts.config['watch.period']), 'incidents', () =>
      this.#parts.followFindings(),
    )
    const statusMs = Math.min(statusEveryMs, this.#parts.config['status.period'])
    this.#every(statusMs, 'status-page', () => this.#parts.publishStatus())
    this.#every(statusMs, 'status-copies', () => this.#parts.copyStatus())
    void this.#run('upstream-feeds', () => this.#parts.pollUpstream())
    this.#every(upstreamEveryMs, 'upstream-feeds', () => this.#parts.pollUpstream())
    this.#every(subscribersEveryMs, 'status-subscribers', () => tellSubscribers(this.#parts.subscribers))
    this.#every(subscriptionsForgetEveryMs, 'status-subscriptions', () =>
      forgetSubscriptions(this.#parts.subscribers),
    )
    this.#startDomains()
    this.#every(dailyReportsEveryMs, 'daily-reports', () => sendDailyReports(this.#parts.dailyReports))
    this.#every(this.#parts.config['sending.askEvery'], 'blocklists', () =>
      askBlocklists(this.#parts.blocklists),
    )
    this.#every(signaturesEveryMs, 'scanner-signatures', () => refreshSet(this.#parts.scanners))
  }

  /** What has to do with domains of customers. */
  #startDomains(): void {
    this.#every(dkimEveryMs, 'dkim-keys', () => this.#parts.tendDkimKeys())
    this.#every(bypassesEveryMs, 'bypasses', () => this.#parts.tendBypasses())
    this.#every(lightsEveryMs, 'domain-lights', () => this.#parts.tendLights())
    this.#every(claimsEveryMs, 'domain-claims', () => this.#parts.tendDomainClaims())
  }

  #watchReleases(): Promise<void> {
    const { readQuarantine, alarms, clock } = this.#parts
    return watchReleases(readQuarantine, alarms, clock.now())
  }

  async #attendToUndecided(): Promise<void> {
    const { reports, alarms, clock, config } = this.#parts
    await tellUndecided(reports.readReports, alarms, clock.now(), config['reports.remindAfter'])
    // Never before somebody was told.
    const closeAfterMs = Math.max(config['reports.closeAfter'], config['reports.remindAfter'])
    await closeUndecided(reports, clock.now(), closeAfterMs)
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#parts.backups.stop()
  }

  #every(meantMs: number, name: string, work: () => Promise<unknown>): void {
    const ms = Math.min(meantMs, Math.max(leastEveryMs, this.#parts.config['jobs.every']))
    if (watchers.has(name)) this.#parts.deadMan.expect(name, ms)
    this.#timers.push(setInterval(() => void this.#run(name, work), ms))
  }

  async #run(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#running.has(name)) return
    this.#running.add(name)
    try {
      await work()
      this.#parts.deadMan.beat(name)
      this.#parts.alarms.clear('job-failed', name)
    } catch (cause) {
      this.#parts.alarms.raise(
        'job-failed',
        name,
        `the job ${name} failed and is tried again: ${(cause as Error).message}`,
      )
    } finally {
      this.#running.delete(name)
    }
  }

  /** N-01: a difference that lasts two rounds is an alarm, with message ids; one round may meet a change half seen. */
  async #audit(): Promise<void> {
    const { ledger, clock, alarms, log } = this.#parts
    const now = clock.now()
    const differences = await auditLately(ledger, now, 100)
    if (differences.length > 0 && this.#differedBefore) {
      log.error({ differences }, 'the books do not balance')
      alarms.raise(
        'books-differ',
        'minute',
        `the books do not balance: ${differences[0]?.text} (${differences.length} in all; see mailkeep audit)`,
      )
    } else if (differences.length === 0) alarms.clear('books-differ', 'minute')
    this.#differedBefore = differences.length > 0
  }

  async #tellAlarms(): Promise<void> {
    const { tellAlarms: parts, clock } = this.#parts
    const now = clock.now()
    // Only who has run for so long can say that nobody else has spoken.
    if (now - this.#startedAt > alarmsUnseenMs) await parts.alarms.endUnseen(now - alarmsUnseenMs, now)
    await tellAlarms(parts)
  }

  async #forget(): Promise<void> {
    const { retention, config, clock, dmarc, links, access, tasks, sync, webhooks } = this.#parts
    const now = clock.now()
    const figuresFrom = new Date(now - sendingFiguresKeptMs).toISOString().slice(0, 10)
    await this.#parts.blocklists.sending.forgetSending(now - learningKeptMs, figuresFrom)
    await webhooks.store.sweepWebhooks(now - webhookPostsKeptMs)
    await access.sweep(now, now - totalMs, now - config['audit.keep'])
    const lastKept = new Date(clock.now() - config['spool.keepDmarcResults']).toISOString().slice(0, 10)
    await dmarc.forgetBefore(lastKept)
    await this.#parts.dailyReports.store.forgetBefore(lastKept)
    await this.#parts.stsPolicies.forgetBefore(now)
    await this.#parts.tellAlarms.alarms.forget(now - alarmsKeptMs)
    await this.#parts.tellAlarms.notices.forgetNotices(now - alarmsKeptMs)
    await links.store.forget(clock.now(), clock.now() - links.limits().keepResultsMs, batch)
    await forgetSync(sync)
    await tasks.store.forget(now - tasksKeptMs, batch)
    await this.#parts.candidates.candidates.forget(now - trialsKeptMs)
    await this.#parts.endByLevel(now)
    await this.#parts.endReturned(now)
    const limits = { quarantinedMs: config['spool.keepQuarantined'], traceMs: config['spool.keepTrace'] }
    for (let round = 0; round < 100; round++) {
      const done = await retention.forget(now, limits, batch)
      if (done < batch) return
    }
  }
}
