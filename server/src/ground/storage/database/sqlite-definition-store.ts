import type {
  DecidedBy,
  DefinitionRecord,
  DefinitionStore,
  GoldenCounts,
  KeptFile,
  ListedMail,
  ListOutcome,
  TrialCounts,
} from '#services/definitions/definition-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { isHeld } from './held-rows.ts'
import { reopenQuarantined } from './reopen-quarantined.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** SQL that holds for a message `m` that ?1 had a say in, by what its explanation names. */
const hadASay: Readonly<Record<DecidedBy['kind'], string>> = {
  definitions: `json_extract(m.explanation, '$.facts.definitions.version') = ?1`,
  signatures: `json_extract(m.explanation, '$.facts.antivirus.definitions') = ?1
    AND EXISTS (SELECT 1 FROM json_each(m.explanation, '$.findings') f
      WHERE json_extract(f.value, '$.code') IN ('antivirus-found', 'antivirus-phishing', 'antivirus-unwanted'))`,
  list: `EXISTS (SELECT 1 FROM json_each(m.explanation, '$.facts.lists.listed') l
    WHERE json_extract(l.value, '$.zone') = ?1 AND json_extract(l.value, '$.weight') > 0)`,
}

function notReopenedSince(since: number): string {
  return `NOT EXISTS (SELECT 1 FROM events e WHERE e.message_id = m.id AND e.kind = 'reopened' AND e.at >= ${since})`
}

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
    return this.#statements
      .all<DefinitionRecord & { golden: string | null }>(
        `SELECT version, stage, share, since, added_at AS addedAt, added_by AS addedBy, why, content, golden
         FROM definitions ORDER BY added_at DESC, version DESC`,
      )
      .map(({ golden, ...each }) => ({
        ...each,
        golden: golden === null ? null : (JSON.parse(golden) as GoldenCounts),
      }))
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
    const { version, stage, share, since, addedAt, addedBy, why, content, golden = null } = record
    this.#statements.run(
      `INSERT INTO definitions (version, stage, share, since, added_at, added_by, why, content, golden)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (version) DO UPDATE SET stage = excluded.stage, share = excluded.share, since = excluded.since, why = excluded.why`,
      version,
      stage,
      share,
      since,
      addedAt,
      addedBy,
      why,
      content,
      golden && JSON.stringify(golden),
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

  reopen({ kind, name, since, receivedAfter }: DecidedBy, at: number, limit: number): number {
    const had = [
      hadASay[kind],
      ...(receivedAfter === undefined ? [] : [`m.received_at >= ${Math.floor(receivedAfter)}`]),
      ...(since === undefined ? [] : [notReopenedSince(Math.floor(since))]),
    ].join(' AND ')
    const detail = { [kind]: name }
    return reopenQuarantined(this.#statements, this.#changes, { had, version: name, detail, at, limit })
  }

  listOutcomes(from: number, to: number): ListOutcome[] {
    return this.#statements.all<ListOutcome>(
      `SELECT json_extract(l.value, '$.zone') AS zone, iif(e.state = 'quarantined', 'kept', 'released') AS outcome,
         count(DISTINCT e.message_id) AS messages
       FROM events e JOIN messages m ON m.id = e.message_id, json_each(m.explanation, '$.facts.lists.listed') l
       WHERE e.at >= ? AND e.at < ? AND (e.state = 'quarantined' OR e.reason = 'released-from-quarantine')
         AND json_extract(l.value, '$.weight') > 0
       GROUP BY 1, 2`,
      from,
      to,
    )
  }

  keptByList(zone: string, limit: number): ListedMail[] {
    return this.#statements.all<ListedMail>(
      `SELECT m.id AS messageId, m.received_at AS receivedAt, m.mail_from AS mailFrom, m.subject,
         json_extract(m.explanation, '$.verdict') AS verdict, json_extract(m.explanation, '$.score') AS score, coalesce(json_extract(m.explanation, '$.tolerance'), 200) AS tolerance,
         json_extract(l.value, '$.weight') AS weight
       FROM messages m, json_each(m.explanation, '$.facts.lists.listed') l
       WHERE m.id IN (SELECT message_id FROM deliveries WHERE state = 'quarantined')
         AND json_extract(l.value, '$.zone') = ? AND json_extract(l.value, '$.weight') > 0
       ORDER BY m.id DESC LIMIT ?`,
      zone,
      limit,
    )
  }

  reopened(): number {
    const row = this.#statements.get<{ count: number }>(
      `SELECT count(*) AS count FROM messages m WHERE m.state = 'inspecting'
         AND EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND (d.state = 'quarantined' AND d.reason <> 'unscanned' OR ${isHeld}))`,
    )
    return row?.count ?? 0
  }
}
