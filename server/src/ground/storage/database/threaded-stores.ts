import { join } from 'node:path'
import type { DeliveryStore } from '#flow/delivery/delivery-store.ts'
import type { NodeBoard } from '#flow/delivery/probation/node-board.ts'
import type { StsPolicyStore } from '#flow/delivery/security/sts-policy-store.ts'
import type { SendingStore } from '#flow/delivery/sending/sending-store.ts'
import type { RefusalLog } from '#flow/gateway/refusal-log.ts'
import type { LaneFlowStore } from '#flow/spool/lane-flow.ts'
import type { MessageStore } from '#flow/spool/message-store.ts'
import type { AccessStore } from '#services/access/access-store.ts'
import type { AccountStore } from '#services/access/account-store.ts'
import type { KeptAnswers } from '#services/access/kept-answers.ts'
import type { SecretRows } from '#services/access/secret-rows.ts'
import type { AlarmStore } from '#services/alarms/alarm-store.ts'
import type { NoticeStore } from '#services/alarms/notice-store.ts'
import type { ProcessStore } from '#services/alarms/process-store.ts'
import type { BrandStore } from '#services/branding/brand.ts'
import type { BypassStore } from '#services/bypass/bypass-store.ts'
import type { ContentKeyStore } from '#services/content/content-key-store.ts'
import type { ContentStore } from '#services/content/content-store.ts'
import type { DailyReportStore } from '#services/daily-reports/daily-report-store.ts'
import type { DefinitionStore } from '#services/definitions/definition-store.ts'
import type { DirectoryStore } from '#services/directory/directory-store.ts'
import type { DirectoryViews } from '#services/directory/directory-views.ts'
import type { LightStore } from '#services/directory/light-store.ts'
import type { SnapshotStore } from '#services/directory/snapshot-store.ts'
import type { DkimStore } from '#services/dkim/dkim-store.ts'
import type { DmarcStore } from '#services/dmarc/dmarc-store.ts'
import type { ClaimStore } from '#services/domain-claims/claim-store.ts'
import type { DomainReportStore } from '#services/domain-reports/domain-report-store.ts'
import type { LiveDrillStore } from '#services/drill/live-drill-store.ts'
import type { HeldStore } from '#services/held/held-store.ts'
import type { HistoryStore } from '#services/history/history-store.ts'
import type { IncidentStore } from '#services/incidents/incident-store.ts'
import type { LearningStore } from '#services/learning/learning-store.ts'
import type { LedgerStore } from '#services/ledger/ledger-store.ts'
import type { RetentionStore } from '#services/ledger/retention-store.ts'
import type { LinkStore } from '#services/links/link-store.ts'
import type { PersonStore } from '#services/person/person-store.ts'
import type { CandidateStore } from '#services/policy/candidate-store.ts'
import type { PolicyStore } from '#services/policy/policy-store.ts'
import type { QuarantineStore } from '#services/quarantine/quarantine-store.ts'
import type { QueueStore } from '#services/queue/queue-store.ts'
import type { RadarStore } from '#services/radar/radar-store.ts'
import type { RelayStore } from '#services/relay/relay-store.ts'
import type { ReportStore } from '#services/reports/report-store.ts'
import type { ReviewStore } from '#services/review/review-store.ts'
import type { QuestionStore } from '#services/search/question-store.ts'
import type { SenderStore } from '#services/senders/sender-store.ts'
import type { StatisticsStore } from '#services/statistics/statistics-store.ts'
import type { StatusStore } from '#services/status/status-store.ts'
import type { SubscriberStore } from '#services/subscribers/subscriber-store.ts'
import type { SuppressionStore } from '#services/suppression/suppression-store.ts'
import type { ScimStore } from '#services/sync/scim/scim-store.ts'
import type { SyncStore } from '#services/sync/sync-store.ts'
import type { TaskStore } from '#services/tasks/task-store.ts'
import type { UpstreamStore } from '#services/upstream/upstream-store.ts'
import type { FindingStore } from '#services/watch/finding.ts'
import type { MeasureStore } from '#services/watch/measure-store.ts'
import type { ProbeMailStore } from '#services/watch/probe-mail-store.ts'
import type { ProbeStore } from '#services/watch/probe-store.ts'
import type { WebhookStore } from '#services/webhooks/webhook-store.ts'
import { CheckpointTurn, type LogState } from './checkpoints.ts'
import { GroupCommit, type ThreadEntry, throughThread, throughThreads } from './group-commit.ts'
import { databaseName } from './open-database.ts'
import type { CommitTimes } from './store-service.ts'
import type { StoreSettings } from './store-settings.ts'

export interface ThreadedStoresOptions {
  readonly settings: StoreSettings
  /** Room kept back for settling mail on a full disk; 0: none. */
  readonly reserveBytes: number
  /** Time that this process leaves to others between its transactions, in which what it writes next gathers; 0: none. */
  readonly commitRestMs?: number
  /** See store-thread.ts. */
  readonly threadEntry: ThreadEntry
  readonly onCommit: (calls: number, times: CommitTimes) => void
}

/** The embedded stores as a server uses them: one thread that writes, one that reads for people. */
export interface ThreadedStores {
  readonly messages: MessageStore
  readonly deliveries: DeliveryStore
  readonly readDeliveries: DeliveryStore
  readonly sending: SendingStore
  readonly readSending: SendingStore
  readonly refusals: RefusalLog
  readonly access: AccessStore
  readonly readAccess: AccessStore
  readonly content: ContentStore
  readonly contentKeys: ContentKeyStore
  readonly accounts: AccountStore
  readonly secretRows: SecretRows
  readonly keptAnswers: KeptAnswers
  readonly brands: BrandStore
  readonly webhooks: WebhookStore
  readonly readWebhooks: WebhookStore
  readonly held: HeldStore
  readonly senders: SenderStore
  readonly readSenders: SenderStore
  readonly readHeld: HeldStore
  readonly alarms: AlarmStore
  /** What is told of alarms, and how far. */
  readonly notices: NoticeStore
  readonly definitions: DefinitionStore
  readonly readDefinitions: DefinitionStore
  readonly directory: DirectoryStore
  readonly readDirectory: DirectoryStore
  readonly directoryViews: DirectoryViews
  /** What DNS said of domains. */
  readonly lights: LightStore
  readonly readLights: LightStore
  readonly statistics: StatisticsStore
  readonly readStatistics: StatisticsStore
  readonly dmarc: DmarcStore
  readonly person: PersonStore
  /** The same, where reading holds up nothing that writes. */
  readonly readPerson: PersonStore
  readonly readDmarc: DmarcStore
  readonly domainReports: DomainReportStore
  readonly readDomainReports: DomainReportStore
  readonly policy: PolicyStore
  readonly readPolicy: PolicyStore
  readonly candidates: CandidateStore
  readonly readCandidates: CandidateStore
  readonly snapshots: SnapshotStore
  readonly laneFlow: LaneFlowStore
  readonly readLaneFlow: LaneFlowStore
  readonly learning: LearningStore
  readonly readLearning: LearningStore
  readonly ledger: LedgerStore
  readonly links: LinkStore
  readonly processes: NodeBoard & ProcessStore
  readonly readProcesses: NodeBoard & ProcessStore
  readonly queue: QueueStore
  readonly readQueue: QueueStore
  readonly quarantine: QuarantineStore
  readonly readQuarantine: QuarantineStore
  readonly relays: RelayStore
  readonly radar: RadarStore
  readonly readRadar: RadarStore
  readonly dkim: DkimStore
  readonly history: HistoryStore
  readonly status: StatusStore
  /** What goes wrong now. */
  readonly incidents: IncidentStore
  readonly readIncidents: IncidentStore
  readonly readStatus: StatusStore
  readonly subscribers: SubscriberStore
  readonly readSubscribers: SubscriberStore
  readonly measures: MeasureStore
  readonly readMeasures: MeasureStore
  readonly watch: ProbeStore & FindingStore
  readonly readWatch: ProbeStore & FindingStore
  /** What messages of our own leave behind. */
  readonly probeMail: ProbeMailStore
  readonly readProbeMail: ProbeMailStore
  /** Drills beside people's mail. */
  readonly liveDrills: LiveDrillStore
  readonly readLiveDrills: LiveDrillStore
  readonly readHistory: HistoryStore
  /** What providers say of their own faults. */
  readonly upstream: UpstreamStore
  readonly readUpstream: UpstreamStore
  readonly bypasses: BypassStore
  readonly claims: ClaimStore
  readonly reports: ReportStore
  readonly readReports: ReportStore
  readonly retention: RetentionStore
  readonly suppressions: SuppressionStore
  readonly readSuppressions: SuppressionStore
  readonly sync: SyncStore
  readonly readSync: SyncStore
  /** What directories have pushed. */
  readonly scim: ScimStore
  readonly readScim: ScimStore
  readonly questions: QuestionStore
  readonly stsPolicies: StsPolicyStore
  readonly dailyReports: DailyReportStore
  readonly readDailyReports: DailyReportStore
  readonly tasks: TaskStore
  readonly readTasks: TaskStore
  readonly review: ReviewStore
  readonly readReview: ReviewStore
  /** Age of the oldest writing call without an answer. */
  stalledMs(): number
  onDeath(listener: (cause: Error) => void): void
  stop(): Promise<void>
}

export async function openThreadedStores(options: ThreadedStoresOptions): Promise<ThreadedStores> {
  const { settings, reserveBytes, threadEntry, onCommit, commitRestMs } = options
  const { folder } = settings
  const path = join(folder, databaseName)
  const reserve = reserveBytes > 0 ? { path: join(folder, 'reserve'), bytes: reserveBytes } : null
  const writer = await GroupCommit.start(
    threadEntry,
    { path, mode: 'write', settings, reserve },
    (calls, times) => {
      onCommit(calls, times)
      turn.wrote(calls)
    },
    commitRestMs,
  )
  const reader = await GroupCommit.start(
    threadEntry,
    { path, mode: 'read', settings, reserve: null },
    () => undefined,
  )
  const turn = checkpointTurn(writer, reader)
  return {
    ...toldThrough(writer, reader),
    ...storesOfSenders(writer, reader),
    ...storesOfPeople(writer, reader),
    messages: throughThreads<MessageStore>([writer, reader], 'messages', ['encryptedAside']),
    deliveries: throughThread(writer, 'deliveries'),
    readDeliveries: throughThread(reader, 'deliveries'),
    sending: throughThread(writer, 'sending'),
    readSending: throughThread(reader, 'sending'),
    refusals: throughThread(writer, 'refusals'),
    content: throughThread(reader, 'content'),
    contentKeys: throughThreads<ContentKeyStore>([writer, reader], 'contentKeys', ['state', 'health']),
    secretRows: throughThread(writer, 'secretRows'),
    keptAnswers: throughThread(writer, 'keptAnswers'),
    definitions: throughThread(writer, 'definitions'),
    readDefinitions: throughThread(reader, 'definitions'),
    statistics: throughThread(writer, 'statistics'),
    readStatistics: throughThread(reader, 'statistics'),
    dmarc: throughThread(writer, 'dmarc'),
    person: throughThread(writer, 'person'),
    readPerson: throughThread(reader, 'person'),
    readDmarc: throughThread(reader, 'dmarc'),
    domainReports: throughThread(writer, 'domainReports'),
    readDomainReports: throughThread(reader, 'domainReports'),
    policy: throughThread(writer, 'policy'),
    readPolicy: throughThread(reader, 'policy'),
    candidates: throughThread(writer, 'candidates'),
    readCandidates: throughThread(reader, 'candidates'),
    snapshots: throughThread(reader, 'snapshots'),
    laneFlow: throughThread(writer, 'laneFlow'),
    readLaneFlow: throughThread(reader, 'laneFlow'),
    learning: throughThread(writer, 'learning'),
    readLearning: throughThread(reader, 'learning'),
    ledger: throughThread(reader, 'ledger'),
    links: throughThread(writer, 'links'),
    processes: throughThread(writer, 'processes'),
    readProcesses: throughThread(reader, 'processes'),
    queue: throughThread(writer, 'queue'),
    readQueue: throughThread(reader, 'queue'),
    quarantine: throughThread(writer, 'quarantine'),
    readQuarantine: throughThread(reader, 'quarantine'),
    relays: throughThread(writer, 'relays'),
    dkim: throughThread(writer, 'dkim'),
    claims: throughThread(writer, 'claims'),
    reports: throughThread(writer, 'reports'),
    readReports: throughThread(reader, 'reports'),
    retention: throughThreads<RetentionStore>([writer, reader], 'retention', ['returned', 'countReturned']),
    suppressions: throughThread(writer, 'suppressions'),
    readSuppressions: throughThread(reader, 'suppressions'),
    sync: throughThread(writer, 'sync'),
    readSync: throughThread(reader, 'sync'),
    scim: throughThread(writer, 'scim'),
    readScim: throughThread(reader, 'scim'),
    questions: throughThread(writer, 'questions'),
    stsPolicies: throughThread(writer, 'stsPolicies'),
    dailyReports: throughThread(writer, 'dailyReports'),
    readDailyReports: throughThread(reader, 'dailyReports'),
    tasks: throughThread(writer, 'tasks'),
    readTasks: throughThread(reader, 'tasks'),
    review: throughThread(writer, 'review'),
    readReview: throughThread(reader, 'review'),
    ...lifeOf(writer, reader),
  }
}

function checkpointTurn(writer: GroupCommit, reader: GroupCommit): CheckpointTurn {
  return new CheckpointTurn({
    run: () => reader.call('checkpoints', 'run', []) as Promise<LogState | null>,
    endLog: () => writer.endLog(),
  })
}

function lifeOf(
  writer: GroupCommit,
  reader: GroupCommit,
): Pick<ThreadedStores, 'stalledMs' | 'onDeath' | 'stop'> {
  return {
    stalledMs: () => writer.stalledMs(),
    onDeath: (listener) => {
      writer.onDeath(listener)
      reader.onDeath(listener)
    },
    async stop() {
      await reader.stop()
      await writer.stop()
    },
  }
}

/** Who may come in, and what everybody asks again and again: looking takes no turn from mail. */
function storesOfPeople(
  writer: GroupCommit,
  reader: GroupCommit,
): Pick<
  ThreadedStores,
  | 'access'
  | 'readAccess'
  | 'accounts'
  | 'alarms'
  | 'notices'
  | 'brands'
  | 'directory'
  | 'readDirectory'
  | 'directoryViews'
  | 'lights'
  | 'readLights'
> {
  const both = [writer, reader] as const
  return {
    access: throughThreads<AccessStore>(both, 'access', [
      ...(['managers', 'manager', 'session', 'signedIn', 'sessionsOf'] as const),
      ...(['link', 'keys', 'key', 'audit'] as const),
    ]),
    readAccess: throughThread(reader, 'access'),
    accounts: throughThreads<AccountStore>(both, 'accounts', [
      ...(['passkey', 'passkeysOf', 'providers', 'provider', 'managerOfSubject'] as const),
    ]),
    alarms: throughThreads<AlarmStore>(both, 'alarms', ['states', 'subscriptions', 'subscription']),
    notices: throughThreads<NoticeStore>(both, 'notices', ['notices', 'notice', 'ofSecret', 'countTold']),
    brands: throughThreads<BrandStore>(both, 'brands', ['brands']),
    directory: throughThreads<DirectoryStore>(both, 'directory', [
      ...(['tenants', 'domains', 'users', 'user', 'countUsers', 'groups'] as const),
      ...(['backWithLeft', 'mayForgetLeft'] as const),
    ]),
    readDirectory: throughThread(reader, 'directory'),
    directoryViews: throughThread(reader, 'directoryViews'),
    lights: throughThread(writer, 'lights'),
    readLights: throughThread(reader, 'lights'),
  }
}

/** What our own people send: who sends how much, and what of it is held. */
function storesOfSenders(
  writer: GroupCommit,
  reader: GroupCommit,
): Pick<ThreadedStores, 'bypasses' | 'held' | 'readHeld' | 'senders' | 'readSenders'> {
  return {
    bypasses: throughThread(writer, 'bypasses'),
    held: throughThread(writer, 'held'),
    readHeld: throughThread(reader, 'held'),
    senders: throughThread(writer, 'senders'),
    readSenders: throughThread(reader, 'senders'),
  }
}

/** What is told of incidents, of the past, to the public and to programs of others, and what tests find. */
function toldThrough(
  writer: GroupCommit,
  reader: GroupCommit,
): Pick<
  ThreadedStores,
  | 'webhooks'
  | 'readWebhooks'
  | 'history'
  | 'upstream'
  | 'readUpstream'
  | 'readHistory'
  | 'status'
  | 'readStatus'
  | 'subscribers'
  | 'readSubscribers'
  | 'watch'
  | 'readWatch'
  | 'probeMail'
  | 'readProbeMail'
  | 'liveDrills'
  | 'readLiveDrills'
  | 'incidents'
  | 'readIncidents'
  | 'measures'
  | 'radar'
  | 'readRadar'
  | 'readMeasures'
> {
  return {
    webhooks: throughThread(writer, 'webhooks'),
    readWebhooks: throughThread(reader, 'webhooks'),
    history: throughThread(writer, 'history'),
    upstream: throughThread(writer, 'upstream'),
    readUpstream: throughThread(reader, 'upstream'),
    readHistory: throughThread(reader, 'history'),
    status: throughThread(writer, 'status'),
    readStatus: throughThread(reader, 'status'),
    subscribers: throughThread(writer, 'subscribers'),
    readSubscribers: throughThread(reader, 'subscribers'),
    watch: throughThread(writer, 'watch'),
    measures: throughThread(writer, 'measures'),
    readMeasures: throughThread(reader, 'measures'),
    readWatch: throughThread(reader, 'watch'),
    probeMail: throughThread(writer, 'probeMail'),
    readProbeMail: throughThread(reader, 'probeMail'),
    liveDrills: throughThread(writer, 'liveDrills'),
    readLiveDrills: throughThread(reader, 'liveDrills'),
    incidents: throughThread(writer, 'incidents'),
    readIncidents: throughThread(reader, 'incidents'),
    radar: throughThread(writer, 'radar'),
    readRadar: throughThread(reader, 'radar'),
  }
}
