import type { Explanation, NewMessage } from '#flow/spool/message.ts'
import type { NewReport, ReportAnswer } from '#flow/spool/report.ts'
import { splitTag } from '#ground/mail/address.ts'
import { noteHappening } from './happening-rows.ts'
import type { Statements } from './statements.ts'

/** Messages with one Message-ID that are looked at, newest first: for the reporter's address, and for other names. */
const mostMessages = 20_000
const mostOthers = 2000
const mostDeliveries = 2000
/** Reports of one person in a day that get a row of their own; further ones share one, which counts them. */
const mostADay = 500
const mostFindings = 50
const dayMs = 86_400_000

/** What a report is about, as far as it could be found. */
interface Subject {
  /** One row stands for all reports of a person about the same. */
  readonly about: string
  readonly headerMessageId: string
  readonly found: Found | null
  readonly outcome: '' | 'not-found' | 'too-many'
}

/** The mail that reports; its time is when it was read. */
type ReportMail = Pick<NewMessage, 'id' | 'receivedAt'>

interface Candidate {
  readonly id: string
  readonly rcptTo: string
  readonly state: string
}

interface Found extends Candidate {
  readonly explanation: string
}

/** What a tenant got under a Message-ID. One mailing may have the same for all its recipients, each in a message. */
const candidates = (messages: number, more: string) => `
  SELECT d.message_id AS id, d.rcpt_to AS rcptTo, d.state
  FROM (SELECT id FROM messages WHERE header_message_id = ?1 AND header_message_id <> '' ORDER BY id DESC LIMIT ${messages}) m
  JOIN deliveries d ON d.message_id = m.id ${more}
  WHERE d.tenant = ?2 AND d.direction = 'inbound' AND d.reason <> 'report-taken' ORDER BY d.message_id DESC LIMIT ${mostDeliveries}`
const toAddress = candidates(mostMessages, 'AND d.rcpt_to = ?3 COLLATE NOCASE')
const toAnybody = candidates(mostOthers, '')

/**
 * Takes a report in the transaction that takes its mail. The message meant is looked for only in the reporter's
 * tenant, and there among what the reporter got (P11). Who reports the same again is counted.
 */
export function takeReport(statements: Statements, mail: ReportMail, report: NewReport): void {
  const claims = report.claims.length === 0 ? [[]] : report.claims
  for (const [index, ids] of claims.entries())
    insert(statements, mail, report, { index, subject: subjectOf(statements, mail, report, ids) })
}

/** Notes that a report is answered, in the transaction that takes the answer. @throws where it was before */
export function noteAnswer(
  statements: Statements,
  { id, receivedAt }: NewMessage,
  reporter: string,
  { report, about }: ReportAnswer,
): void {
  statements.run(
    'INSERT INTO report_answers (report, about, at, reporter, message_id) VALUES (?, ?, ?, ?, ?)',
    report,
    about,
    receivedAt,
    reporter,
    id,
  )
  statements.run('UPDATE reports SET answer_due = NULL WHERE id = ? AND answer_due = ?', report, about)
}

function subjectOf(
  statements: Statements,
  { receivedAt }: ReportMail,
  report: NewReport,
  ids: readonly string[],
): Subject {
  const day = new Date(receivedAt).toISOString().slice(0, 10)
  const [headerMessageId = ''] = ids
  if (countToday(statements, receivedAt, report) >= mostADay)
    return { about: `more:${day}`, headerMessageId: '', found: null, outcome: 'too-many' }
  for (const id of ids) {
    const found = findMessage(statements, report, id)
    if (found) return { about: `message:${found.id}`, headerMessageId: id, found, outcome: '' }
  }
  // Without an id there is nothing to tell reports apart by; one answer a day says how it is done.
  const about = headerMessageId === '' ? `none:${day}` : `header:${headerMessageId}`
  return { about, headerMessageId, found: null, outcome: 'not-found' }
}

function countToday(statements: Statements, now: number, { tenant, reporter }: NewReport): number {
  const row = statements.get<{ reports: number }>(
    'SELECT count(*) AS reports FROM reports WHERE tenant = ? AND reporter = ? AND at > ?',
    tenant,
    reporter,
    now - dayMs,
  )
  return row?.reports ?? 0
}

function findMessage(statements: Statements, { tenant, reporter }: NewReport, id: string): Found | null {
  if (id === '') return null
  const exact = statements.all<Candidate>(toAddress, id, tenant, reporter)
  const others = exact.length > 0 ? [] : statements.all<Candidate>(toAnybody, id, tenant)
  const person = personBehind(statements, reporter)
  for (const each of [...exact, ...others]) {
    if (exact.length === 0 && personBehind(statements, each.rcptTo) !== person) continue
    const message = statements.get<{ explanation: string }>(
      'SELECT explanation FROM messages WHERE id = ? AND withdrawn = 0',
      each.id,
    )
    if (message) return { ...each, ...message }
  }
  return null
}

/** Whose address it is: without its tag, and the owner of an alias. */
export function personBehind(statements: Statements, address: string): string {
  const lower = address.toLowerCase()
  const at = lower.lastIndexOf('@')
  const plain = `${splitTag(lower.slice(0, at)).base}${lower.slice(at)}`
  for (const each of [lower, plain]) {
    const row = statements.get<{ owner: string }>('SELECT owner FROM users WHERE address = ?', each)
    if (row) return row.owner.toLowerCase()
  }
  return plain
}

function insert(
  statements: Statements,
  mail: ReportMail,
  report: NewReport,
  { index, subject: { about, headerMessageId, found, outcome } }: { index: number; subject: Subject },
): void {
  const thought = describeVerdict(found)
  const state = outcome === '' ? 'open' : 'refused'
  // One mail gets one answer when it comes, whatever number of messages it reports.
  const isAnsweredNow = report.isAnswered && index === 0
  const id = index === 0 ? mail.id : `${mail.id}-${index}`
  const row = statements.get<{ times: number }>(
    `INSERT INTO reports (id, at, last_at, times, tenant, reporter, kind, about, proven, header_message_id, message_id, rcpt_to, found_state,
       verdict, score, findings, versions, state, outcome, note, decided_at, decided_by, answered, answer_due)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, '', ?, ?)
     ON CONFLICT (tenant, reporter, kind, about) DO UPDATE SET times = times + 1, last_at = excluded.last_at, proven = max(proven, excluded.proven)
     RETURNING times`,
    id,
    mail.receivedAt,
    mail.receivedAt,
    report.tenant,
    report.reporter,
    report.kind,
    about,
    report.isProven ? 1 : 0,
    headerMessageId,
    found?.id ?? null,
    found?.rcptTo ?? null,
    found?.state ?? null,
    thought.verdict,
    thought.score,
    JSON.stringify(thought.findings),
    JSON.stringify(thought.versions),
    state,
    outcome,
    outcome === '' ? null : mail.receivedAt,
    report.isAnswered ? 1 : 0,
    isAnsweredNow ? (outcome === '' ? 'taken' : 'decided') : null,
  )
  // Nobody has to answer what is said again, or found no message.
  if (row?.times !== 1 || state !== 'open') return
  const { receivedAt: at } = mail
  noteHappening(statements, { at, tenant: report.tenant, kind: 'report.taken', detail: { report: id } })
}

interface Thought {
  readonly verdict: string | null
  readonly score: number | null
  readonly findings: readonly { readonly code: unknown; readonly weight: unknown }[]
  readonly versions: unknown
}

/** What was thought of the message when it was reported: codes and weights, nothing of its content. */
function describeVerdict(found: Found | null): Thought {
  if (!found) return { verdict: null, score: null, findings: [], versions: {} }
  const { verdict, score, findings, facts } = JSON.parse(found.explanation) as Explanation
  const codes = (findings as readonly { code?: unknown; weight?: unknown }[])
    .slice(0, mostFindings)
    .map(({ code, weight }) => ({ code, weight }))
  return { verdict, score: Math.round(score), findings: codes, versions: facts.versions ?? {} }
}
