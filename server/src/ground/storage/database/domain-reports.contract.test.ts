import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NewDomainReport } from '#flow/spool/domain-report.ts'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import type { DomainReportStore } from '#services/domain-reports/domain-report-store.ts'
import { watchDomainReports } from '#services/domain-reports/watch-domain-reports.ts'
import { openTestSite } from '../../../test-site.ts'
import { takeDomainReport } from './sqlite-domain-report-store.ts'
import { Statements } from './statements.ts'

const dayMs = 86_400_000
const now = 1_800_000_000_000

describe('reports about domains, kept', () => {
  let n = 0
  function take(it: ReturnType<typeof openTestSite>, at: number, more: Partial<NewDomainReport>): void {
    const id = String(++n).padStart(16, '0')
    const report: NewDomainReport = {
      ...{ tenant: 'one', domain: 'one.test', organization: 'Receiver', reportId: id },
      ...{ kind: 'dmarc', begin: at - dayMs, end: at, isProven: true, rows: [], ...more },
    }
    it.stores.transaction(() =>
      takeDomainReport(new Statements(it.stores.database), { id, receivedAt: at }, report),
    )
  }
  /** The store as services ask it. */
  const inStore = ({ stores }: ReturnType<typeof openTestSite>) =>
    new Proxy({} as DomainReportStore, {
      get:
        (_target, name: keyof DomainReportStore) =>
        async (...asked: never[]) =>
          (stores.domainReports[name] as (...values: never[]) => unknown).apply(stores.domainReports, asked),
    })
  const bad = (source: string, count: number) => ({
    source,
    result: 'dkim fail',
    detail: '',
    count,
    isGood: false,
  })

  test('a source that fails since lately raises an alarm; one that always did, few messages or no proof do not', async () => {
    using it = openTestSite()
    const store = inStore(it)
    take(it, now - 5 * dayMs, { rows: [bad('192.0.2.1', 50)] })
    take(it, now - 1000, {
      rows: [bad('192.0.2.1', 50), bad('192.0.2.2', 3), { ...bad('192.0.2.3', 99), isGood: true }],
    })
    take(it, now - 1000, { rows: [bad('192.0.2.4', 999)], isProven: false })
    const look = async () => {
      const alarms = createAlarms(systemClock, createSilentLog())
      await watchDomainReports(store, alarms, now, 400 * dayMs)
      return alarms.open().map((each) => `${each.subject}: ${each.text}`)
    }
    assert.deepEqual(await look(), [])
    take(it, now - 500, { domain: 'two.test', tenant: 'two', rows: [bad('192.0.2.5', 12)] })
    const [told, ...more] = await look()
    assert.match(told ?? '', /^two\.test: .*12 messages from 192\.0\.2\.5 \(dkim fail\)/)
    assert.deepEqual(more, [])
  })

  test('old ones are forgotten with their rows; lists go page by page within reach', () => {
    using it = openTestSite()
    const store = it.stores.domainReports
    for (let i = 0; i < 5; i++)
      take(it, now - i * dayMs, { rows: [bad('192.0.2.1', 1)], tenant: i % 2 ? 'one' : 'two' })
    const own = store.list({ within: { tenants: ['one'], domains: null } }, 10)
    assert.equal(own.length, 2)
    const [first] = store.list({}, 1)
    assert.ok(first)
    assert.equal(store.list({ before: first }, 10).length, 4)
    assert.equal(store.forgetBefore(now - 2 * dayMs, 10), 2)
    assert.deepEqual(
      { ...it.stores.database.prepare('SELECT count(*) AS n FROM domain_report_rows').get() },
      { n: 3 },
    )
  })
})
