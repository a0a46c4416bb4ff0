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
  readonly recipients: readonly ReachedRecipient[]
}

/** Candidates that a message is judged by, and for whom. A canary counts those whom it is in force for, and nobody else. */
export function candidatesFor(
  { rcptTo, mailFrom, direction, ours = [] }: Pick<Arrival, 'rcptTo' | 'mailFrom' | 'direction' | 'ours'>,
  book: CandidateBook,
): Reached[] {
  const found = new Map<CandidateInForce, ReachedRecipient[]>()
  const candidates = book.candidates()
  for (const address of new Set(rcptTo)) {
    const isOutbound = direction === 'outbound' && !ours.includes(address)
    const person = isOutbound ? mailFrom : address
    for (const scope of book.levelsOf(person)) {
      const candidate = candidates.get(scope)
      if (!candidate || (candidate.stage === 'canary' && !isChosen(candidate, person))) continue
      const recipients = found.get(candidate) ?? []
      recipients.push({ address, person, isOutbound })
      found.set(candidate, recipients)
    }
  }
  return [...found].map(([candidate, recipients]) => ({ candidate, recipients }))
}
