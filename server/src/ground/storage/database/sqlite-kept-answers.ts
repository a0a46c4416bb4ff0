import type { KeptAnswer, KeptAnswers } from '#services/access/kept-answers.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** How long an answer is kept, and how long a question without one counts as being answered. */
const keptMs = 86_400_000
const underWayMs = 60_000

interface Row {
  readonly question: string
  readonly answer: string | null
  readonly at: number
  /** 1: it has changed something, whether or not it was answered; 2: and then it failed. */
  readonly changed: 0 | 1 | 2
}

/** Answers to questions with an Idempotency-Key. */
export class SqliteKeptAnswers implements Synchronous<KeptAnswers> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  begin(hash: string, question: string, now: number): KeptAnswer {
    const row = this.#statements.get<Row>(
      'SELECT question, answer, at, changed FROM kept_answers WHERE hash = ?',
      hash,
    )
    const age = row ? now - row.at : keptMs
    // Nobody answers it any more; what has changed nothing can be done as if it had not been asked.
    const isCutOff = row !== undefined && row.answer === null && (age >= underWayMs || row.changed === 2)
    if (!row || age >= keptMs || (isCutOff && row.changed === 0)) {
      this.#statements.run(
        `INSERT INTO kept_answers (hash, question, answer, at, changed) VALUES (?, ?, NULL, ?, 0)
         ON CONFLICT (hash) DO UPDATE SET question = excluded.question, answer = NULL, at = excluded.at, changed = 0`,
        hash,
        question,
        now,
      )
      return { kind: 'new' }
    }
    if (row.question !== question) return { kind: 'other' }
    if (isCutOff) return { kind: 'cut-off' }
    return row.answer === null ? { kind: 'under-way' } : { kind: 'known', answer: row.answer }
  }

  /** Marks a question in the transaction of what it has changed; see doAskedOnce(). */
  changed(hash: string): void {
    this.#statements.run('UPDATE kept_answers SET changed = 1 WHERE hash = ? AND changed = 0', hash)
  }

  end(hash: string, answer: string): void {
    this.#statements.run('UPDATE kept_answers SET answer = ? WHERE hash = ?', answer, hash)
  }

  drop(hash: string): void {
    this.#statements.run('DELETE FROM kept_answers WHERE hash = ? AND answer IS NULL AND changed = 0', hash)
    // Older versions know no 2, and take it for one that was cut off as soon as nobody can be at it any more.
    this.#statements.run('UPDATE kept_answers SET changed = 2 WHERE hash = ? AND answer IS NULL', hash)
  }
}
