import type { QuarantineSelection as Asked } from '@mailkeep/contract'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { QuarantineSelection } from '#services/quarantine/quarantine-store.ts'

/** Conditions of the contract as the store has them, limited to what is in reach. */
export function readSelection(
  { from, until, ...others }: Asked,
  within: Reach | undefined,
): QuarantineSelection {
  return {
    ...others,
    ...(from !== undefined && { setAsideFrom: Date.parse(from) }),
    ...(until !== undefined && { setAsideUntil: Date.parse(until) }),
    ...(within && { within }),
  }
}
