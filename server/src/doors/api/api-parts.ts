import type { HealthReport, MailWords } from '@mailkeep/contract'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Clock } from '#ground/platform/clock.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { Log } from '#ground/platform/log.ts'
import type { MaintenanceWatch } from '#ground/platform/maintenance-file.ts'
import type { Metrics } from '#ground/platform/metrics.ts'
import type { Outlook } from '#ground/platform/trend.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { AccessStore } from '#services/access/access-store.ts'
import type { AccountStore } from '#services/access/account-store.ts'
import type { KeptAnswers } from '#services/access/kept-answers.ts'
import type { OidcClient } from '#services/access/oidc-client.ts'
import type { ProcessStore } from '#services/alarms/process-store.ts'
import type { TellParts } from '#services/alarms/tell-alarms.ts'
import type { BackupDesk } from '#services/backup/backup-report.ts'
import type { BrandStore } from '#services/branding/brand.ts'
import type { Brands } from '#services/branding/brands.ts'
import type { BypassStore } from '#services/bypass/bypass-store.ts'
import type { ContentParts } from '#services/content/look-at-content.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { DirectoryViews } from '#services/directory/directory-views.ts'
import type { LightStore } from '#services/directory/light-store.ts'
import type { LossGuard } from '#services/directory/loss-guard.ts'
import type { DkimStore } from '#services/dkim/dkim-store.ts'
import type { DmarcStore } from '#services/dmarc/dmarc-store.ts'
import type { ClaimStore } from '#services/domain-claims/claim-store.ts'
import type { DomainReportStore } from '#services/domain-reports/domain-report-store.ts'
import type { LiveDrillStore } from '#services/drill/live-drill-store.ts'
import type { DrillGuards } from '#services/drill/why-no-drill.ts'
import type { HeldParts } from '#services/held/held-parts.ts'
import type { HistoryStore } from '#services/history/history-store.ts'
import type { WorkOut } from '#services/history/work-out.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { PersonStore } from '#services/person/person-store.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import type { QueueStore } from '#services/queue/queue-store.ts'
import type { RadarOrders } from '#services/radar/radar-parts.ts'
import type { RelayStore } from '#services/relay/relay-store.ts'
import type { ReportStore } from '#services/reports/report-store.ts'
import type { ReviewParts } from '#services/review/review-parts.ts'
import type { QuestionStore } from '#services/search/question-store.ts'
import type { SearchStore } from '#services/search/search-store.ts'
import type { SenderStore } from '#services/senders/sender-store.ts'
import type { SendingParts } from '#services/sending/sending-order.ts'
import type { PeopleStatistics } from '#services/statistics/people-statistics.ts'
import type { StatisticsStore } from '#services/statistics/statistics-store.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import type { SubscriberParts } from '#services/subscribers/subscriber-parts.ts'
import type { SuppressionStore } from '#services/suppression/suppression-store.ts'
import type { ScimStore } from '#services/sync/scim/scim-store.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import type { TaskParts } from '#services/tasks/start-task.ts'
import type { UpstreamViews } from '#services/upstream/upstream-views.ts'
import type { FindingStore } from '#services/watch/finding.ts'
import type { ProbeStore } from '#services/watch/probe-store.ts'
import type { WebhookStore } from '#services/webhooks/webhook-store.ts'
import type { DetectionParts } from './detection-parts.ts'
import type { DomainViews } from './domain-views.ts'
import type { PolicyParts } from './policy-parts.ts'

/** What the page may know of the directory: the snapshot that the flow runs from. */
export interface DirectoryFacts {
  /** Where mail of a domain of ours goes; null: it is none of ours. @throws Error while there is no snapshot */
  nextHopOf(domain: string): string | null
  /**
   * Settings in force for an address, or a domain after an @; none where it is not of that tenant.
   * @throws Error while there is no snapshot
   */
  settingsOf(address: string, tenant?: string): Readonly<Record<string, string>>
  /** The same for mail that is kept, with longer times that it keeps for a while since the directory changed. */
  keptSettingsOf(address: string, tenant: string): Readonly<Record<string, string>>
  /** When the last of these times of a domain is over; null: none runs. */
  longerUntil(domain: string): number | null
  /** Time since the snapshot was last found to be true; null: there is none. */
  ageMs(): number | null
}

/** What the HTTP door is made of. Stores are read only here, but that of who may come in. */
export interface ApiParts {
  readonly config: Config
  readonly ledger: LedgerStore
  readonly queue: Pick<QueueStore, 'lanes'>
  /** The same store for orders. */
  readonly orderQueue: QueueStore
  /** Where it is noted whether signing in works. */
  readonly probes: Pick<ProbeStore, 'noteProbes'>
  /** How tries of our own go, and what measurements say. */
  readonly readWatch: Pick<ProbeStore, 'probes' | 'tries' | 'probeSums'> & Pick<FindingStore, 'findings'>
  /** Throws where a text is no next hop. */
  readonly checkNextHop: (text: string) => unknown
  readonly directory: DirectoryFacts
  /** What is kept about people. */
  readonly person: Pick<PersonStore, 'eraseLines'>
  readonly readPerson: PersonStore
  /** Seals whom an order to erase means. */
  readonly sealErasure: (text: string) => string
  readonly access: AccessStore
  /** Reading holds up nothing that writes. */
  readonly domainReports: DomainReportStore
  /** The same for long questions. */
  readonly readAccess: AccessStore
  readonly accounts: AccountStore
  readonly keptAnswers: KeptAnswers
  /** How pages look, by host name and by tenant. */
  readonly brands: Brands
  readonly brandStore: BrandStore
  readonly oidc: OidcClient
  readonly webhooks: WebhookStore
  /** The same for long questions. */
  readonly readWebhooks: WebhookStore
  /** Processes that send mail. */
  readonly processes: Pick<ProcessStore, 'nodes'>
  /** Asks servers that somebody of ours has named, and none within. */
  readonly webFetch: GuardedFetch
  /** Host names that no brand may take. */
  readonly ownHosts: () => readonly string[]
  /** Folder of all data. */
  readonly folder: string
  readonly maintenance: MaintenanceWatch
  /** What the process that makes backups says, and what it is asked for. */
  readonly backups: BackupDesk
  /** Drills beside people's mail, and what speaks against one. */
  readonly liveDrills: LiveDrillStore
  readonly drillGuards: DrillGuards
  /** Address by which people reach the page, without a slash at its end. */
  readonly pageUrl: () => string
  /** The tree of tenants, and whose each domain is. */
  readonly tenancy: DirectoryStore
  /** The same for looking up who asks. */
  readonly readTenancy: DirectoryStore
  /** The same as people leaf through it. */
  readonly directoryViews: DirectoryViews
  readonly lights: Pick<LightStore, 'putLights'>
  /** How domains are, as DNS and other servers say. */
  readonly domainViews: DomainViews
  /** Figures of the past, read by a thread of its own. */
  readonly statistics: StatisticsStore
  /** The same with figures of groups and people. */
  readonly peopleStatistics: PeopleStatistics
  readonly dmarc: DmarcStore
  /** What is open, who is told of it, and how. */
  readonly alarmTelling: TellParts
  readonly newId: () => string
  /** Brings the snapshot that mail runs from up to date, and waits a moment for it; what fails is an alarm. */
  readonly publish: () => Promise<void>
  /** What that snapshot still has of what is gone from the directory. */
  readonly snapshots: LossGuard['snapshots']
  /** Reading holds up nothing that writes. */
  readonly readQuarantine: QuarantineStore
  readonly reports: ReportStore
  /** Reading holds up nothing that writes. */
  readonly readReports: ReportStore
  readonly search: SearchStore
  readonly questions: QuestionStore
  readonly tasks: TaskParts
  /** People who look after their own mail. */
  readonly review: ReviewParts
  /** Who is told what is new on the status page. */
  readonly subscribers: SubscriberParts
  /** Mail of our people that is held before it leaves. */
  readonly held: HeldParts
  /** Tests of mail set-ups, and round trips. */
  readonly radar: RadarOrders
  /** What in test mails proves to whom they went. */
  readonly radarKey: () => string
  /** Mailboxes that send, and those that may not for now. */
  readonly senders: SenderStore
  /** Reading holds up nothing that writes. */
  readonly readSenders: SenderStore
  /** What it takes to look at a message. */
  readonly content: ContentParts
  /** Addresses that mail leaves by. */
  readonly sending: SendingParts
  /** The same where reading holds up nothing. */
  readonly readSending: SendingParts
  /** Keys that sign mail. */
  readonly dkim: DkimStore
  /** Incidents of the past; reading holds up nothing that writes. */
  readonly history: HistoryStore
  readonly writeHistory: HistoryStore
  readonly workOutHistory: WorkOut
  /** Faults of receivers and providers. */
  readonly upstream: UpstreamViews
  /** What goes wrong now; the second one reads beside what is written. */
  readonly incidents: IncidentStore
  readonly readIncidents: IncidentStore
  /** What the public is told; the second one reads beside what is written. */
  readonly status: StatusStore
  readonly readStatus: StatusStore
  /** Writes the files of the status page at once: whoever waits for news shall not wait for the next minute. */
  readonly publishStatus: () => Promise<void>
  readonly resolver: Resolver
  /** Domains that send past us for a while. */
  readonly bypasses: BypassStore
  /** Domains that are not proved yet. */
  readonly claims: ClaimStore
  /** Asks DNS each time: for people who have just changed something there. */
  readonly uncachedResolver: Resolver
  /** Who may send to the world. */
  readonly relays: RelayStore
  /** Recipients that are left alone; the second one reads beside what is written. */
  readonly suppressions: SuppressionStore
  readonly readSuppressions: SuppressionStore
  readonly sync: SyncStore
  readonly readSync: SyncStore
  /** What directories have pushed; the second one reads beside what is written. */
  readonly scim: ScimStore
  readonly readScim: ScimStore
  /** Reads a large body (JSON) of a directory beside the sockets, and leaves of it what a group needs. @throws ScimError */
  readonly readLargeBody: (text: string) => Promise<unknown>
  /** Seals a secret for a source of people. */
  readonly sealForSync: (sourceId: string, text: string) => string
  readonly policy: PolicyParts
  /** What decides about mail and can change. */
  readonly detection: DetectionParts
  readonly metrics: Metrics
  readonly alarms: Alarms
  readonly health: () => HealthReport
  /** MTA-STS policy of a domain (RFC 8461, 3.2); null: it is none of ours. */
  readonly mtaSts: (domain: string) => string | null
  readonly disk: () => {
    readonly percent: number
    readonly freeBytes: number
    /** When new mail is refused for want of room. */
    readonly full: Outlook
  }
  /** What a question for mail can ask for, and what that means. */
  readonly mailWords: () => MailWords
  /** A reason of the ledger in words for people. */
  readonly reasonText: (reason: string) => string
  /** What a class of bounces means, and what a sender can do; empty where there is no such class. */
  readonly bounceWords: (found: string) => { readonly meaning: string; readonly advice: string }
  readonly clock: Clock
  readonly log: Log
  readonly startedAt: number
  readonly roles: readonly string[]
  readonly version: string
  /** How many changes of the database this program knows. */
  readonly schema: number
}
