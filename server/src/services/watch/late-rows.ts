import type { MeasuredLine } from '#ground/platform/measured-line.ts'
import type { MeasuredRow } from './measure-store.ts'

/** What of a row has been taken. */
type Taken = Pick<MeasuredLine, 'count' | 'sumMs' | 'steps'>

/**
 * Tells what is new in rows that are read again and again. A process that hardly gets to run, or waits for a disk or a
 * lock, writes down what it measured when the period is long over: just what such a process has to say must not be lost.
 */
export class LateRows {
  readonly #taken = new Map<string, { readonly at: number; readonly line: Taken }>()

  /** Answers what none of the earlier rows held; of one that has grown, the growth. */
  take(rows: readonly MeasuredRow[]): MeasuredRow[] {
    return rows.flatMap((row) => {
      const key = keyOf(row)
      const before = this.#taken.get(key)?.line
      this.#taken.set(key, { at: row.at, line: row })
      if (before === undefined) return [row]
      const count = row.count - before.count
      if (count <= 0) return []
      const steps = row.steps.map((each, index) => each - (before.steps[index] ?? 0))
      return [{ ...row, count, sumMs: row.sumMs - before.sumMs, steps }]
    })
  }

  /** Drops what is not read again. */
  forget(before: number): void {
    for (const [key, { at }] of this.#taken) if (at < before) this.#taken.delete(key)
  }
}

function keyOf({ at, node, name, direction, tenants, hop }: MeasuredRow): string {
  return [at, node, name, direction, tenants, hop].join('\n')
}
