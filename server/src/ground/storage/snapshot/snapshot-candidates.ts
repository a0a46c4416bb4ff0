import type { DatabaseSync } from 'node:sqlite'
import type { CandidateInForce } from '#services/policy/candidate.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'

/** Changes of policy on trial, by the level that each is for. */
export type CandidatesByScope = ReadonlyMap<string, CandidateInForce>

interface Row {
  readonly id: string
  readonly stage: CandidateInForce['stage']
  readonly share: number
  readonly people: string
  readonly proposal: string
}

const none: CandidatesByScope = new Map()

/**
 * Reads those of a snapshot file; none where it is of an older program. One that cannot be read is left out: it is on
 * trial, and mail goes by what is in force.
 * @param before those of the file before: what is the same stays the same object, so that what was made of it is kept
 */
export function readCandidates(database: DatabaseSync, before: CandidatesByScope = none): CandidatesByScope {
  const found = new Map<string, CandidateInForce>()
  for (const { id, stage, share, people, proposal } of rowsOf(database)) {
    try {
      const read = JSON.parse(proposal) as PolicyProposal
      const next: CandidateInForce = { id, stage, share, people: JSON.parse(people), proposal: read }
      const known = before.get(read.scope)
      found.set(read.scope, known && JSON.stringify(known) === JSON.stringify(next) ? known : next)
    } catch {
      // Told by nobody asking for it: its figures stay empty, and whoever looks after it sees that.
    }
  }
  return found.size === 0 ? none : found
}

function rowsOf(database: DatabaseSync): Row[] {
  try {
    return database
      .prepare('SELECT id, stage, share, people, proposal FROM candidates')
      .all() as unknown as Row[]
  } catch {
    return []
  }
}
