import type { SQLInputValue } from 'node:sqlite'
import type { Change, Incident } from '#services/incidents/incident.ts'
import type { IncidentFilter, IncidentLine, IncidentStore } from '#services/incidents/incident-store.ts'
import type { StatusIncident } from '#services/status/status-store.ts'
import { writeAuditLine } from './audit-line.ts'
import type { SqliteStatusStore } from './sqlite-status-store.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** Lines of the audit log that change how mail is treated, or what treats it. */
const changing = [
  ...['policy-*', 'rule*', 'definitions-*', 'learning-*', 'list*', 'host-list*', 'scanner*', 'signatures-*'],
  ...['domain-*', 'directory-*', 'sync-*', 'tenant-*', 'group-*', 'users-import*', 'users-removed'],
  ...['relay-*', 'mail-password-*', 'sending-*', 'dkim-*', 'certificate-*', 'provider-*', 'maintenance-*'],
]

interface Row {
  readonly incident: string
}

/** IncidentStore on SQLite. Runs inside a transaction of its caller. */
export class SqliteIncidentStore implements Synchronous<IncidentStore> {
  readonly #statements: Statements
  readonly #status: SqliteStatusStore

  constructor(statements: Statements, status: SqliteStatusStore) {
    this.#statements = statements
    this.#status = status
  }

  list({ open, state, isPublic, isUpstream, component, after }: IncidentFilter, limit: number): Incident[] {
    const parts: [string, SQLInputValue[]][] = [
      ...(open === undefined ? [] : [[`ended_at IS ${open ? '' : 'NOT '}NULL`, []] as [string, []]]),
      ...(state === undefined ? [] : [['state = ?', [state]] as [string, SQLInputValue[]]]),
      ...(isPublic === undefined ? [] : [['is_public = ?', [isPublic ? 1 : 0]] as [string, SQLInputValue[]]]),
      ...(isUpstream === undefined
        ? []
        : [[`incident ->> '$.isUpstream' = ?`, [isUpstream ? 1 : 0]] as [string, SQLInputValue[]]]),
      ...(component === undefined
        ? []
        : [
            [
              `EXISTS (SELECT 1 FROM json_each(incident, '$.components') c WHERE c.value ->> '$.id' = ?)`,
              [component],
            ] as [string, SQLInputValue[]],
          ]),
      ...(after
        ? [['(started_at, id) < (?, ?)', [after.startedAt, after.id]] as [string, SQLInputValue[]]]
        : []),
    ]
    return this.#statements
      .all<Row>(
        `SELECT incident FROM incidents WHERE ${parts.map(([sql]) => sql).join(' AND ') || 'TRUE'}
         ORDER BY started_at DESC, id DESC LIMIT ?`,
        ...parts.flatMap(([, values]) => values),
        limit,
      )
      .map(toIncident)
  }

  read(id: string): Incident | null {
    const row = this.#statements.get<Row>('SELECT incident FROM incidents WHERE id = ?', id)
    return row ? toIncident(row) : null
  }

  ofFinding(finding: string): Incident | null {
    const row = this.#statements.get<Row>(
      'SELECT incident FROM incidents WHERE finding = ? ORDER BY started_at DESC LIMIT 1',
      finding,
    )
    return row ? toIncident(row) : null
  }

  put(incident: Incident, face: StatusIncident | null, line: IncidentLine | null): boolean {
    const { id, version, state, startedAt, resolvedAt, finding, isPublic } = incident
    const written = this.#statements.run(
      `INSERT INTO incidents (id, version, state, started_at, ended_at, finding, is_public, incident)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
       WHERE ?2 > 1 OR NOT EXISTS (SELECT 1 FROM incidents WHERE finding = ?6 AND ended_at IS NULL)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state,
         started_at = excluded.started_at, ended_at = excluded.ended_at, finding = excluded.finding,
         is_public = excluded.is_public, incident = excluded.incident WHERE version = excluded.version - 1`,
      ...[id, version, state, startedAt, resolvedAt, finding, isPublic ? 1 : 0, JSON.stringify(incident)],
    )
    if (written === 0) return false
    if (face) this.#status.putIncident(face)
    if (line) writeAuditLine(this.#statements, { ...line, tenant: null })
    return true
  }

  changes(since: number, until: number, limit: number): Change[] {
    const ordered = this.#statements.all<Change>(
      `SELECT 'change:' || id AS id, at, what, who, substr(detail, 1, 400) AS words FROM changes
       WHERE id > (SELECT coalesce(max(id), 0) - 20000 FROM changes) AND at >= ? AND at <= ? AND (${changing.map(() => 'what GLOB ?').join(' OR ')})
       ORDER BY id DESC LIMIT ?`,
      ...[since, until, ...changing, limit],
    )
    const started = this.#statements.all<Change>(
      `SELECT 'process:' || instance AS id, started_at AS at, 'process-started' AS what, 'mailkeep' AS who,
         'process ' || pid || ' of node ' || node || coalesce(' (' || roles || ')', '')
           || coalesce(', started again: ' || restart, '') AS words
       FROM processes WHERE started_at >= ? AND started_at <= ? ORDER BY started_at DESC LIMIT ?`,
      ...[since, until, limit],
    )
    return [...ordered, ...started].sort((a, b) => b.at - a.at).slice(0, limit)
  }
}

function toIncident({ incident }: Row): Incident {
  return JSON.parse(incident) as Incident
}
