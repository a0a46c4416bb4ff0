import { firstIdAt } from '#ground/platform/ids.ts'
import type {
  Example,
  LayerRecord,
  LearningStore,
  RecentMessage,
  TaughtTenant,
} from '#services/learning/learning-store.ts'
import type { DeliveryChanges } from './delivery-changes.ts'
import { collectReleases, collectReports } from './learning-rows.ts'
import { reopenQuarantined } from './reopen-quarantined.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Deliveries of all tenants that are looked through for the mail of one. */
const mostLooked = 200_000
/** Layers that are gone are told of for a while. */
const layersKept = 20

const layerColumns =
  'tenant, version, stage, share, since, made_at AS madeAt, why, examples, newest_example AS newestExample'

/** What tenants have taught. */
export class SqliteLearningStore implements Synchronous<LearningStore> {
  readonly #statements: Statements
  readonly #changes: DeliveryChanges

  constructor(statements: Statements, changes: DeliveryChanges) {
    this.#statements = statements
    this.#changes = changes
  }

  collect(withoutTenants: readonly string[], limit: number): number {
    const without = new Set(withoutTenants)
    return Math.max(
      collectReports(this.#statements, without, limit),
      collectReleases(this.#statements, without, limit),
    )
  }

  newest(): Pick<TaughtTenant, 'tenant' | 'newest'>[] {
    return this.#statements.all('SELECT tenant, max(at) AS newest FROM learning_examples GROUP BY tenant')
  }

  taught(): TaughtTenant[] {
    return this.#statements.all<TaughtTenant>(
      `SELECT tenant, sum(kind = 'unwanted') AS unwanted, sum(kind = 'wanted') AS wanted, count(DISTINCT person) AS people, max(at) AS newest
       FROM learning_examples GROUP BY tenant ORDER BY tenant`,
    )
  }

  examples(tenant: string, limit: number): Example[] {
    return this.#statements.all<Example>(
      `SELECT tenant, message_id AS messageId, person, kind, weight, sender, base, at, sketch, contrary
       FROM learning_examples WHERE tenant = ? ORDER BY at DESC, message_id DESC LIMIT ?`,
      tenant,
      limit,
    )
  }

  layers(tenant: string | null): LayerRecord[] {
    return this.#statements.all<LayerRecord>(
      `SELECT ${layerColumns} FROM learning_layers WHERE ?1 IS NULL OR tenant = ?1 ORDER BY made_at DESC, version DESC`,
      tenant,
    )
  }

  addLayer(record: LayerRecord, content: Uint8Array): void {
    const { tenant, version, stage, share, since, madeAt, why, examples, newestExample } = record
    this.#statements.run(
      `INSERT INTO learning_layers (tenant, version, stage, share, since, made_at, why, examples, newest_example, content)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      tenant,
      version,
      stage,
      share,
      since,
      madeAt,
      why,
      examples,
      newestExample,
      content,
    )
  }

  moveLayer({ version, stage, share, since, why }: LayerRecord): void {
    this.#statements.run(
      'UPDATE learning_layers SET stage = ?, share = ?, since = ?, why = ? WHERE version = ?',
      stage,
      share,
      since,
      why,
      version,
    )
  }

  content(version: string): Uint8Array | null {
    return (
      this.#statements.get<{ content: Uint8Array }>(
        'SELECT content FROM learning_layers WHERE version = ?',
        version,
      )?.content ?? null
    )
  }

  recent(tenant: string, since: number, before: string | null, limit: number): RecentMessage[] {
    return this.#statements.all<RecentMessage>(
      `SELECT m.id, json_extract(m.explanation, '$.findings') AS findings, json_extract(m.explanation, '$.facts.learnt.sketch') AS sketch,
         ifnull(json_extract(m.explanation, '$.facts.content.logOdds'), 0) AS base, ifnull(json_extract(m.explanation, '$.tolerance'), 200) AS tolerance
       FROM (SELECT message_id, tenant, direction, reason, n FROM deliveries WHERE message_id >= ?2 AND (?3 IS NULL OR message_id < ?3)
             ORDER BY message_id DESC LIMIT ${mostLooked}) d
       JOIN messages m ON m.id = d.message_id
       WHERE d.tenant = ?1 AND d.direction = 'inbound' AND d.reason <> 'report-taken' AND m.state = 'decided'
         AND d.n = (SELECT min(n) FROM deliveries o WHERE o.message_id = d.message_id AND o.tenant = ?1)
         AND json_extract(m.explanation, '$.facts.learnt.sketch') IS NOT NULL LIMIT ?4`,
      tenant,
      firstIdAt(since),
      before,
      limit,
    )
  }

  reset(tenant: string, at: number): void {
    this.#statements.run('DELETE FROM learning_examples WHERE tenant = ?', tenant)
    this.#statements.run(
      `UPDATE learning_layers SET content = x'', why = 'forgotten by hand', since = ?2,
         share = iif(stage IN ('canary', 'active'), 1, 0), stage = 'taken-back'
       WHERE tenant = ?1 AND stage <> 'taken-back'`,
      tenant,
      at,
    )
    this.#statements.run(
      'INSERT INTO learning_resets (tenant, at) VALUES (?, ?) ON CONFLICT (tenant) DO UPDATE SET at = excluded.at',
      tenant,
      at,
    )
  }

  forget(before: number, most: number): number {
    const old = this.#statements.run('DELETE FROM learning_examples WHERE at < ?', before)
    const beyond = this.#statements
      .all<{ tenant: string }>(
        'SELECT tenant FROM learning_examples GROUP BY tenant HAVING count(*) > ?',
        most,
      )
      .map(({ tenant }) =>
        this.#statements.run(
          `DELETE FROM learning_examples WHERE tenant = ?1 AND (message_id, person) IN
             (SELECT message_id, person FROM learning_examples WHERE tenant = ?1 ORDER BY at DESC LIMIT -1 OFFSET ?2)`,
          tenant,
          most,
        ),
      )
    const layers = this.#statements.run(
      `DELETE FROM learning_layers WHERE share = 0 AND stage IN ('retired', 'taken-back') AND version IN
         (SELECT version FROM (SELECT version, row_number() OVER (PARTITION BY tenant ORDER BY made_at DESC) AS place FROM learning_layers)
          WHERE place > ${layersKept})`,
    )
    return old + layers + beyond.reduce((sum, each) => sum + each, 0)
  }

  reopen(version: string, at: number, limit: number): number {
    const had = "EXISTS (SELECT 1 FROM json_each(m.explanation, '$.facts.learnt.applied') WHERE value = ?1)"
    return reopenQuarantined(this.#statements, this.#changes, {
      had,
      version,
      detail: { learnt: version },
      at,
      limit,
    })
  }
}
