import type { Direction, Explanation } from '#flow/spool/message.ts'
import type { DeliveryState } from '#flow/spool/message-state.ts'
import type {
  LedgerEvent,
  TracedDelivery,
  TracedMessage,
  TracedRefusal,
} from '#services/ledger/ledger-store.ts'
import type { Statements } from './statements.ts'

interface EventRow {
  seq: number
  at: number
  node: string
  tenant: string
  message_id: string
  n: number | null
  kind: string
  state: DeliveryState | null
  reason: string
  detail: string | null
}

export function toEvent(row: EventRow): LedgerEvent {
  return {
    seq: row.seq,
    at: row.at,
    node: row.node,
    tenant: row.tenant,
    messageId: row.message_id,
    n: row.n,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    detail: row.detail === null ? null : JSON.parse(row.detail),
  }
}

/** A message with its deliveries and its whole timeline; null: there is none of this id. */
export function readMessage(statements: Statements, id: string): TracedMessage | null {
  const row = statements.get<Record<string, string | number>>('SELECT * FROM messages WHERE id = ?', id)
  if (!row) return null
  const text = (name: string) => String(row[name])
  const explanation = JSON.parse(text('explanation')) as Explanation
  return {
    kind: 'message',
    id,
    node: text('node'),
    direction: text('direction') as Direction,
    mailFrom: text('mail_from'),
    client: JSON.parse(text('client')),
    parameters: JSON.parse(text('parameters')),
    size: Number(row.size),
    receivedAt: Number(row.received_at),
    subject: text('subject'),
    headerFrom: text('header_from'),
    headerMessageId: text('header_message_id'),
    state: text('state'),
    explanation,
    ...linksPending(statements, id, Number(row.received_at), explanation),
    contentKept: statements.get('SELECT 1 FROM bodies WHERE message_id = ?', id) !== undefined,
    contentEncrypted: statements.get('SELECT 1 FROM body_keys WHERE message_id = ?', id) !== undefined,
    deliveries: readDeliveries(statements, id),
    events: statements
      .all<EventRow>('SELECT * FROM events WHERE message_id = ? ORDER BY seq LIMIT 10000', id)
      .map(toEvent),
  }
}

/** Links are asked for together, once a second. */
const askedWithinMs = 5000

/** Links that wait to be followed: by the queue, or those that are about to be put into it. */
function linksPending(
  statements: Statements,
  id: string,
  receivedAt: number,
  explanation: Explanation,
): { linksPending: number; linksPendingSince: number | null } {
  const row = statements.get<{ open: number; askedAt: number }>(
    'SELECT open, asked_at AS askedAt FROM link_messages WHERE message_id = ?',
    id,
  )
  if (row) return { linksPending: row.open, linksPendingSince: row.open > 0 ? row.askedAt : null }
  const links = explanation.facts.links as { readonly pending?: number } | undefined
  const isAsking = !explanation.followed && Date.now() - receivedAt <= askedWithinMs
  const pending = isAsking ? (links?.pending ?? 0) : 0
  return { linksPending: pending, linksPendingSince: pending > 0 ? receivedAt : null }
}

function readDeliveries(statements: Statements, id: string): TracedDelivery[] {
  return statements
    .all<Record<string, string | number | null>>(
      'SELECT * FROM deliveries WHERE message_id = ? ORDER BY n',
      id,
    )
    .map((row) => ({
      n: Number(row.n),
      rcptTo: String(row.rcpt_to),
      tenant: String(row.tenant),
      lane: String(row.lane),
      state: row.state as DeliveryState,
      reason: String(row.reason),
      attempts: Number(row.attempts),
      acceptedAt: Number(row.accepted_at),
      dueAt: row.due_at as number | null,
      underWay: row.lease_owner !== null,
      expiresAt: Number(row.expires_at),
      settledAt: row.settled_at as number | null,
      lastAttempt: row.last_attempt === null ? null : JSON.parse(String(row.last_attempt)),
    }))
}

/** A refusal in the dialogue by its id; null: there is none. */
export function readRefusal(statements: Statements, id: string): TracedRefusal | null {
  const row = statements.get<Record<string, string | number | null>>(
    'SELECT * FROM refusals WHERE id = ?',
    id,
  )
  if (!row) return null
  const text = (name: string) => String(row[name] ?? '')
  return {
    kind: 'refusal',
    id,
    at: Number(row.at),
    node: text('node'),
    tenant: text('tenant'),
    client: JSON.parse(text('client')),
    mailFrom: text('mail_from'),
    rcptTo: text('rcpt_to'),
    stage: text('stage'),
    code: Number(row.code),
    enhanced: text('enhanced'),
    reason: text('reason'),
    text: text('text'),
    subject: text('subject'),
    headerMessageId: text('header_message_id'),
    detail: row.detail === null ? null : JSON.parse(text('detail')),
  }
}
