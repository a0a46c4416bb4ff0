import type { Reach } from '#services/ledger/ledger-store.ts'

/** Tells the question of one who sees this from the same question of others: their answers must never be shared. */
export function keyOf(reach: Reach | undefined): string {
  return reach ? JSON.stringify(reach) : 'all'
}
