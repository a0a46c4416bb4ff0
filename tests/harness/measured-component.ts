import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestSite } from './site.ts'

/** What a component of the status page is left with after days of tries, which no test can wait for. */
export interface MeasuredPast {
  readonly component: string
  /** Suspected since then, by tries that all fail (ms); null: it is well. */
  readonly badSince: number | null
  /** Minutes with a fault of each of so many days, today last. */
  readonly badMinutes?: readonly number[]
}

/** Writes down what would have been measured. */
export function noteMeasuredPast(site: TestSite, pasts: readonly MeasuredPast[]): void {
  const now = Math.floor(Date.now() / 60_000) * 60_000
  using database = new DatabaseSync(join(site.folder, 'data', 'mailkeep.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  const put = database.prepare(
    'INSERT OR REPLACE INTO status_measured (component, period_at, measured) VALUES (?, ?, ?)',
  )
  const add = database.prepare(
    'INSERT OR REPLACE INTO status_days (day, component, good, partial) VALUES (?, ?, ?, ?)',
  )
  for (const { component, badSince, badMinutes = [] } of pasts) {
    const isBad = badSince !== null
    const measured = {
      ...{ component, periodAt: now, suspectedSince: badSince, level: 'partial_outage', badSince },
      ...{ badPeriods: isBad ? 5 : 0, goodSince: isBad ? null : now - 3_600_000, unknownSince: null },
      ...{ lastBadAt: isBad ? now : null, words: isBad ? 'inbound of node-1: connection refused' : '' },
    }
    put.run(component, now, JSON.stringify(measured))
    for (const [index, minutes] of badMinutes.entries()) {
      const day = new Date(now - (badMinutes.length - 1 - index) * 86_400_000).toISOString().slice(0, 10)
      add.run(day, component, 1440 - minutes, minutes)
    }
  }
}
