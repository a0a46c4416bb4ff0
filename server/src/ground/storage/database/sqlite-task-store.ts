import type {
  Advance,
  NewTask,
  StepCall,
  StoredTask,
  TaskState,
  TaskStore,
} from '#services/tasks/task-store.ts'
import { writeAuditLine } from './audit-line.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface Row {
  readonly id: string
  readonly kind: string
  readonly who: string
  readonly ip: string
  readonly tenant: string
  readonly task_order: string
  readonly state: TaskState
  readonly created_at: number
  readonly ended_at: number | null
  readonly total: number
  readonly done: number
  readonly skipped: number
  readonly position: string
  readonly result: string | null
  readonly problem: string | null
  readonly failures: number
}

/** TaskStore on SQLite. Runs inside a transaction of its caller, which the calls of a step share. */
export class SqliteTaskStore implements Synchronous<TaskStore> {
  readonly #statements: Statements
  readonly #run: (call: StepCall) => unknown

  /** @param run makes a call to one of the stores of this connection */
  constructor(statements: Statements, run: (call: StepCall) => unknown) {
    this.#statements = statements
    this.#run = run
  }

  add({ id, kind, who, ip, tenant, order, at, total }: NewTask): void {
    this.#statements.run(
      `INSERT INTO tasks (id, kind, who, ip, tenant, task_order, state, created_at, total, due_at)
       VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)`,
      id,
      kind,
      who,
      ip,
      tenant,
      JSON.stringify(order),
      at,
      total,
      at,
    )
    const detail = { task: id, kind, total, order: shorten(order) }
    writeAuditLine(this.#statements, { at, what: 'task-started', who, tenant, ip, detail })
  }

  read(id: string): StoredTask | null {
    const row = this.#statements.get<Row>('SELECT * FROM tasks WHERE id = ?', id)
    return row ? toTask(row) : null
  }

  list(who: string | null, before: string, limit: number): StoredTask[] {
    const last = before === '' ? '~' : before
    const rows =
      who === null
        ? this.#statements.all<Row>('SELECT * FROM tasks WHERE id < ? ORDER BY id DESC LIMIT ?', last, limit)
        : this.#statements.all<Row>(
            'SELECT * FROM tasks WHERE who = ? AND id < ? ORDER BY id DESC LIMIT ?',
            who,
            last,
            limit,
          )
    return rows.map(toTask)
  }

  claim(
    owner: string,
    kinds: readonly string[],
    now: number,
    leaseUntil: number,
    limit: number,
    mostTotal: number | null = null,
  ): StoredTask[] {
    const rows = this.#statements.all<Row>(
      `SELECT * FROM tasks WHERE due_at <= ?1 AND kind IN (SELECT value FROM json_each(?2))
       AND (?3 IS NULL OR (total BETWEEN 1 AND ?3 AND task_order ->> '$.isCounted' IS NOT 0)) ORDER BY due_at LIMIT ?4`,
      now,
      JSON.stringify(kinds),
      mostTotal,
      limit,
    )
    for (const { id } of rows)
      this.#statements.run('UPDATE tasks SET lease_owner = ?, due_at = ? WHERE id = ?', owner, leaseUntil, id)
    return rows.map(toTask)
  }

  advance({
    id,
    owner,
    from,
    next,
    calls,
    skipped = 0,
    done = 0,
    result,
    leaseUntil,
  }: Advance): StoredTask | null {
    const mine = this.#statements.get(
      `SELECT 1 FROM tasks WHERE id = ? AND state = 'running' AND lease_owner = ? AND position = ?`,
      id,
      owner,
      from,
    )
    if (!mine) return null
    const changed = calls.map((call) => this.#run(call)).filter((each) => typeof each === 'number')
    this.#statements.run(
      `UPDATE tasks SET position = ?, done = done + ?, skipped = skipped + ?, result = ifnull(?, result), due_at = ?, failures = 0, problem = NULL WHERE id = ?`,
      next,
      changed.reduce((sum, each) => sum + each, done),
      skipped,
      result ? JSON.stringify(result) : null,
      leaseUntil,
      id,
    )
    return this.read(id)
  }

  end(id: string, owner: string, at: number, problem: string | null): void {
    this.#statements.run(
      `UPDATE tasks SET state = ?, ended_at = ?, problem = ?, due_at = NULL, lease_owner = NULL WHERE id = ? AND state = 'running' AND lease_owner = ?`,
      problem === null ? 'done' : 'failed',
      at,
      problem?.slice(0, mostProblem) ?? null,
      id,
      owner,
    )
  }

  postpone(id: string, owner: string, dueAt: number, problem: string): void {
    this.#statements.run(
      `UPDATE tasks SET due_at = ?, lease_owner = NULL, problem = ?, failures = failures + ? WHERE id = ? AND state = 'running' AND lease_owner = ?`,
      dueAt,
      problem === '' ? null : problem.slice(0, mostProblem),
      problem === '' ? 0 : 1,
      id,
      owner,
    )
  }

  stop(id: string, who: string, ip: string, at: number): boolean {
    const task = this.read(id)
    if (task?.state !== 'running') return false
    this.#statements.run(
      `UPDATE tasks SET state = 'stopped', ended_at = ?, due_at = NULL, lease_owner = NULL WHERE id = ?`,
      at,
      id,
    )
    const { kind, done, total, tenant } = task
    const detail = { task: id, kind, done, total }
    writeAuditLine(this.#statements, { at, what: 'task-stopped', who, tenant, ip, detail })
    return true
  }

  forget(before: number, limit: number): number {
    return this.#statements.run(
      'DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE ended_at < ? LIMIT ?)',
      before,
      limit,
    )
  }
}

const mostProblem = 500
const mostOrder = 4000

/** Ten thousand ids are no reading for people; each step names its own in the log. */
function shorten(order: object): unknown {
  const text = JSON.stringify(order)
  return text.length <= mostOrder ? order : `${text.slice(0, mostOrder)}...`
}

function toTask(row: Row): StoredTask {
  const { task_order, created_at, ended_at, result, id, kind, who, ip, tenant, state } = row
  return {
    ...{ id, kind, who, ip, tenant, state },
    order: JSON.parse(task_order),
    createdAt: created_at,
    endedAt: ended_at,
    total: row.total,
    done: row.done,
    skipped: row.skipped,
    position: row.position,
    result: result === null ? null : JSON.parse(result),
    problem: row.problem,
    failures: row.failures,
  }
}
