import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ReportLine } from './report-store.ts'
import { showReport } from './show-report.ts'

const report = { id: 'r', tenant: 'one', reporter: 'anna@one.test', rcptTo: 'info@one.test' } as ReportLine
const stores = {
  reports: { read: async (id: string) => (id === 'r' ? report : null) },
  /** The alias is Anna's. */
  ledger: {
    addressesOf: async (names: readonly string[], addresses: readonly string[]) =>
      names.includes('user:anna@one.test') ? addresses.filter((each) => each === 'info@one.test') : [],
  },
}
const show = (...domains: string[]) => showReport(stores, 'r', { tenants: ['one'], domains })

describe('a report', () => {
  test('is seen by who has its domain or its person, and by nobody else', async () => {
    assert.equal((await show('one.test')).id, 'r')
    assert.equal((await show('two.test', 'user:anna@one.test')).id, 'r')
    await assert.rejects(show('two.test', 'user:bert@one.test'), { code: 'not-found' })
    await assert.rejects(showReport(stores, 'other'), { code: 'not-found' })
  })
})
