import type { Arrival } from '#flow/inspection/check.ts'
import { isChosen } from '#ground/storage/snapshot/is-chosen.ts'
import type { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import type { CandidateInForce } from '#services/policy/candidate.ts'

/** What tenants want, with the changes of it that are on trial. */
export type CandidateBook = Pick<
  SnapshotBook,
  'version' | 'levelsOf' | 'levelOf' | 'rulesOf' | 'listed' | 'candidates'
>

/** A recipient whose mail a candidate is about. */
export interface ReachedRecipient {
  readonly address: string
  /** Who of ours it is judged for: the recipient, or whoever sends it. */
  readonly person: string
  readonly isOutbound: boolean
}

export interface Reached {
  readonly candidate: CandidateInForce
  /** Its level, and whose that is. */
  readonly scope: string
  readonly tenant: string
  readonly recipients: readonly ReachedRecipient[]
}

/** Candidates that a message is judged by, and for whom. A canary counts those whom it is in force for, and nobody else. */
export function candidatesFor(
  { rcptTo, mailFrom, direction, ours = [] }: Pick<Arrival, 'rcptTo' | 'mailFrom' | 'direction' | 'ours'>,
  book: CandidateBook,
): Reached[] {
  const found = new Map<CandidateInForce, Reached & { readonly recipients: ReachedRecipient[] }>()
  const candidates = book.candidates()
  const own = new Set(ours)
  for (const address of new Set(rcptTo)) {
    const isOutbound = direction === 'outbound' && !own.has(address)
    const person = isOutbound ? mailFrom : address
    const levels = book.levelsOf(person)
    for (const scope of levels) {
      const candidate = candidates.get(scope)
      if (!candidate || (candidate.stage === 'canary' && !isChosen(candidate, levels, person))) continue
      const reached = found.get(candidate) ?? {
        candidate,
        scope,
        tenant: tenantOf(levels, scope),
        recipients: [],
      }
      reached.recipients.push({ address, person, isOutbound })
      found.set(candidate, reached)
    }
  }
  return [...found.values()]
}

/** Whose a level is: the nearest tenant at or above it. */
function tenantOf(levels: readonly string[], scope: string): string {
  const above = levels.slice(0, levels.indexOf(scope) + 1)
  return above.findLast((each) => each.startsWith('tenant:'))?.slice('tenant:'.length) ?? ''
}
