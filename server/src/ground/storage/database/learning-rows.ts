import { createHash } from 'node:crypto'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { personBehind } from './report-rows.ts'
import type { Statements } from './statements.ts'

/** What somebody decided about a message. */
interface Decided {
  readonly tenant: string
  readonly messageId: string
  /** The address that the message came to, or that reported it. */
  readonly address: string
  readonly kind: 'unwanted' | 'wanted'
  readonly weight: number
  readonly at: number
}

interface ReportRow extends Omit<Decided, 'kind' | 'weight' | 'address'> {
  readonly id: string
  readonly reporter: string
  readonly kind: 'missed-spam' | 'false-alarm'
  readonly proven: number
  readonly decidedBy: string
  readonly refused: number
  readonly accepted: number
}

/** A report that may be forged, and one that nobody looked at, say less. */
const weights = { unproven: 0.25, byPolicy: 0.25 }
/** Orders by commands are written down a moment after their time; those of this last while are looked at again. */
const overlapMs = 60_000
const lastReport = 'learning-reports'
const lastEvent = 'learning-events'

/** Takes reports that were accepted since the last time; answers how many it looked at. */
export function collectReports(statements: Statements, without: ReadonlySet<string>, limit: number): number {
  const since = Number(readFact(statements, lastReport) ?? 0)
  const rows = statements.all<ReportRow>(
    `SELECT r.id, r.tenant, r.message_id AS messageId, r.reporter, r.kind, r.proven, r.decided_at AS at, r.decided_by AS decidedBy,
       (SELECT count(*) FROM reports o WHERE o.tenant = r.tenant AND o.reporter = r.reporter AND o.outcome = 'refused') AS refused,
       (SELECT count(*) FROM reports o WHERE o.tenant = r.tenant AND o.reporter = r.reporter AND o.state = 'accepted') AS accepted
     FROM reports r WHERE r.state = 'accepted' AND r.decided_at > ? ORDER BY r.decided_at LIMIT ?`,
    since,
    limit,
  )
  for (const row of rows)
    if (!without.has(row.tenant) && row.messageId !== null)
      learnFrom(statements, { ...row, ...weighReport(row) })
  const last = rows.at(-1)
  // Never back, and never beyond what may still be written down.
  if (last)
    writeFact(statements, lastReport, Math.max(since, rows.length < limit ? last.at - overlapMs : last.at))
  return rows.length
}

/** Who was often refused is believed less. */
function weighReport({ reporter, kind, proven, decidedBy, refused, accepted }: ReportRow) {
  const trust = (accepted + 1) / (accepted + refused + 1)
  const proof = proven === 1 ? 1 : weights.unproven
  const decision = decidedBy.startsWith('policy:') ? weights.byPolicy : 1
  return {
    address: reporter,
    kind: kind === 'missed-spam' ? ('unwanted' as const) : ('wanted' as const),
    weight: trust * proof * decision,
  }
}

interface EventRow {
  readonly seq: number
  readonly at: number
  readonly tenant: string
  readonly messageId: string
  readonly rcptTo: string
  readonly who: string
}

/** Takes releases by people since the last time. Those that accepted reports brought are learnt as reports. */
export function collectReleases(statements: Statements, without: ReadonlySet<string>, limit: number): number {
  const end = statements.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM events')?.seq ?? 0
  const known = readFact(statements, lastEvent)
  // A site that had no learning begins with what comes, not with all that ever was.
  const from = known === null ? end : Number(known)
  const to = Math.min(end, from + limit * 20)
  const rows = statements.all<EventRow>(
    `SELECT e.seq, e.at, e.tenant, e.message_id AS messageId, d.rcpt_to AS rcptTo, json_extract(e.detail, '$.who') AS who
     FROM events e JOIN deliveries d ON d.message_id = e.message_id AND d.n = e.n
     WHERE e.seq > ? AND e.seq <= ? AND e.reason = 'released-from-quarantine' AND e.detail IS NOT NULL`,
    from,
    to,
  )
  for (const { who, rcptTo, ...row } of rows)
    if (typeof who === 'string' && !who.startsWith('policy:') && !without.has(row.tenant))
      learnFrom(statements, { ...row, address: rcptTo, kind: 'wanted', weight: 1 })
  writeFact(statements, lastEvent, to)
  return to < end ? limit : 0
}

interface MessageRow {
  readonly mailFrom: string
  readonly sketch: string | null
  readonly base: number | null
  readonly author: string | null
  readonly findings: string | null
}

/** Nothing of a message that says what was in it is read or kept. */
function learnFrom(statements: Statements, { tenant, messageId, address, kind, weight, at }: Decided): void {
  const reset = statements.get<{ at: number }>('SELECT at FROM learning_resets WHERE tenant = ?', tenant)
  if (reset && reset.at >= at) return
  const row = statements.get<MessageRow>(
    `SELECT mail_from AS mailFrom, json_extract(explanation, '$.facts.learnt.sketch') AS sketch,
       json_extract(explanation, '$.facts.content.logOdds') AS base, json_extract(explanation, '$.facts.sender.author') AS author,
       json_extract(explanation, '$.findings') AS findings FROM messages WHERE id = ?`,
    messageId,
  )
  if (!row || typeof row.sketch !== 'string' || row.sketch === '') return
  statements.run(
    `INSERT INTO learning_examples (tenant, message_id, person, kind, weight, sender, base, at, sketch, contrary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET kind = excluded.kind, at = excluded.at, weight = max(weight, excluded.weight) WHERE excluded.at >= at`,
    tenant,
    messageId,
    shortHash(`${tenant} ${personBehind(statements, address)}`),
    kind,
    weight,
    shortHash(domainOf(row.author ?? row.mailFrom)),
    Number(row.base ?? 0),
    at,
    row.sketch,
    contraryLayer(row.findings, kind),
  )
}

/** The layer that had helped to decide otherwise; empty: none had. */
function contraryLayer(findings: string | null, kind: Decided['kind']): string {
  const code = kind === 'wanted' ? 'learnt-unwanted' : 'learnt-wanted'
  const all = JSON.parse(findings ?? '[]') as {
    code?: string
    weight?: number
    evidence?: { layer?: string }
  }[]
  return all.find((each) => each.code === code && each.weight !== 0)?.evidence?.layer ?? ''
}

function domainOf(address: string): string {
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return registrableDomain(host)?.domain ?? host
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function readFact(statements: Statements, name: string): string | null {
  return statements.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value ?? null
}

function writeFact(statements: Statements, name: string, value: number): void {
  statements.run(
    'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    String(value),
  )
}
