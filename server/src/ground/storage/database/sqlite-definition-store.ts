import type {
  DefinitionRecord,
  DefinitionStore,
  KeptFile,
  TrialCounts,
} from '#services/definitions/definition-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { reopenQuarantined } from './reopen-quarantined.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Sets whose files of data are kept. */
const setsWithFiles = 20

/** Sets of definitions, what their trials have counted, and what is judged again. */
export class SqliteDefinitionStore implements Synchronous<DefinitionStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  list(): DefinitionRecord[] {
    return this.#statements.all<DefinitionRecord>(
      `SELECT version, stage, share, since, added_at AS addedAt, added_by AS addedBy, why, content
       FROM definitions ORDER BY added_at DESC, version DESC`,
    )
  }

  putFile({ sha256, content }: KeptFile): void {
    this.#statements.run(
      `DELETE FROM definition_files WHERE sha256 <> ?1 AND NOT EXISTS
         (SELECT 1 FROM (SELECT content FROM definitions ORDER BY stage = 'active' DESC, added_at DESC LIMIT ${setsWithFiles}) d
          WHERE instr(d.content, definition_files.sha256) > 0) AND kept_at < unixepoch() - 3600`,
      sha256,
    )
    this.#statements.run(
      'INSERT INTO definition_files (sha256, content, kept_at) VALUES (?, ?, unixepoch()) ON CONFLICT DO UPDATE SET kept_at = unixepoch()',
      sha256,
      content,
    )
  }

  file(sha256: string): Uint8Array | null {
    return (
      this.#statements.get<{ content: Uint8Array }>(
        'SELECT content FROM definition_files WHERE sha256 = ?',
        sha256,
      )?.content ?? null
    )
  }

  put(record: DefinitionRecord): void {
    const { version, stage, share, since, addedAt, addedBy, why, content } = record
    this.#statements.run(
      `INSERT INTO definitions (version, stage, share, since, added_at, added_by, why, content)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (version) DO UPDATE SET stage = excluded.stage, share = excluded.share, since = excluded.since, why = excluded.why`,
      version,
      stage,
      share,
      since,
      addedAt,
      addedBy,
      why,
      content,
    )
    this.#statements.run('DELETE FROM definition_trials WHERE active = ?1 OR trial = ?1', version)
  }

  addCounts(counts: readonly TrialCounts[]): void {
    for (const each of counts) {
      const { active, trial, messages, activeHits, trialHits, gained, lost, activeMs, trialMs } = each
      this.#statements.run(
        `INSERT INTO definition_trials (active, trial, messages, active_hits, trial_hits, gained, lost, active_ms, trial_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (active, trial) DO UPDATE SET messages = messages + excluded.messages,
           active_hits = active_hits + excluded.active_hits, trial_hits = trial_hits + excluded.trial_hits,
           gained = gained + excluded.gained, lost = lost + excluded.lost,
           active_ms = active_ms + excluded.active_ms, trial_ms = trial_ms + excluded.trial_ms`,
        active,
        trial,
        messages,
        activeHits,
        trialHits,
        gained,
        lost,
        activeMs,
        trialMs,
      )
    }
  }

  counts(active: string, trial: string): TrialCounts | null {
    const row = this.#statements.get<TrialCounts>(
      `SELECT active, trial, messages, active_hits AS activeHits, trial_hits AS trialHits, gained, lost,
         active_ms AS activeMs, trial_ms AS trialMs
       FROM definition_trials WHERE active = ? AND trial = ?`,
      active,
      trial,
    )
    return row ?? null
  }

  reopen(version: string, at: number, limit: number): number {
    const had = `json_extract(m.explanation, '$.facts.definitions.version') = ?1`
    const detail = { definitions: version }
    return reopenQuarantined(this.#statements, this.#changes, { had, version, detail, at, limit })
  }

  reopened(): number {
    const row = this.#statements.get<{ count: number }>(
      `SELECT count(*) AS count FROM messages m WHERE m.state = 'inspecting'
         AND EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = 'quarantined' AND d.reason <> 'unscanned')`,
    )
    return row?.count ?? 0
  }
}
