import {
  type BookColumn,
  type BookLine,
  bookColumns,
  type Difference,
  type LedgerStore,
} from './ledger-store.ts'

export interface Audit {
  /** Whether accepted equals the sum of all states, and every place of writing agrees with the others. */
  readonly balanced: boolean
  readonly totals: Readonly<Record<BookColumn, number>>
  readonly lines: readonly BookLine[]
  readonly differences: readonly Difference[]
}

/** Most differences that are listed; the first ones say enough. */
const mostDifferences = 1000

/** Proves the books (N-01): accepted = delivered + returned + quarantined + held + sealed + discarded + waiting. */
export async function auditBooks(ledger: LedgerStore): Promise<Audit> {
  const lines = await ledger.books()
  const differences = await ledger.audit(mostDifferences)
  const totals = Object.fromEntries(
    bookColumns.map((column) => [column, lines.reduce((sum, line) => sum + line[column], 0)]),
  ) as Record<BookColumn, number>
  const accounted = bookColumns
    .filter((column) => column !== 'accepted')
    .reduce((sum, column) => sum + totals[column], 0)
  return { balanced: differences.length === 0 && totals.accepted === accounted, totals, lines, differences }
}
