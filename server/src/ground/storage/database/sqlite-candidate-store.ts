import type { CandidateSums } from '#flow/inspection/candidate-notes.ts'
import type { Candidate } from '#services/policy/candidate.ts'
import type {
  CandidateAudit,
  CandidateCounts,
  CandidateDifference,
  CandidateEndedStep,
  CandidateHour,
  CandidateQuery,
  CandidateSeen,
  CandidateStageSums,
  CandidateStore,
} from '#services/policy/candidate-store.ts'
import type { PolicyProposal } from '#services/policy/policy-bench.ts'
import type { PolicyClash } from '#services/policy/policy-store.ts'
import type { PolicyEdit, PolicyStep } from '#services/policy/policy-version.ts'
import { writeAuditLine } from './audit-line.ts'
import { bringStepsBack, countSince, endStep, readSteps } from './candidate-step-rows.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { raiseDirectoryVersion } from './directory-version.ts'
import { findKeptBy, reopenKeptBy } from './kept-by-canary.ts'
import { levelConditions } from './level-conditions.ts'
import type { SqlitePolicyStore } from './sqlite-policy-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

type Row = Omit<Candidate, 'people' | 'edits' | 'proposal' | 'bySteps'> &
  Readonly<Record<'people' | 'edits' | 'proposal', string>> & { readonly bySteps: number }

const columns = `id, scope, tenant, stage, share, people, since, added_at AS addedAt, added_by AS addedBy,
  moved_by AS movedBy, why, edits, proposal,
  guard, promote_after_ms AS promoteAfterMs, by_steps AS bySteps, version`
const isOpen = `stage IN ('shadow', 'canary')`

/** Messages listed of a candidate, the newest; all are counted. */
const mostDifferences = 1000

/** CandidateStore on SQLite. What judges mail has those that are open in its snapshot, so a move makes a new one. */
export class SqliteCandidateStore implements Synchronous<CandidateStore> {
  readonly #statements: Statements
  readonly #policy: Pick<SqlitePolicyStore, 'change' | 'clash'>
  readonly #changes: DeliveryChanges

  constructor(
    statements: Statements,
    policy: Pick<SqlitePolicyStore, 'change' | 'clash'>,
    changes: DeliveryChanges,
  ) {
    this.#statements = statements
    this.#policy = policy
    this.#changes = changes
  }

  list({ tenants, limit, ...selection }: CandidateQuery): Candidate[] {
    const { sql, values } = levelConditions(selection)
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM policy_candidates
         WHERE ${sql} AND (?4 IS NULL OR tenant IN (SELECT value FROM json_each(?4)))
         ORDER BY ${isOpen} DESC, added_at DESC, id LIMIT ?5`,
        ...values,
        tenants && JSON.stringify(tenants),
        limit,
      )
      .map(toCandidate)
  }

  open(): Candidate[] {
    return this.#statements
      .all<Row>(`SELECT ${columns} FROM policy_candidates WHERE ${isOpen} ORDER BY added_at, id`)
      .map(toCandidate)
  }

  read(id: string): Candidate | null {
    const row = this.#statements.get<Row>(`SELECT ${columns} FROM policy_candidates WHERE id = ?`, id)
    return row ? toCandidate(row) : null
  }

  takenBackSince(since: number): Candidate[] {
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM policy_candidates
         WHERE stage = 'taken-back' AND since >= ? ORDER BY since, id`,
        since,
      )
      .map(toCandidate)
  }

  put(
    candidate: Candidate,
    seen: CandidateSeen | null,
    audit: CandidateAudit,
    known?: readonly string[],
  ): boolean {
    if (seen === null) {
      const added = this.#isAlone(known) && this.#add(candidate)
      if (added) this.#tell(candidate, audit, null)
      return added
    }
    // Asked here too, so that nobody saves between the question and the move.
    if (candidate.stage !== 'taken-back' && this.overtaken(candidate.edits) !== null) return false
    const measured = this.#move(candidate, seen)
    if (measured !== null) this.#tell(candidate, audit, measured)
    return measured !== null
  }

  promote(
    candidate: Candidate,
    seen: CandidateSeen,
    step: PolicyStep,
    audit: CandidateAudit,
  ): { readonly version: number } | PolicyClash | 'moved-meanwhile' {
    const edit = this.overtaken(candidate.edits)
    if (edit !== null) return { version: null, edit }
    this.#statements.run('SAVEPOINT policy_trial')
    // First the candidate: who was quicker to move it has changed its row, and nothing is made then.
    const measured = this.#move(candidate, seen)
    const made = measured === null ? 'moved-meanwhile' : this.#policy.change(step)
    if (made === 'moved-meanwhile' || made.version === null) {
      this.#statements.run('ROLLBACK TO policy_trial')
      this.#statements.run('RELEASE policy_trial')
      return made
    }
    const { version } = made
    this.#statements.run('UPDATE policy_candidates SET version = ? WHERE id = ?', version, candidate.id)
    this.#tell({ ...candidate, version }, audit, measured)
    this.#statements.run('RELEASE policy_trial')
    return { version }
  }

  /** @param measured what the step that ended has counted; null: it is the first one that begins */
  #tell(candidate: Candidate, audit: CandidateAudit, measured: CandidateCounts | null): void {
    const { id, scope, tenant, stage, share, people, why, version, edits } = candidate
    const about = { id, scope, stage, share, people: people.length, why, version, count: edits.length }
    const detail = { ...about, ...(measured && { measured }) }
    writeAuditLine(this.#statements, { ...audit, tenant, detail })
    raiseDirectoryVersion(this.#statements)
  }

  /** Whether none is open that whoever adds one has not seen; not given: he has not looked. */
  #isAlone(known: readonly string[] | undefined): boolean {
    if (known === undefined) return true
    const sql = `SELECT 1 FROM policy_candidates WHERE ${isOpen} AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`
    return this.#statements.get(sql, JSON.stringify(known)) === undefined
  }

  /** False: another one of this level is open. */
  #add(each: Candidate): boolean {
    return (
      this.#statements.run(
        `INSERT OR IGNORE INTO policy_candidates
         (id, scope, tenant, stage, share, people, since, added_at, added_by, moved_by, why, edits, proposal, guard,
          promote_after_ms, by_steps, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[each.id, each.scope, each.tenant, each.stage, each.share, JSON.stringify(each.people)],
        ...[each.since, each.addedAt, each.addedBy, each.movedBy, each.why, JSON.stringify(each.edits)],
        ...[JSON.stringify(each.proposal), each.guard, each.promoteAfterMs],
        ...[Number(each.bySteps), each.version],
      ) > 0
    )
  }

  /** What the step that it leaves has counted; null: it is no longer where whoever moves it has seen it. */
  #move({ id, stage, share, people, since, movedBy, why, version }: Candidate, seen: CandidateSeen) {
    const sql = 'SELECT 1 FROM policy_candidates WHERE id = ? AND stage = ? AND since = ?'
    if (this.#statements.get(sql, id, seen.stage, seen.since) === undefined) return null
    const measured = endStep(this.#statements, id, { at: since, by: movedBy, why })
    this.#statements.run(
      `UPDATE policy_candidates SET stage = ?, share = ?, people = ?, since = ?, moved_by = ?, why = ?, version = ?
       WHERE id = ?`,
      ...[stage, share, JSON.stringify(people), since, movedBy, why, version, id],
    )
    return measured
  }

  bringBack(id: string, { stage, since }: CandidateSeen, now: number): boolean {
    // Mail that it has judged came before: what it has kept is looked for from the first hour on that was counted.
    const rows = this.#statements.run(
      `UPDATE policy_candidates SET since = ?1, added_at = min(added_at, ?1,
         coalesce((SELECT min(hour) FROM policy_candidate_hours WHERE candidate = ?2), ?1))
       WHERE id = ?2 AND stage = ?3 AND since = ?4`,
      ...[now, id, stage, since],
    )
    if (rows === 0) return false
    bringStepsBack(this.#statements, id, now)
    raiseDirectoryVersion(this.#statements)
    return true
  }

  addSums(sums: readonly CandidateSums[]): void {
    for (const each of sums) {
      const { id, stage, since, hour, messages, deliveries, changed, heldBefore, heldAfter } = each
      const { freedBad, failed, differences } = each
      const added = this.#statements.run(
        `INSERT INTO policy_candidate_hours (candidate, stage, hour, deliveries, changed, held_before, held_after, failed, messages, freed_bad)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM policy_candidates WHERE id = ?1 AND stage = ?2
           AND (?11 IS NULL OR since = ?11))
         ON CONFLICT (candidate, stage, hour) DO UPDATE SET deliveries = deliveries + excluded.deliveries,
           changed = changed + excluded.changed, held_before = held_before + excluded.held_before,
           held_after = held_after + excluded.held_after, failed = failed + excluded.failed,
           messages = messages + excluded.messages, freed_bad = freed_bad + excluded.freed_bad`,
        ...[id, stage, hour, deliveries, changed, heldBefore, heldAfter, failed, messages, freedBad, since],
      )
      if (added === 0 || differences.length === 0) continue
      for (const { messageId, before, after, because, recipients, at } of differences)
        this.#statements.run(
          `INSERT OR IGNORE INTO policy_candidate_differences (candidate, message_id, stage, before, after, because, recipients, at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[id, messageId, stage, before, after, because, recipients, at],
        )
      this.#statements.run(
        `DELETE FROM policy_candidate_differences WHERE candidate = ?1 AND at <
         (SELECT at FROM policy_candidate_differences WHERE candidate = ?1 ORDER BY at DESC LIMIT 1 OFFSET ${mostDifferences})`,
        id,
      )
    }
  }

  sums(id: string): CandidateStageSums[] {
    return this.#statements.all<CandidateStageSums>(
      `SELECT stage, sum(messages) AS messages, sum(deliveries) AS deliveries, sum(changed) AS changed, sum(held_before) AS heldBefore,
         sum(held_after) AS heldAfter, sum(freed_bad) AS freedBad, sum(failed) AS failed
       FROM policy_candidate_hours WHERE candidate = ? GROUP BY stage ORDER BY stage DESC`,
      id,
    )
  }

  stepCounts(id: string, stage: Candidate['stage']): CandidateCounts {
    return countSince(this.#statements, id, stage)
  }

  hours(id: string): CandidateHour[] {
    return this.#statements.all<CandidateHour>(
      `SELECT stage, hour, messages, deliveries, changed, held_before AS heldBefore, held_after AS heldAfter,
         freed_bad AS freedBad, failed
       FROM policy_candidate_hours WHERE candidate = ? ORDER BY hour, stage DESC`,
      id,
    )
  }

  steps(id: string, limit: number): CandidateEndedStep[] {
    return readSteps(this.#statements, id, limit)
  }

  overtaken(edits: readonly PolicyEdit[]): number | null {
    return this.#policy.clash(edits)
  }

  differences(id: string, limit: number): CandidateDifference[] {
    return this.#statements.all<CandidateDifference>(
      `SELECT message_id AS messageId, at, stage, before, after, because, recipients
       FROM policy_candidate_differences WHERE candidate = ? ORDER BY at DESC, message_id LIMIT ?`,
      ...[id, limit],
    )
  }

  keptBy(id: string, since: number, limit: number): string[] {
    return findKeptBy(this.#statements, id, since, limit)
  }

  reopen(id: string, messages: readonly string[], at: number): number {
    return reopenKeptBy(this.#statements, this.#changes, id, messages, at)
  }

  forget(before: number): number {
    const ended = `SELECT id FROM policy_candidates WHERE NOT ${isOpen} AND since < ?`
    for (const table of ['policy_candidate_hours', 'policy_candidate_differences'])
      this.#statements.run(`DELETE FROM ${table} WHERE candidate IN (${ended})`, before)
    const forgotten = this.#statements.run(`DELETE FROM policy_candidates WHERE id IN (${ended})`, before)
    // Also those of trials that a process of before has forgotten.
    this.#statements.run(
      'DELETE FROM policy_candidate_steps WHERE candidate NOT IN (SELECT id FROM policy_candidates)',
    )
    return forgotten
  }
}

function toCandidate({ people, edits, proposal, bySteps, ...columns }: Row): Candidate {
  const row = { ...columns, bySteps: bySteps === 1 }
  try {
    return {
      ...row,
      people: JSON.parse(people) as string[],
      edits: JSON.parse(edits) as PolicyEdit[],
      proposal: JSON.parse(proposal) as PolicyProposal,
    }
  } catch {
    // One torn row must not hide all others. It changes nothing, so it can be ended and nothing else.
    const nothing = { scope: row.scope, settings: [], senders: [], rule: null }
    return { ...row, people: [], edits: [], proposal: nothing }
  }
}
