import type { Statements } from '../database/statements.ts'

/** Lines behind a place that are looked at for the earliest one. */
export const mostLooked = 2000

/** Whoever is held up writes of what happened no longer ago: a lease, or the lock that others have. */
export const heldUpMs = 60_000

/** What a stretch of a log says of one message or refusal. */
export interface Mentions {
  /** Something happened to all of it. */
  readonly whole: boolean
  /** Deliveries that are named; beside `whole` too. */
  readonly deliveries: ReadonlySet<number>
}

/** A log of the ledger in the order of writing: numbers without a gap that are never given twice. */
export interface SearchLog {
  readonly name: 'events' | 'refusals'
  /** Number of the newest line; 0: there is none. */
  head(ledger: Statements): number
  /** Number of the oldest line that is kept. */
  tail(ledger: Statements): number
  /** What tells a line from that of another ledger with the same number; empty: it is not there. */
  mark(ledger: Statements, seq: number): string
  /** When a line was written, or the next one after it. */
  atOf(ledger: Statements, seq: number): number | null
  /** The earliest moment of a line and those behind it: whoever is held up writes of a moment after others wrote of later ones. */
  earliestOf(ledger: Statements, seq: number): number | null
  /** Ids in a stretch, each once, with what is said of them. */
  read(ledger: Statements, first: number, last: number): Map<string, Mentions>
}

const events: SearchLog = {
  name: 'events',
  head: (ledger) => edgeOf(ledger, 'max', 'events'),
  tail: (ledger) => edgeOf(ledger, 'min', 'events'),
  mark: (ledger, seq) => {
    const row = ledger.get<{ message_id: string; at: number }>(
      'SELECT message_id, at FROM events WHERE seq = ?',
      seq,
    )
    return row ? `${row.message_id} ${row.at}` : ''
  },
  atOf: (ledger, seq) =>
    ledger.get<{ at: number }>('SELECT at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1', seq)?.at ?? null,
  earliestOf(ledger, seq) {
    const { earliest, isWhole } = look(
      ledger,
      'SELECT at FROM events WHERE seq >= ? ORDER BY seq LIMIT ?',
      seq,
    )
    if (isWhole || earliest === null) return earliest
    const row = ledger.get<{ at: number }>(
      'SELECT at FROM events INDEXED BY events_at WHERE at >= ? AND seq >= ? ORDER BY at LIMIT 1',
      earliest - heldUpMs,
      seq,
    )
    return row?.at ?? earliest
  },
  read(ledger, first, last) {
    const found = new Map<string, { whole: boolean; readonly deliveries: Set<number> }>()
    const rows = ledger.all<{ message_id: string; n: number | null }>(
      'SELECT message_id, n FROM events WHERE seq >= ? AND seq <= ?',
      first,
      last,
    )
    for (const { message_id: id, n } of rows) {
      const mentions = found.get(id) ?? { whole: false, deliveries: new Set() }
      found.set(id, mentions)
      if (n === null) mentions.whole = true
      else mentions.deliveries.add(n)
    }
    return found
  },
}

const refusals: SearchLog = {
  name: 'refusals',
  head: (ledger) => edgeOf(ledger, 'max', 'refusal_log'),
  tail: (ledger) => edgeOf(ledger, 'min', 'refusal_log'),
  mark: (ledger, seq) =>
    ledger.get<{ id: string }>('SELECT id FROM refusal_log WHERE seq = ?', seq)?.id ?? '',
  atOf: (ledger, seq) =>
    ledger.get<{ at: number }>(
      'SELECT r.at FROM refusal_log l JOIN refusals r ON r.id = l.id WHERE l.seq >= ? ORDER BY l.seq LIMIT 1',
      seq,
    )?.at ?? null,
  earliestOf(ledger, seq) {
    const { earliest, latest, isWhole } = look(
      ledger,
      'SELECT r.at AS at FROM refusal_log l JOIN refusals r ON r.id = l.id WHERE l.seq >= ? ORDER BY l.seq LIMIT ?',
      seq,
    )
    // Refusals are not in order of time anywhere: those behind were written later, and are no older than so much before.
    return isWhole || earliest === null || latest === null ? earliest : Math.min(earliest, latest - heldUpMs)
  },
  read(ledger, first, last) {
    const rows = ledger.all<{ id: string }>(
      'SELECT id FROM refusal_log WHERE seq >= ? AND seq <= ?',
      first,
      last,
    )
    return new Map(rows.map(({ id }) => [id, { whole: true, deliveries: new Set() }]))
  },
}

/** Both logs that there are. */
export const logs: readonly SearchLog[] = [events, refusals]

/** The lines behind a place, as far as they are looked at. @param lines their moments, of a place and a limit */
function look(ledger: Statements, lines: string, seq: number) {
  const row = ledger.get<{ earliest: number | null; latest: number | null; lines: number }>(
    `SELECT min(at) AS earliest, max(at) AS latest, count(*) AS lines FROM (${lines})`,
    seq,
    mostLooked,
  )
  return {
    earliest: row?.earliest ?? null,
    latest: row?.latest ?? null,
    isWhole: (row?.lines ?? 0) < mostLooked,
  }
}

function edgeOf(ledger: Statements, edge: 'min' | 'max', table: string): number {
  return ledger.get<{ seq: number | null }>(`SELECT ${edge}(seq) AS seq FROM ${table}`)?.seq ?? 0
}
