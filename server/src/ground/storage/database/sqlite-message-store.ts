import type {
  Client,
  DeliveryTerms,
  Direction,
  Explanation,
  MessageEdit,
  NewDelivery,
  NewMessage,
  SuppressedDelivery,
} from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type {
  Acceptance,
  EncryptedAside,
  LateDecision,
  LateVerdict,
  MessageStore,
  RecoveryReport,
  UninspectedMessage,
} from '#flow/spool/message-store.ts'
import type { Reason } from '#flow/spool/reasons.ts'
import { whyFileIsTorn } from '../bodies/torn-file.ts'
import { noteAcquaintance } from './acquaintance-rows.ts'
import { type BodyRows, type PlacedBody, storedSize } from './body-rows.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { isHeld, noteHeld } from './held-rows.ts'
import { ParkedContent } from './parked-content.ts'
import { isReleasedForScan } from './release-rows.ts'
import { noteAnswer, takeReport } from './report-rows.ts'
import { noteReview } from './review-rows.ts'
import { noteSending } from './sending-rows.ts'
import { takeDomainReport } from './sqlite-domain-report-store.ts'
import { takeRadarReply } from './sqlite-radar-store.ts'
import { Recovery } from './sqlite-recovery.ts'
import type { Statements } from './statements.ts'
import type { StoreSettings } from './store-settings.ts'
import type { SuppressionRows } from './suppression-rows.ts'
import type { Synchronous } from './synchronous.ts'

const nothingAsked = JSON.stringify({ notify: null, orcpt: null })

/** MessageStore on SQLite. Every method runs inside a transaction of its caller. */
export class SqliteMessageStore implements Synchronous<MessageStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges
  readonly #settings: StoreSettings
  readonly #suppressed: SuppressionRows
  readonly #bodies: BodyRows

  constructor(
    statements: Statements,
    changes: DeliveryChanges,
    settings: StoreSettings,
    suppressed: SuppressionRows,
    bodies: BodyRows,
  ) {
    this.#bodies = bodies
    this.#statements = statements
    this.#changes = changes
    this.#settings = settings
    this.#suppressed = suppressed
  }

  accept({
    message,
    body,
    deliveries,
    lease,
    report,
    domainReport,
    radarReply,
    answers,
    review,
    held,
    sending,
    submission,
  }: Acceptance): SuppressedDelivery[] {
    this.#insertMessage(message)
    this.#bodies.insert(message.id, body)
    for (const delivery of deliveries) this.#insertDelivery(message, delivery, lease)
    // A message that no recipient waits for any more (all discarded) keeps no content.
    if (!deliveries.some((each) => each.state !== 'discarded')) this.#changes.freeBody(message.id)
    if (report) takeReport(this.#statements, message, report)
    if (domainReport) takeDomainReport(this.#statements, message, domainReport)
    if (radarReply) takeRadarReply(this.#statements, message, radarReply)
    if (answers) noteAnswer(this.#statements, message, deliveries[0]?.rcptTo ?? '', answers)
    if (review) noteReview(this.#statements, message, review)
    if (sending) noteSending(this.#statements, message.id, sending)
    if (held) noteHeld(this.#statements, message.receivedAt, held)
    if (submission) this.#noteSubmission(message, submission)
    const due = deliveries.filter((each) => each.state === 'waiting' && each.dueAt !== null)
    if (message.direction === 'inbound')
      for (const each of due)
        noteAcquaintance(this.#statements, message.explanation.facts, each, message.receivedAt)
    return this.#suppressed.among(message, due)
  }

  #noteSubmission(
    { id, receivedAt }: NewMessage,
    { key, forgetBefore }: NonNullable<Acceptance['submission']>,
  ): void {
    this.#statements.run('DELETE FROM submissions WHERE at < ?', forgetBefore)
    const sql = 'INSERT OR REPLACE INTO submissions (key, message_id, at) VALUES (?, ?, ?)'
    this.#statements.run(sql, key, id, receivedAt)
  }

  submitted(key: string, since: number): string | null {
    const sql = 'SELECT message_id AS id FROM submissions WHERE key = ? AND at >= ?'
    return this.#statements.get<{ id: string }>(sql, key, since)?.id ?? null
  }

  #insertMessage(message: NewMessage): void {
    this.#statements.run(
      `INSERT INTO messages (id, node, direction, mail_from, client, parameters, size, received_at, subject, header_from, header_message_id, state, explanation, edits, inspection_due)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      message.id,
      message.node,
      message.direction,
      message.mailFrom,
      JSON.stringify(message.client),
      JSON.stringify(message.parameters),
      message.size,
      message.receivedAt,
      message.subject,
      message.headerFrom,
      message.headerMessageId,
      message.state,
      JSON.stringify(message.explanation),
      JSON.stringify(message.edits),
      message.state === 'inspecting' ? message.receivedAt : null,
    )
  }

  #insertDelivery(
    message: Pick<NewMessage, 'id' | 'direction' | 'receivedAt'>,
    delivery: NewDelivery,
    lease: Acceptance['lease'],
  ): void {
    const leased = lease !== null && delivery.state === 'waiting' && delivery.dueAt !== null
    const dsn = JSON.stringify(delivery.dsn)
    const direction = delivery.direction ?? message.direction
    this.#statements.run(
      `INSERT INTO deliveries (message_id, n, rcpt_to, dsn, tenant, direction, lane, state, reason, accepted_at, due_at, lease_owner, expires_at, notice_at, settled_at, terms, fresh, bulk)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      message.id,
      delivery.n,
      delivery.rcptTo,
      dsn === nothingAsked ? null : dsn,
      delivery.tenant,
      direction,
      delivery.lane,
      delivery.state,
      delivery.reason,
      message.receivedAt,
      leased ? lease.until : delivery.dueAt,
      leased ? lease.owner : null,
      delivery.expiresAt,
      delivery.noticeAt,
      delivery.state === 'waiting' ? null : message.receivedAt,
      delivery.terms ? JSON.stringify(delivery.terms) : null,
      delivery.isBulk ? 0 : 1,
      delivery.isBulk ? 1 : 0,
    )
    this.#changes.created(
      {
        at: message.receivedAt,
        tenant: delivery.tenant,
        direction,
        messageId: message.id,
        n: delivery.n,
        kind: 'accepted',
        state: delivery.state,
        reason: delivery.reason,
        detail:
          delivery.verdict === undefined
            ? (delivery.terms ?? null)
            : { ...delivery.terms, verdict: delivery.verdict },
      },
      message.direction === 'own' ? 'delivery' : 'gateway',
    )
  }

  withdraw(messageId: string, at: number): void {
    const rows = this.#statements.all<{ n: number; tenant: string; direction: string; state: 'waiting' }>(
      'SELECT n, tenant, direction, state FROM deliveries WHERE message_id = ?',
      messageId,
    )
    this.#statements.run('UPDATE messages SET withdrawn = 1 WHERE id = ?', messageId)
    // Its client comes again, and means it.
    this.#statements.run('DELETE FROM submissions WHERE message_id = ?', messageId)
    for (const row of rows) {
      if (row.state !== 'waiting') continue
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'waiting',
          to: 'discarded',
          owner: 'spool',
          reason: 'withdrawn',
          at,
          dueAt: null,
          detail: null,
        },
        row,
      )
    }
    this.#changes.closeIfDone(messageId, 0)
  }

  readBody(messageId: string): PlacedBody | null {
    const body = this.#bodies.read(messageId)
    if (body?.kind !== 'file') return body
    const why = whyFileIsTorn(body.path, storedSize(body))
    return why === null ? body : { kind: 'damaged', why }
  }

  claimUninspected(owner: string, now: number, leaseUntil: number, limit: number): UninspectedMessage[] {
    const rows = this.#statements.all<{
      id: string
      received_at: number
      inspection_attempts: number
      mail_from: string
      client: string
      size: number
      explanation: string
    }>(
      `SELECT id, received_at, inspection_attempts, mail_from, client, size, explanation FROM messages
       WHERE state = 'inspecting' AND inspection_due <= ? ORDER BY inspection_due LIMIT ?`,
      now,
      limit,
    )
    return rows.map((row) => {
      this.#statements.run(
        'UPDATE messages SET inspection_owner = ?, inspection_due = ?, inspection_attempts = inspection_attempts + 1 WHERE id = ?',
        owner,
        leaseUntil,
        row.id,
      )
      const recipients = this.#statements.all<{
        n: number
        rcptTo: string
        tenant: string
        direction: Direction
        released: number
        undecided: number
        added: number
      }>(
        `SELECT n, rcpt_to AS rcptTo, tenant, direction, ${isReleasedForScan()} AS released,
           (state = 'waiting' AND reason = 'inspecting' OR state = 'quarantined' AND reason = 'unscanned') AS undecided,
           (ifnull(json_extract(terms, '$.added.by'), '') <> '') AS added FROM deliveries WHERE message_id = ?`,
        row.id,
      )
      const client = JSON.parse(row.client) as Pick<Client, 'ip' | 'helo' | 'sender'>
      return {
        id: row.id,
        receivedAt: row.received_at,
        attempts: row.inspection_attempts,
        mailFrom: row.mail_from,
        ip: client.ip,
        helo: client.helo,
        sender: client.sender ?? null,
        size: row.size,
        known: recipients.some((each) => each.released === 1)
          ? (JSON.parse(row.explanation) as Explanation)
          : null,
        recipients: recipients.map(({ released, undecided, added, ...each }) => ({
          ...each,
          isReleased: released === 1,
          isUndecided: undecided === 1,
          isAdded: added === 1,
        })),
      }
    })
  }

  renewInspections(messageIds: readonly string[], owner: string, leaseUntil: number): void {
    const sql = `UPDATE messages SET inspection_due = ? WHERE id = ? AND state = 'inspecting' AND inspection_owner = ?`
    for (const id of messageIds) this.#statements.run(sql, leaseUntil, id, owner)
  }

  decide(messageId: string, owner: string, at: number, verdict: LateVerdict): boolean {
    const row = this.#statements.get<{ edits: string; direction: Direction; explanation: string }>(
      `SELECT edits, direction, explanation FROM messages WHERE id = ? AND state = 'inspecting' AND inspection_owner = ?`,
      messageId,
      owner,
    )
    if (!row) return false
    const explanation = verdict.explanation ?? (JSON.parse(row.explanation) as Explanation)
    const edits = [...verdict.edits, ...(JSON.parse(row.edits) as MessageEdit[])]
    this.#statements.run(
      `UPDATE messages SET state = 'decided', explanation = ?, edits = ?, subject = ?, header_from = ?, header_message_id = ?, inspection_due = NULL, inspection_owner = NULL WHERE id = ?`,
      verdict.explanation === null ? row.explanation : JSON.stringify(explanation),
      JSON.stringify(edits),
      verdict.subject,
      verdict.headerFrom,
      verdict.headerMessageId,
      messageId,
    )
    const applied = new Set(
      verdict.decisions.filter((each) => this.#applyLate(each, at, explanation.facts)).map((each) => each.n),
    )
    this.#addDeliveries(
      { id: messageId, direction: row.direction, receivedAt: at },
      verdict.added ?? [],
      applied,
    )
    if (verdict.report) takeReport(this.#statements, { id: messageId, receivedAt: at }, verdict.report)
    this.#changes.closeIfDone(messageId, at + this.#settings.keepReturnedMs)
    return true
  }

  /** Deliveries that rules ask for beside those whose verdict counted; what is there already is not made again. */
  #addDeliveries(
    message: Pick<NewMessage, 'id' | 'direction' | 'receivedAt'>,
    added: NonNullable<LateVerdict['added']>,
    applied: ReadonlySet<number>,
  ): void {
    const rows =
      added.length === 0
        ? []
        : this.#statements.all<{ n: number; rcptTo: string; terms: string | null }>(
            'SELECT n, rcpt_to AS rcptTo, terms FROM deliveries WHERE message_id = ?',
            message.id,
          )
    const there = new Set(rows.map((each) => `${each.rcptTo} ${byOf(each.terms)}`))
    let n = Math.max(-1, ...rows.map((each) => each.n))
    for (const { beside, delivery } of added) {
      if (!applied.has(beside)) continue
      const key = `${delivery.rcptTo} ${byOf(JSON.stringify(delivery.terms ?? {}))}`
      if (there.has(key)) continue
      there.add(key)
      this.#insertDelivery(message, { ...delivery, n: ++n }, null)
    }
  }

  /** Answers whether the decision counted. */
  #applyLate(decision: LateDecision, at: number, facts: Explanation['facts']): boolean {
    const { messageId, n, reason, verdict, why } = decision
    const said = { ...(verdict !== undefined && { verdict }), ...(why !== undefined && { why }) }
    const detail = Object.keys(said).length === 0 ? null : said
    const row = this.#statements.get<{
      tenant: string
      rcptTo: string
      direction: string
      state: DeliveryState
      reason: string
      released: number
      held: number
    }>(
      `SELECT tenant, rcpt_to AS rcptTo, direction, state, reason, ${isReleasedForScan()} AS released, (${isHeld}) AS held
       FROM deliveries d WHERE message_id = ? AND n = ?`,
      messageId,
      n,
    )
    // Somebody may have held, released or returned it by hand meanwhile; what people did stands.
    if (!row) return false
    const isOpen = row.state === 'waiting' && (row.reason === 'inspecting' || row.released === 1)
    if (row.state !== 'quarantined' && row.held === 0 && !isOpen) return false
    if (decision.terms)
      this.#statements.run(
        'UPDATE deliveries SET terms = ? WHERE message_id = ? AND n = ?',
        JSON.stringify(decision.terms),
        messageId,
        n,
      )
    if (decision.state === 'waiting' && row.direction === 'inbound')
      noteAcquaintance(this.#statements, facts, row, at)
    // What lies in quarantine is with a person already.
    const state = row.state === 'quarantined' && decision.state === 'held' ? row.state : decision.state
    if (row.state !== state) {
      const isSecond = row.state !== 'waiting' && row.reason !== 'unscanned' && state === 'waiting'
      this.#changes.change(
        {
          ...decision,
          reason: isSecond ? 're-judged' : decision.reason,
          from: row.state,
          to: state,
          owner: 'inspection',
          at,
          detail,
        },
        row,
      )
      if (row.held === 1 && state === 'waiting') this.#renewLife(messageId, n, at)
      return true
    }
    this.#statements.run(
      'UPDATE deliveries SET reason = ?, due_at = ? WHERE message_id = ? AND n = ?',
      reason,
      decision.dueAt,
      messageId,
      n,
    )
    this.#changes.record({
      tenant: row.tenant,
      direction: row.direction,
      at,
      messageId,
      n,
      kind: 'inspected',
      state: null,
      reason,
      detail,
    })
    return true
  }

  /** The time for which we held it by mistake is none of its own. */
  #renewLife(messageId: string, n: number, at: number): void {
    this.#statements.run(
      'UPDATE deliveries SET expires_at = ?1 + expires_at - accepted_at, fresh = 1 WHERE message_id = ?2 AND n = ?3',
      at,
      messageId,
      n,
    )
  }

  postponeInspection(messageId: string, owner: string, dueAt: number, unscannedAt: number | null): void {
    const mine = this.#statements.run(
      'UPDATE messages SET inspection_owner = NULL, inspection_due = ? WHERE id = ? AND inspection_owner = ?',
      dueAt,
      messageId,
      owner,
    )
    if (mine === 0 || unscannedAt === null) return
    const rows = this.#statements.all<{ n: number; tenant: string; direction: string }>(
      `SELECT n, tenant, direction FROM deliveries WHERE message_id = ? AND state = 'waiting' AND reason = 'inspecting'`,
      messageId,
    )
    for (const row of rows) {
      this.#changes.change(
        {
          messageId,
          n: row.n,
          from: 'waiting',
          to: 'quarantined',
          owner: 'inspection',
          reason: 'unscanned',
          at: unscannedAt,
          dueAt: null,
          detail: { verdict: 'unscanned' },
        },
        row,
      )
    }
  }

  hurryInspections(now: number): void {
    // All due at one moment, so that the index gives them by id, which is by age.
    this.#statements.run(
      `UPDATE messages SET inspection_due = ? WHERE state = 'inspecting' AND inspection_due > ? AND inspection_owner IS NULL`,
      now,
      now,
    )
  }

  setAside(messageId: string, reason: Reason, why: string, at: number): number {
    // What was not inspected yet stays so: it must not leave unseen when its content is mended.
    this.#statements.run(
      `UPDATE messages SET state = iif(state = 'inspecting' AND ?1 = 'body-damaged', state, 'set-aside'), inspection_due = NULL, inspection_owner = NULL WHERE id = ?2`,
      reason,
      messageId,
    )
    const rows = this.#statements.all<{ n: number; tenant: string; direction: string }>(
      `SELECT n, tenant, direction FROM deliveries WHERE message_id = ? AND state = 'waiting' AND reason <> ?`,
      messageId,
      reason,
    )
    for (const row of rows) {
      this.#statements.run(
        'UPDATE deliveries SET reason = ?, due_at = NULL, lease_owner = NULL WHERE message_id = ? AND n = ?',
        reason,
        messageId,
        row.n,
      )
      this.#changes.record({ ...row, at, messageId, kind: 'set-aside', state: null, reason, detail: { why } })
    }
    if (reason === 'body-damaged')
      new ParkedContent(this.#statements, this.#changes).noteDamage(messageId, at)
    return rows.length
  }

  recover(instance: string, node: string, pid: number, now: number): RecoveryReport {
    return this.#recovery().run(instance, node, pid, now)
  }

  encryptedAside(after: string, limit: number): EncryptedAside {
    return new ParkedContent(this.#statements, this.#changes).encryptedAside(after, limit)
  }

  resumeEncrypted(ids: readonly string[], now: number): number {
    return this.#recovery().resumeEncrypted(ids, now).length
  }

  #recovery(): Recovery {
    const parked = new ParkedContent(this.#statements, this.#changes)
    return new Recovery(this.#statements, this, parked, this.#settings.folder)
  }
}

/** What makes a delivery the one that a rule asked for. */
function byOf(terms: string | null): string {
  const { added } = terms === null ? ({} as DeliveryTerms) : (JSON.parse(terms) as DeliveryTerms)
  return added ? `${added.by} ${added.of}` : ''
}
