import type { SQLInputValue } from 'node:sqlite'
import type { Statements } from './statements.ts'

/** What a table of counts by day is made of. */
export interface DailyTable<Row extends { readonly day: string }> {
  readonly name: string
  /** Columns that tell rows apart, `day` among them. */
  readonly key: readonly string[]
  /** The column that counts. */
  readonly count: string
  /** Values of `key`, in its order. */
  readonly valuesOf: (row: Row) => SQLInputValue[]
  readonly countOf: (row: Row) => number
  /** What is kept of a row on a day that is full. */
  readonly withoutDetail: (row: Row) => Row
  /** Rows of one day: strangers decide how many kinds there are, and must not fill the disk. */
  readonly most: number
}

/** Adds to counts by day. From so many rows on a day's others are counted without their detail. */
export class DailyRows<Row extends { readonly day: string }> {
  readonly #statements: Statements
  readonly #table: DailyTable<Row>
  /** Rows of the day that was written last: counting them for each row would hold up mail. */
  #counted = { day: '', rows: 0 }

  constructor(statements: Statements, table: DailyTable<Row>) {
    this.#statements = statements
    this.#table = table
  }

  add(rows: readonly Row[]): void {
    const { most, withoutDetail } = this.#table
    for (const row of rows) {
      if (this.#addTo(row)) continue
      const isFull = this.#rowsOf(row.day) >= most
      const kept = isFull ? withoutDetail(row) : row
      if (!isFull || !this.#addTo(kept)) this.#insert(kept)
    }
  }

  #rowsOf(day: string): number {
    if (this.#counted.day !== day) {
      const sql = `SELECT count(*) AS rows FROM ${this.#table.name} WHERE day = ?`
      this.#counted = { day, rows: this.#statements.get<{ rows: number }>(sql, day)?.rows ?? 0 }
    }
    return this.#counted.rows
  }

  /** Adds to a row that is there; false: there is none. */
  #addTo(row: Row): boolean {
    const { name, key, count, countOf, valuesOf } = this.#table
    const same = key.map((each) => `${each} = ?`).join(' AND ')
    const sql = `UPDATE ${name} SET ${count} = ${count} + ? WHERE ${same}`
    return this.#statements.run(sql, countOf(row), ...valuesOf(row)) > 0
  }

  #insert(row: Row): void {
    const { name, key, count, countOf, valuesOf } = this.#table
    this.#statements.run(
      `INSERT INTO ${name} (${key.join(', ')}, ${count}) VALUES (${key.map(() => '?').join(', ')}, ?)`,
      ...valuesOf(row),
      countOf(row),
    )
    this.#counted.rows += 1
  }
}
