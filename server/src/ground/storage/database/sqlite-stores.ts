import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { bodyPath } from '../bodies/body-path.ts'
import { ContentKeys } from '../bodies/content-keys.ts'
import { SqliteSnapshotStore } from '../snapshot/sqlite-snapshot-store.ts'
import { beginWriting, writersWaitMs } from './begin-writing.ts'
import { BodyRows } from './body-rows.ts'
import { Books } from './books.ts'
import { Checkpoints } from './checkpoints.ts'
import { DeliveryChanges } from './delivery-changes.ts'
import { DiskTry } from './disk-try.ts'
import { NoticeOutcomes } from './notice-outcomes.ts'
import { databaseName } from './open-database.ts'
import { RowSeal } from './row-seal.ts'
import { SqliteAccessStore } from './sqlite-access-store.ts'
import { SqliteAccountStore } from './sqlite-account-store.ts'
import { SqliteAlarmStore } from './sqlite-alarm-store.ts'
import { SqliteBrandStore } from './sqlite-brand-store.ts'
import { SqliteBypassStore } from './sqlite-bypass-store.ts'
import { SqliteCandidateStore } from './sqlite-candidate-store.ts'
import { SqliteClaimStore } from './sqlite-claim-store.ts'
import { SqliteContentKeyStore } from './sqlite-content-key-store.ts'
import { SqliteContentStore } from './sqlite-content-store.ts'
import { SqliteDailyReportStore } from './sqlite-daily-report-store.ts'
import { SqliteDefinitionStore } from './sqlite-definition-store.ts'
import { SqliteDeliveryStore } from './sqlite-delivery-store.ts'
import { SqliteDirectoryStore } from './sqlite-directory-store.ts'
import { SqliteDirectoryViews } from './sqlite-directory-views.ts'
import { SqliteDkimStore } from './sqlite-dkim-store.ts'
import { SqliteDmarcStore } from './sqlite-dmarc-store.ts'
import { SqliteDomainReportStore } from './sqlite-domain-report-store.ts'
import { SqliteHeldStore } from './sqlite-held-store.ts'
import { SqliteHistoryStore } from './sqlite-history-store.ts'
import { SqliteIncidentStore } from './sqlite-incident-store.ts'
import { SqliteKeptAnswers } from './sqlite-kept-answers.ts'
import { SqliteLaneFlowStore } from './sqlite-lane-flow-store.ts'
import { SqliteLearningStore } from './sqlite-learning-store.ts'
import { SqliteLedgerStore } from './sqlite-ledger-store.ts'
import { SqliteLightStore } from './sqlite-light-store.ts'
import { SqliteLinkStore } from './sqlite-link-store.ts'
import { SqliteLiveDrillStore } from './sqlite-live-drill-store.ts'
import { SqliteMeasureStore } from './sqlite-measure-store.ts'
import { SqliteMessageStore } from './sqlite-message-store.ts'
import { SqliteNoticeStore } from './sqlite-notice-store.ts'
import { SqlitePersonStore } from './sqlite-person-store.ts'
import { SqlitePolicyStore } from './sqlite-policy-store.ts'
import { SqliteProbeMailStore } from './sqlite-probe-mail-store.ts'
import { SqliteProcessStore } from './sqlite-process-store.ts'
import { SqliteQuarantineStore } from './sqlite-quarantine-store.ts'
import { SqliteQuestionStore } from './sqlite-question-store.ts'
import { SqliteQueueStore } from './sqlite-queue-store.ts'
import { SqliteRadarStore } from './sqlite-radar-store.ts'
import { SqliteRefusalLog } from './sqlite-refusal-log.ts'
import { SqliteRelayStore } from './sqlite-relay-store.ts'
import { SqliteReportStore } from './sqlite-report-store.ts'
import { SqliteRetentionStore } from './sqlite-retention-store.ts'
import { SqliteReviewStore } from './sqlite-review-store.ts'
import { SqliteScimStore } from './sqlite-scim-store.ts'
import { SqliteSecretRows } from './sqlite-secret-rows.ts'
import { SqliteSenderStore } from './sqlite-sender-store.ts'
import { SqliteSendingStore } from './sqlite-sending-store.ts'
import { SqliteStatisticsStore } from './sqlite-statistics-store.ts'
import { SqliteStatusStore } from './sqlite-status-store.ts'
import { SqliteStsPolicyStore } from './sqlite-sts-policy-store.ts'
import { SqliteSubscriberStore } from './sqlite-subscriber-store.ts'
import { SqliteSuppressionStore } from './sqlite-suppression-store.ts'
import { SqliteSyncStore } from './sqlite-sync-store.ts'
import { SqliteTaskStore } from './sqlite-task-store.ts'
import { SqliteUpstreamStore } from './sqlite-upstream-store.ts'
import { SqliteWatchStore } from './sqlite-watch-store.ts'
import { SqliteWebhookStore } from './sqlite-webhook-store.ts'
import { Statements } from './statements.ts'
import { describe, type StoreAnswer } from './store-answer.ts'
import type { StoreRules } from './store-rules.ts'
import type { StoreSettings } from './store-settings.ts'
import { SuppressionRows } from './suppression-rows.ts'

/** One call to a store, as it travels: `messages.accept` with its values. */
export interface StoreCall {
  readonly store: string
  readonly method: string
  readonly values: readonly unknown[]
  /** Key of the question that it is made for, if that is to be done once; see doAskedOnce(). */
  readonly askedOnce?: string | undefined
}

/** SQLite's answer to a statement that writes where nothing may be written. */
const readOnly = 8

/** All embedded stores on one connection, and the transactions around their calls. */
export class SqliteStores {
  readonly database: DatabaseSync
  /** Time that transactions have waited so far for others who write, and for the disk (ms). */
  readonly spent = { lockMs: 0, syncMs: 0 }
  /** Transactions so far that have changed something, and are durable. */
  written = 0
  readonly messages: SqliteMessageStore
  readonly deliveries: SqliteDeliveryStore
  readonly sending: SqliteSendingStore
  readonly refusals: SqliteRefusalLog
  readonly access: SqliteAccessStore
  readonly secretRows: SqliteSecretRows
  readonly content: SqliteContentStore
  readonly contentKeys: SqliteContentKeyStore
  readonly accounts: SqliteAccountStore
  readonly keptAnswers: SqliteKeptAnswers
  readonly brands: SqliteBrandStore
  readonly webhooks: SqliteWebhookStore
  readonly held: SqliteHeldStore
  readonly senders: SqliteSenderStore
  readonly alarms: SqliteAlarmStore
  readonly notices: SqliteNoticeStore
  readonly definitions: SqliteDefinitionStore
  readonly directory: SqliteDirectoryStore
  readonly directoryViews: SqliteDirectoryViews
  readonly lights: SqliteLightStore
  readonly statistics: SqliteStatisticsStore
  readonly dmarc: SqliteDmarcStore
  readonly person: SqlitePersonStore
  readonly domainReports: SqliteDomainReportStore
  readonly radar: SqliteRadarStore
  readonly policy: SqlitePolicyStore
  readonly candidates: SqliteCandidateStore
  readonly snapshots: SqliteSnapshotStore
  readonly laneFlow: SqliteLaneFlowStore
  readonly learning: SqliteLearningStore
  readonly ledger: SqliteLedgerStore
  readonly links: SqliteLinkStore
  readonly processes: SqliteProcessStore
  readonly queue: SqliteQueueStore
  readonly quarantine: SqliteQuarantineStore
  readonly relays: SqliteRelayStore
  readonly checkpoints: Checkpoints
  readonly dkim: SqliteDkimStore
  readonly history: SqliteHistoryStore
  readonly bypasses: SqliteBypassStore
  readonly claims: SqliteClaimStore
  readonly status: SqliteStatusStore
  readonly subscribers: SqliteSubscriberStore
  readonly watch: SqliteWatchStore
  readonly upstream: SqliteUpstreamStore
  readonly probeMail: SqliteProbeMailStore
  readonly liveDrills: SqliteLiveDrillStore
  readonly incidents: SqliteIncidentStore
  readonly measures: SqliteMeasureStore
  readonly reports: SqliteReportStore
  readonly retention: SqliteRetentionStore
  readonly suppressions: SqliteSuppressionStore
  readonly sync: SqliteSyncStore
  readonly scim: SqliteScimStore
  readonly stsPolicies: SqliteStsPolicyStore
  readonly tasks: SqliteTaskStore
  readonly dailyReports: SqliteDailyReportStore
  readonly questions: SqliteQuestionStore
  readonly review: SqliteReviewStore
  readonly #books: Books
  readonly #changes: DeliveryChanges
  readonly #folder: string
  readonly #diskTry: DiskTry
  readonly #countChanges: StatementSync

  constructor(database: DatabaseSync, settings: StoreSettings, rules: StoreRules) {
    this.database = database
    const path = join(settings.folder, databaseName)
    this.checkpoints = new Checkpoints(path)
    this.#folder = settings.folder
    this.#diskTry = new DiskTry(settings.folder)
    this.#countChanges = database.prepare('SELECT total_changes() AS count')
    const statements = new Statements(database)
    this.#books = new Books(statements, settings.node)
    this.#changes = new DeliveryChanges(statements, this.#books, settings, rules.assertTransition)
    const suppressed = new SuppressionRows(statements)
    const notices = new NoticeOutcomes(statements)
    const contentKeys = new ContentKeys(settings.folder)
    const bodies = new BodyRows(statements, contentKeys, settings.folder)
    this.contentKeys = new SqliteContentKeyStore(statements, contentKeys)
    this.messages = new SqliteMessageStore(statements, this.#changes, settings, suppressed, bodies)
    this.suppressions = new SqliteSuppressionStore(statements, suppressed, this.#changes)
    this.deliveries = new SqliteDeliveryStore(
      statements,
      this.#changes,
      this.messages,
      settings,
      suppressed,
      notices,
    )
    const seal = new RowSeal(settings.folder)
    this.secretRows = new SqliteSecretRows(statements, seal)
    this.access = new SqliteAccessStore(statements, seal)
    this.content = new SqliteContentStore(bodies)
    this.accounts = new SqliteAccountStore(statements, seal)
    this.keptAnswers = new SqliteKeptAnswers(statements)
    this.brands = new SqliteBrandStore(statements)
    this.webhooks = new SqliteWebhookStore(statements, seal)
    this.held = new SqliteHeldStore(statements, this.#changes)
    this.directory = new SqliteDirectoryStore(statements, (call) => this.#run(call))
    this.senders = new SqliteSenderStore(statements, this.#changes, this.directory)
    this.alarms = new SqliteAlarmStore(statements, seal)
    this.notices = new SqliteNoticeStore(statements)
    this.definitions = new SqliteDefinitionStore(statements, this.#changes)
    this.directoryViews = new SqliteDirectoryViews(statements)
    this.lights = new SqliteLightStore(statements)
    this.statistics = new SqliteStatisticsStore(statements)
    this.dmarc = new SqliteDmarcStore(statements)
    this.person = new SqlitePersonStore(statements)
    this.domainReports = new SqliteDomainReportStore(statements)
    this.policy = new SqlitePolicyStore(statements)
    this.candidates = new SqliteCandidateStore(statements, this.policy, this.#changes)
    this.snapshots = new SqliteSnapshotStore(join(settings.folder, 'directory'), path)
    this.laneFlow = new SqliteLaneFlowStore(statements)
    this.learning = new SqliteLearningStore(statements, this.#changes)
    this.ledger = new SqliteLedgerStore(statements, settings.folder)
    this.links = new SqliteLinkStore(statements, this.#changes)
    this.processes = new SqliteProcessStore(statements)
    this.queue = new SqliteQueueStore(statements, this.#changes, settings, rules)
    this.quarantine = new SqliteQuarantineStore(statements, this.#changes)
    this.dkim = new SqliteDkimStore(statements, this.directory, seal)
    this.history = new SqliteHistoryStore(statements)
    this.bypasses = new SqliteBypassStore(statements)
    this.claims = new SqliteClaimStore(statements, this.directory)
    this.status = new SqliteStatusStore(statements)
    this.subscribers = new SqliteSubscriberStore(statements, notices)
    this.watch = new SqliteWatchStore(statements)
    this.upstream = new SqliteUpstreamStore(statements)
    this.probeMail = new SqliteProbeMailStore(statements, this.#changes)
    this.liveDrills = new SqliteLiveDrillStore(statements)
    this.incidents = new SqliteIncidentStore(statements, this.status)
    this.measures = new SqliteMeasureStore(statements)
    this.radar = new SqliteRadarStore(statements)
    this.relays = new SqliteRelayStore(statements, this.directory)
    this.reports = new SqliteReportStore(statements)
    this.sync = new SqliteSyncStore(statements, this.directory)
    this.scim = new SqliteScimStore(statements)
    this.retention = new SqliteRetentionStore(statements, this.#changes)
    this.questions = new SqliteQuestionStore(statements)
    this.stsPolicies = new SqliteStsPolicyStore(statements)
    this.dailyReports = new SqliteDailyReportStore(statements)
    this.tasks = new SqliteTaskStore(statements, (call) => this.#run(call))
    this.review = new SqliteReviewStore(statements, this.directory)
    this.sending = new SqliteSendingStore(statements)
    this.refusals = new SqliteRefusalLog(statements, settings.node)
  }

  /**
   * Runs calls in one transaction: one synced commit for all of them.
   * If one of them fails, the transaction is undone and each is run in one of its own,
   * so that a bad call spoils only itself. Where it could not even begin, none is to blame: all are answered so, since each
   * would wait as long as all of them did.
   */
  runBatch(calls: readonly StoreCall[]): StoreAnswer[] {
    let hasBegun = false
    try {
      return this.transaction(() => {
        hasBegun = true
        return calls.map((call) => ({ value: this.#runMarked(call) }))
      })
    } catch (cause) {
      if (calls.length === 1 || !hasBegun) return calls.map(() => ({ error: describe(cause) }))
      return calls.flatMap((call) => this.runBatch([call]))
    }
  }

  /** Runs `work` in one transaction and returns what it returns; undone if it throws. */
  transaction<Answer>(work: () => Answer): Answer {
    this.#begin()
    const before = this.#changesSoFar()
    let answer: Answer
    try {
      answer = work()
      this.#books.flush()
      const hasWritten = this.#changesSoFar() > before
      this.#commit()
      if (hasWritten) this.written += 1
    } catch (cause) {
      this.#books.drop()
      this.#changes.filesToDelete.length = 0
      // A full disk makes SQLite roll back by itself; then there is nothing left to undo.
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw cause
    }
    this.#deleteFiles()
    return answer
  }

  /**
   * Trying to get the lock waits for nobody but the disk: what it marks in the index of the log is a write too. Whoever
   * has it may wait for the disk as well, which is tried meanwhile.
   */
  #begin(): void {
    const started = performance.now()
    let waited = 0
    this.#diskTry.begin()
    try {
      beginWriting(this.database, writersWaitMs, (lockMs) => {
        waited = lockMs
        this.#diskTry.whileWaiting(lockMs)
      })
    } finally {
      this.spent.lockMs += waited
      this.spent.syncMs += performance.now() - started - waited
    }
  }

  #changesSoFar(): number {
    return (this.#countChanges.get() as { count: number }).count
  }

  #commit(): void {
    const started = performance.now()
    try {
      this.database.exec('COMMIT')
    } finally {
      this.spent.syncMs += performance.now() - started
    }
  }

  /** Runs calls that only read, each on its own. */
  runReads(calls: readonly StoreCall[]): StoreAnswer[] {
    return calls.map((call) => {
      try {
        return { value: this.atOneMoment(() => this.#run(call)) }
      } catch (cause) {
        return { error: describe(cause) }
      }
    })
  }

  /** Runs `work`, which only reads: all of it is of one moment, whatever is written meanwhile. */
  atOneMoment<Answer>(work: () => Answer): Answer {
    this.database.exec('BEGIN')
    try {
      return work()
    } finally {
      // Where the disk fails or memory is short SQLite rolls back by itself, even for what only reads.
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
    }
  }

  /**
   * Runs `work` at one moment, and where it turns out that it writes, from its beginning in a transaction. So what only
   * reads never waits for who writes. For work that may be begun twice: it keeps nothing but rows.
   */
  readFirst<Answer>(work: () => Answer): Answer {
    this.database.exec('PRAGMA query_only = 1')
    try {
      return this.atOneMoment(work)
    } catch (cause) {
      if ((cause as { errcode?: number }).errcode !== readOnly) throw cause
    } finally {
      this.database.exec('PRAGMA query_only = 0')
      this.#books.drop()
      this.#changes.filesToDelete.length = 0
    }
    return this.transaction(work)
  }

  /** What a question that is done once has changed stands only with its mark. */
  #runMarked(call: StoreCall): unknown {
    if (call.askedOnce === undefined || isCount(call)) return this.#run(call)
    const before = this.#changesSoFar()
    const value = this.#run(call)
    if (this.#changesSoFar() > before) this.keptAnswers.changed(call.askedOnce)
    return value
  }

  #run(call: StoreCall): unknown {
    const store = (
      this as unknown as Record<string, Record<string, (...values: readonly unknown[]) => unknown>>
    )[call.store]
    const method = store?.[call.method]
    if (!store || !method) throw new Error(`there is no store call ${call.store}.${call.method}`)
    return method.apply(store, call.values as unknown[])
  }

  /**
   * What is committed stands, whatever the folder of content says: a call that failed for a file would be made again,
   * and done twice. A file that stays is one that nobody names; the next start sets it aside.
   */
  #deleteFiles(): void {
    for (const name of this.#changes.filesToDelete.splice(0)) {
      try {
        rmSync(bodyPath(this.#folder, name), { force: true })
      } catch {
        // The disk has turned read-only, or is failing: whoever watches the folder of content tells of it.
      }
    }
  }
}

/** Tries are counted whatever comes of a question: who is refused for a wrong password has changed nothing. */
function isCount({ store, method }: StoreCall): boolean {
  return store === 'access' && method === 'noteFailure'
}
