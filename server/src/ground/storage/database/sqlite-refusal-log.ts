import type { Refusal, RefusalLog } from '#flow/gateway/refusal-log.ts'
import type { Statements } from './statements.ts'
import type { Synchronous } from './synchronous.ts'

/** RefusalLog on SQLite. */
export class SqliteRefusalLog implements Synchronous<RefusalLog> {
  readonly #statements: Statements
  readonly #node: string

  constructor(statements: Statements, node: string) {
    this.#statements = statements
    this.#node = node
  }

  recordRefusals(refusals: readonly Refusal[]): void {
    for (const each of refusals) {
      const isNew = this.#statements.run(
        `INSERT OR IGNORE INTO refusals (id, at, node, tenant, client, mail_from, rcpt_to, stage, code, enhanced, reason, text, subject, header_message_id, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        each.id,
        each.at,
        this.#node,
        each.tenant,
        JSON.stringify(each.client),
        each.mailFrom,
        each.rcptTo,
        each.stage,
        each.code,
        each.enhanced,
        each.reason,
        each.text,
        each.subject,
        each.headerMessageId,
        each.detail === null ? null : JSON.stringify(each.detail),
      )
      if (isNew > 0) this.#statements.run('INSERT INTO refusal_log (id) VALUES (?)', each.id)
    }
  }
}
