import type { QuestionReader, QuestionStore, SavedQuestion } from '#services/search/question-store.ts'
import { writeAuditLine } from './audit-line.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

interface Row {
  readonly id: string
  readonly tenant: string
  readonly name: string
  readonly question: string
  readonly is_shared: number
  readonly who: string
  readonly changed_at: number
}

const most = 500
const visible = '(who = ? OR is_shared = 1 AND (? IS NULL OR tenant IN (SELECT value FROM json_each(?))))'

/** QuestionStore on SQLite. Writing runs inside a transaction of the caller. */
export class SqliteQuestionStore implements Synchronous<QuestionStore> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  list(reader: QuestionReader): SavedQuestion[] {
    return this.#statements
      .all<Row>(
        `SELECT * FROM saved_questions WHERE ${visible} ORDER BY name COLLATE NOCASE, id LIMIT ${most}`,
        ...valuesOf(reader),
      )
      .map(toQuestion)
  }

  read(id: string, reader: QuestionReader): SavedQuestion | null {
    const row = this.#statements.get<Row>(
      `SELECT * FROM saved_questions WHERE id = ? AND ${visible}`,
      id,
      ...valuesOf(reader),
    )
    return row ? toQuestion(row) : null
  }

  put(question: SavedQuestion, by: { who: string; ip: string }): void {
    const { id, tenant, name, isShared, who, changedAt } = question
    const before = this.#statements.get<Row>('SELECT * FROM saved_questions WHERE id = ?', id)
    this.#statements.run(
      'INSERT OR REPLACE INTO saved_questions (id, tenant, name, question, is_shared, who, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      tenant,
      name,
      JSON.stringify(question.question),
      isShared ? 1 : 0,
      who,
      changedAt,
    )
    const detail = { question: shown(question), before: before ? shown(toQuestion(before)) : null }
    writeAuditLine(this.#statements, { ...by, at: changedAt, what: 'question-saved', tenant, detail })
  }

  remove(id: string, by: { who: string; ip: string; at: number }): boolean {
    const row = this.#statements.get<Row>('SELECT * FROM saved_questions WHERE id = ?', id)
    if (!row) return false
    this.#statements.run('DELETE FROM saved_questions WHERE id = ?', id)
    const detail = { before: shown(toQuestion(row)) }
    writeAuditLine(this.#statements, { ...by, what: 'question-removed', tenant: row.tenant, detail })
    return true
  }
}

function valuesOf({ who, tenants }: QuestionReader): [string, string | null, string | null] {
  const list = tenants && JSON.stringify(tenants)
  return [who, list, list]
}

function shown({ id, name, question, isShared }: SavedQuestion): object {
  return { id, name, question, isShared }
}

function toQuestion({ id, tenant, name, question, is_shared, who, changed_at }: Row): SavedQuestion {
  return {
    id,
    tenant,
    name,
    question: JSON.parse(question),
    isShared: is_shared === 1,
    who,
    changedAt: changed_at,
  }
}
