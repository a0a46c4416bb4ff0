import type { Candidate } from '#services/policy/candidate.ts'
import type { CandidateCounts, CandidateEndedStep } from '#services/policy/candidate-store.ts'
import type { Statements } from './statements.ts'

const countColumns = 'messages, deliveries, changed, held_before, held_after, freed_bad, failed'
const countNames = `messages, deliveries, changed, held_before AS heldBefore, held_after AS heldAfter,
  freed_bad AS freedBad, failed`

interface Ending {
  readonly at: number
  readonly by: string
  readonly why: string
}

/**
 * Writes down that a step of a trial has ended, with what was counted since the step before. In the transaction that moves
 * it, and before its row changes. Answers the counts; null: there is no such trial.
 */
export function endStep(statements: Statements, id: string, { at, by, why }: Ending): CandidateCounts | null {
  const step = statements.get<Pick<Candidate, 'stage' | 'share' | 'since'> & { people: string }>(
    'SELECT stage, share, since, people FROM policy_candidates WHERE id = ?',
    id,
  )
  if (!step) return null
  const counts = countSince(statements, id, step.stage)
  const { messages, deliveries, changed, heldBefore, heldAfter, freedBad, failed } = counts
  statements.run(
    `INSERT OR IGNORE INTO policy_candidate_steps
     (candidate, since, until, stage, share, people, ${countColumns}, ended_by, why)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, step.since, at, step.stage, step.share, countPeople(step.people)],
    ...[messages, deliveries, changed, heldBefore, heldAfter, freedBad, failed, by, why],
  )
  return counts
}

/** What a stage has counted and no step that ended has. */
export function countSince(statements: Statements, id: string, stage: string): CandidateCounts {
  const sums = (table: string) => `SELECT coalesce(sum(messages), 0) AS messages,
    coalesce(sum(deliveries), 0) AS deliveries, coalesce(sum(changed), 0) AS changed,
    coalesce(sum(held_before), 0) AS heldBefore, coalesce(sum(held_after), 0) AS heldAfter,
    coalesce(sum(freed_bad), 0) AS freedBad, coalesce(sum(failed), 0) AS failed FROM ${table} WHERE candidate = ? AND stage = ?`
  const all = statements.get<CandidateCounts>(sums('policy_candidate_hours'), id, stage)
  const ended = statements.get<CandidateCounts>(sums('policy_candidate_steps'), id, stage)
  const left = (name: keyof CandidateCounts) => Math.max(0, (all?.[name] ?? 0) - (ended?.[name] ?? 0))
  return {
    ...{ messages: left('messages'), deliveries: left('deliveries'), changed: left('changed') },
    ...{ heldBefore: left('heldBefore'), heldAfter: left('heldAfter') },
    ...{ freedBad: left('freedBad'), failed: left('failed') },
  }
}

/** Steps that ended later than now by a clock that was ahead end now, one behind the other as they were. */
export function bringStepsBack(statements: Statements, id: string, now: number): void {
  const late = statements.all<{ since: number; until: number }>(
    'SELECT since, until FROM policy_candidate_steps WHERE candidate = ? AND until > ? ORDER BY since',
    ...[id, now],
  )
  for (const [n, { since, until }] of late.entries()) {
    const left = late.length - n
    statements.run(
      'UPDATE policy_candidate_steps SET since = ?, until = ? WHERE candidate = ? AND since = ?',
      ...[Math.min(since, now - left), Math.min(until, now - left + 1), id, since],
    )
  }
}

/** Steps that have ended, the oldest first. */
export function readSteps(statements: Statements, id: string, limit: number): CandidateEndedStep[] {
  return statements
    .all<CandidateEndedStep>(
      `SELECT stage, share, people, since, until, ${countNames}, ended_by AS endedBy, why
       FROM policy_candidate_steps WHERE candidate = ? ORDER BY since DESC LIMIT ?`,
      ...[id, limit],
    )
    .toReversed()
}

/** None where the row is torn. */
function countPeople(people: string): number {
  try {
    return (JSON.parse(people) as unknown[]).length
  } catch {
    return 0
  }
}
