import type { VersionQuery } from '#services/policy/policy-store.ts'
import type {
  PolicyEdit,
  PolicyStep,
  PolicyVersion,
  PolicyVersionLine,
} from '#services/policy/policy-version.ts'
import { writeAuditLine } from './audit-line.ts'
import { levelConditions } from './level-conditions.ts'
import type { Statements } from './statements.ts'

interface Row {
  readonly version: number
  readonly at: number
  readonly who: string
  readonly ip: string
  readonly tenant: string
  readonly scope: string
  readonly what: string
  readonly undoes: number | null
  readonly undoneBy: number | null
  readonly count: number
  readonly changes: string
}

const columns = `version, at, who, ip, tenant, scope, what, undoes, edits AS count, changes,
  (SELECT max(u.version) FROM policy_versions u WHERE u.undoes = v.version) AS undoneBy`

/** Edits that a list shows of a version; a file of senders may hold thousands. */
const mostShown = 5
/** Longest detail of a line in the audit log; the version itself has all. */
const longestDetail = 8000

/** Steps as they are kept: each a version, and a line of the audit log that names it. */
export class PolicyVersionRows {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** Answers the number of the new version. */
  add(step: PolicyStep): number {
    const { at, who, ip, tenant, scope, what, undoes, edits } = step
    const changes = JSON.stringify(edits)
    const row = this.#statements.get<{ version: number }>(
      `INSERT INTO policy_versions (at, who, ip, tenant, scope, what, undoes, edits, changes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING version`,
      at,
      who,
      ip,
      tenant,
      scope,
      what,
      undoes,
      edits.length,
      changes,
    )
    const version = row?.version ?? 0
    const brief = { version, scope, ...(undoes !== null && { undoes }), count: edits.length }
    const detail = changes.length > longestDetail ? brief : { ...brief, edits }
    writeAuditLine(this.#statements, { at, what, who, tenant, ip, detail })
    return version
  }

  list({ before, limit, tenants, ...selection }: VersionQuery): PolicyVersionLine[] {
    const { sql, values } = levelConditions(selection)
    return this.#statements
      .all<Row>(
        `SELECT ${columns} FROM policy_versions v WHERE ${sql} AND (?4 IS NULL OR version < ?4)
           AND (?6 IS NULL OR tenant IN (SELECT value FROM json_each(?6)))
         ORDER BY version DESC LIMIT ?5`,
        ...values,
        before,
        limit,
        tenants && JSON.stringify(tenants),
      )
      .map(({ changes, ...row }) => ({ ...row, first: readEdits(changes).slice(0, mostShown) }))
  }

  /** Null: there is none of this number. */
  read(version: number): PolicyVersion | null {
    const row = this.#statements.get<Row>(
      `SELECT ${columns} FROM policy_versions v WHERE version = ?`,
      version,
    )
    if (!row) return null
    const { changes, count: _count, ...found } = row
    return { ...found, edits: readEdits(changes) }
  }
}

function readEdits(changes: string): PolicyEdit[] {
  return JSON.parse(changes) as PolicyEdit[]
}
