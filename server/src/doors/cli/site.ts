import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import type { GuardedFetch } from '#ground/platform/web/guarded-fetch.ts'
import type { AccessStore } from '#services/access/access-store.ts'
import type { AccountStore } from '#services/access/account-store.ts'
import type { AlarmStore } from '#services/alarms/alarm-store.ts'
import type { NoticeStore } from '#services/alarms/notice-store.ts'
import type { ProcessStore } from '#services/alarms/process-store.ts'
import type { ApartParts } from '#services/alarms/tell-apart.ts'
import type { BrandStore } from '#services/branding/brand.ts'
import type { BypassStore } from '#services/bypass/bypass-store.ts'
import type { ContentKeyStore } from '#services/content/content-key-store.ts'
import type { DefinitionParts } from '#services/definitions/definition-parts.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { DirectoryViews } from '#services/directory/directory-views.ts'
import type { Published } from '#services/directory/publish-snapshot.ts'
import type { SnapshotStore } from '#services/directory/snapshot-store.ts'
import type { DkimStore } from '#services/dkim/dkim-store.ts'
import type { DmarcStore } from '#services/dmarc/dmarc-store.ts'
import type { ClaimStore } from '#services/domain-claims/claim-store.ts'
import type { LiveDrillStore } from '#services/drill/live-drill-store.ts'
import type { HeldParts } from '#services/held/held-parts.ts'
import type { HistoryStore } from '#services/history/history-store.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import type { LearningParts } from '#services/learning/learning-parts.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { HostListState, LinkStore } from '#services/links/link-store.ts'
import type { ListParts } from '#services/lists/list-parts.ts'
import type { PersonStore } from '#services/person/person-store.ts'
import type { StepLimits } from '#services/policy/candidate-steps.ts'
import type { CandidateStore } from '#services/policy/candidate-store.ts'
import type { KeptRule, PolicyStore } from '#services/policy/policy-store.ts'
import type { CheckRule } from '#services/policy/write-rule.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import type { HopView, RecipientView } from '#services/queue/explain-route.ts'
import type { QueueStore } from '#services/queue/queue-store.ts'
import type { RadarOrders } from '#services/radar/radar-parts.ts'
import type { RelayStore } from '#services/relay/relay-store.ts'
import type { ReportStore } from '#services/reports/report-store.ts'
import type { LeavingOf, RetentionChange } from '#services/retention/count-leaving.ts'
import type { ComingLevels } from '#services/retention/reach-of-level.ts'
import type { ReviewParts } from '#services/review/review-parts.ts'
import type { ScannerParts } from '#services/scanners/scanner-parts.ts'
import type { SearchStore } from '#services/search/search-store.ts'
import type { SenderStore } from '#services/senders/sender-store.ts'
import type { SendingParts } from '#services/sending/sending-order.ts'
import type { StatisticsStore } from '#services/statistics/statistics-store.ts'
import type { ReadBeside } from '#services/status/status-state.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import type { SubscriberStore } from '#services/subscribers/subscriber-store.ts'
import type { SuppressionStore } from '#services/suppression/suppression-store.ts'
import type { ScimStore } from '#services/sync/scim/scim-store.ts'
import type { SyncParts } from '#services/sync/sync-parts.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import type { TaskStore } from '#services/tasks/task-store.ts'
import type { UpstreamViews } from '#services/upstream/upstream-views.ts'
import type { FindingStore } from '#services/watch/finding.ts'
import type { ProbeStore } from '#services/watch/probe-store.ts'
import type { WebhookStore } from '#services/webhooks/webhook-store.ts'

/**
 * A site as commands see it: its stores, opened beside a running server or without one.
 * What a command changes is found by the server within a second or two.
 */
/** What one backup in a folder of backups has come to. */
export interface AddedBackup {
  /** It has everything up to then (ms). */
  readonly at: number
  /** Pages of the database and files of content that were new. */
  readonly pages: number
  readonly files: number
  /** Old ones that were dropped. */
  readonly dropped: number
  /** What is wrong with old ones, in words. */
  readonly faults: readonly string[]
}

export interface Site {
  readonly loaded: LoadedConfig
  /** Folder of all data. */
  readonly folder: string
  readonly access: AccessStore
  readonly alarms: AlarmStore
  readonly notices: NoticeStore
  /** How messages about alarms leave. */
  readonly alarmPost: ApartParts
  readonly accounts: AccountStore
  readonly brands: BrandStore
  /** Host names that are the platform's own. */
  readonly ownHosts: readonly string[]
  readonly webhooks: WebhookStore
  /** Asks programs of others, never machines within. */
  readonly webFetch: GuardedFetch
  readonly ledger: LedgerStore
  /** Figures of the past, as they stand. */
  readonly statistics: Pick<StatisticsStore, 'position' | 'sums'>
  /** The index of messages, as the server keeps it. */
  readonly search: SearchStore
  readonly queue: QueueStore
  readonly quarantine: QuarantineStore
  readonly directory: DirectoryStore
  /** Members of groups. */
  readonly directoryViews: Pick<DirectoryViews, 'domainLines' | 'personLines' | 'person'>
  readonly definitions: DefinitionParts
  readonly dmarc: DmarcStore
  readonly links: Pick<LinkStore, 'queue' | 'link' | 'host'>
  /** Lists of hosts as they stand now. */
  readonly readHostLists: () => Promise<HostListState[]>
  readonly learning: LearningParts
  readonly reports: ReportStore
  /** People who look after their own mail; mails of it are sent by the server. */
  readonly review: ReviewParts
  /** Mail that is held before it leaves. */
  readonly held: Pick<HeldParts, 'held' | 'readHeld' | 'times' | 'now'>
  /** Mailboxes that send, and those that may not for now. */
  readonly senders: SenderStore
  readonly scanners: ScannerParts
  readonly lists: ListParts
  readonly policy: PolicyStore
  readonly candidates: CandidateStore
  /** When a step of a change on trial that goes by itself has shown enough. */
  readonly stepLimits: () => StepLimits
  readonly person: PersonStore
  /** The same for long reads: the server goes on beside them. */
  readonly readPerson: Pick<PersonStore, 'list' | 'addressesOf'>
  readonly relays: RelayStore
  /** Recipients that are left alone. */
  readonly suppressions: SuppressionStore
  readonly dkim: DkimStore
  readonly contentKeys: ContentKeyStore
  readonly history: HistoryStore
  /** Faults of receivers and providers. */
  readonly upstream: UpstreamViews
  /** What the status page tells beside its own incidents. */
  readonly besideStatus: ReadBeside
  readonly claims: ClaimStore
  /** Domains that send past us for a while. */
  readonly bypasses: BypassStore
  readonly sending: SendingParts
  /** Tests of mail set-ups; the server does the work. */
  readonly radar: RadarOrders
  readonly status: StatusStore
  /** Who is told what is new on the status page. */
  readonly subscribers: SubscriberStore
  /** What goes wrong now. */
  readonly incidents: IncidentStore
  /** How tries of our own go, and what measurements say. */
  readonly watch: Pick<ProbeStore, 'probes' | 'tries'> & Pick<FindingStore, 'findings'>
  /** Processes that work on its data. */
  readonly processes: Pick<ProcessStore, 'nodes'>
  readonly tasks: TaskStore
  /** Drills beside people's mail; the server runs them. */
  readonly liveDrills: LiveDrillStore
  /** The same for who only looks, again and again: the server writes beside it. */
  readonly readLiveDrills: Pick<LiveDrillStore, 'read' | 'list'>
  readonly snapshots: SnapshotStore
  readonly sync: SyncStore
  /** What directories have pushed. */
  readonly scim: ScimStore
  /** What is needed to run sources here. */
  readonly syncParts: () => SyncParts
  /** Seals a secret for a source. */
  readonly sealForSync: (sourceId: string, text: string) => string
  /** Reads a rule and makes its patterns; throws with what is wrong. */
  readonly checkRule: CheckRule
  /** Asks a rule about a kept message or about bytes; touches no mail. */
  tryRule(
    rule: KeptRule,
    what: { readonly message: string } | { readonly bytes: Uint8Array },
  ): Promise<RuleTrial>
  /** Levels that an address belongs to, its groups included, widest first. */
  levelsOf(address: string): Promise<readonly string[]>
  /** What another setting would have done to mail of late. */
  previewPolicy(change: PolicyChange): Promise<PolicyPreview>
  /** What a change of how long mail is kept would take out of quarantine at once. */
  countLeaving(changes: readonly RetentionChange[], coming?: ComingLevels): Promise<LeavingOf[]>
  /** Codes that checks of this version can give. */
  findingCodes(): ReadonlySet<string>
  /** Throws where a text is no next hop. */
  readonly checkNextHop: (text: string) => void
  /** What the gateway would say to a recipient, from the snapshot in force. */
  recipientView(local: string, domain: string): RecipientView
  /** Until when mail of a domain keeps longer times that it had before the directory changed; null: none runs. */
  longerUntil(domain: string): number | null
  /** Where mail for a domain would leave to now. */
  hopView(domain: string): Promise<HopView>
  /** DNS as this site asks it. */
  resolver(): Resolver
  /** Path of the certificate that the gateway shows. */
  readonly certificatePath: string
  /** Path of its key. */
  readonly keyPath: string
  /** Gives the flow a new snapshot of the directory, guarded against sudden loss. */
  publish(): Promise<Published>
  /** The stored bytes of a message, as they came; null: they are not kept any more. */
  readContent(messageId: string): Promise<Uint8Array | null>
  /** Writes a copy of the data folder, which must not be there yet; answers its bytes. */
  backup(target: string): number
  /** Adds what is new to a folder of backups. @throws Error where that cannot be done */
  addBackup(folder: string, takesOver: boolean): Promise<AddedBackup>
  /** Where this data folder was restored from; null: nowhere. Its ledger knows nothing of the time in between (ms). */
  restored(): { readonly from: string; readonly at: number; readonly restoredAt: number } | null
  /** Who gives this order, for the audit log: `cli:` and the name of the system's user. */
  readonly who: string
  /** What this command has done so far, by the database. */
  readonly trail: {
    /** It has changed rows. */
    hasChanged(): boolean
    /** It has left a line in the audit log. */
    hasLeftLine(): boolean
  }
  close(): void
}

/** What a rule says about a message. */
export interface RuleTrial {
  readonly holds: boolean
  /** Its time was over before it knew. */
  readonly stopped: boolean
  /** The content of the message is kept no more. */
  readonly gone: boolean
  /** Recipients of the message that it holds for. */
  readonly recipients: readonly string[]
  readonly ms: number
}

/** A setting at a level, tried on what came in since a moment. */
export interface PolicyChange {
  readonly scope: string
  /** Whose mail is looked at; undefined: all. */
  readonly tenant: string | undefined
  readonly name: string
  readonly value: string | null
  readonly since: number
}

/** What a change would have done, from the findings that mail had then. */
export interface PolicyPreview {
  deliveries: number
  /** The first of those that would have been treated differently. */
  readonly changed: { message: string; recipient: string; subject: string; before: string; after: string }[]
  /** Further ones. */
  more: number
  /** There was more mail than was looked at. */
  isCut: boolean
}

/** Opens the site that `--config`, `--data` and the environment name. @throws ConfigError, SiteError */
export type OpenSite = (options: { readonly config?: string; readonly data?: string }) => Promise<Site>

/** The site cannot be opened; the text says what to do. */
export class SiteError extends Error {
  readonly code = 'no-site'
  constructor(text: string) {
    super(text)
    this.name = 'SiteError'
  }
}
