import type { QuarantineSelection as Asked } from '@mailkeep/contract'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { readBounds } from '#services/ledger/read-bounds.ts'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'

/** Conditions of the contract as the store has them, limited to what is in reach. */
export function readSelection(
  { from, until, score, size, ...others }: Asked,
  within: Reach | undefined,
): QuarantineSelection {
  return {
    ...others,
    ...(score !== undefined && { score: readBounds('score', score) }),
    ...(size !== undefined && { size: readBounds('size', size) }),
    ...(from !== undefined && { setAsideFrom: Date.parse(from) }),
    ...(until !== undefined && { setAsideUntil: Date.parse(until) }),
    ...(within && { within }),
  }
}
