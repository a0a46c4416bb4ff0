import type { KeptAnswer, KeptAnswers } from '#services/access/kept-answers.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** How long an answer is kept, and how long a question without one counts as being answered. */
const keptMs = 86_400_000
const underWayMs = 60_000

/** Answers to questions with an Idempotency-Key. */
export class SqliteKeptAnswers implements Synchronous<KeptAnswers> {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  begin(hash: string, question: string, now: number): KeptAnswer {
    const row = this.#statements.get<{ question: string; answer: string | null; at: number }>(
      'SELECT question, answer, at FROM kept_answers WHERE hash = ?',
      hash,
    )
    const counts = row && (row.answer === null ? now - row.at < underWayMs : now - row.at < keptMs)
    if (!counts) {
      this.#statements.run(
        `INSERT INTO kept_answers (hash, question, answer, at) VALUES (?, ?, NULL, ?)
         ON CONFLICT (hash) DO UPDATE SET question = excluded.question, answer = NULL, at = excluded.at`,
        hash,
        question,
        now,
      )
      return { kind: 'new' }
    }
    if (row.question !== question) return { kind: 'other' }
    return row.answer === null ? { kind: 'under-way' } : { kind: 'known', answer: row.answer }
  }

  end(hash: string, answer: string): void {
    this.#statements.run('UPDATE kept_answers SET answer = ? WHERE hash = ?', answer, hash)
  }

  drop(hash: string): void {
    this.#statements.run('DELETE FROM kept_answers WHERE hash = ? AND answer IS NULL', hash)
  }
}
