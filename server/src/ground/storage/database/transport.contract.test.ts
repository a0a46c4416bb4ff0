import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TlsResultRow } from '#services/daily-reports/daily-report-store.ts'
import { openTestSite } from '../../../test-site.ts'
import { SqliteDailyReportStore } from './sqlite-daily-report-store.ts'
import { SqliteStsPolicyStore } from './sqlite-sts-policy-store.ts'
import { Statements } from './statements.ts'

const row = (domain: string, result: string, ip = '192.0.2.1'): TlsResultRow => ({
  day: '2026-11-21',
  domain,
  policyType: 'sts',
  policyText: 'version: STSv1',
  policyHosts: `mx.${domain}`,
  result,
  reason: '',
  sourceIp: '198.51.100.1',
  host: `mx.${domain}`,
  ip,
  sessions: 2,
})

describe('what is kept of transport security', () => {
  test('a policy is found as it was kept, a newer one takes its place, one whose time is over goes', () => {
    using it = openTestSite()
    const store = it.stores.stsPolicies
    const policy = { domain: 'a.example', id: '1', text: 'version: STSv1', fetchedAt: 10, expiresAt: 20 }
    assert.equal(store.find('a.example'), null)
    it.stores.transaction(() => store.keep(policy))
    it.stores.transaction(() => store.keep({ ...policy, id: '2', expiresAt: 30 }))
    assert.deepEqual({ ...store.find('a.example') }, { ...policy, id: '2', expiresAt: 30 })
    assert.equal(
      it.stores.transaction(() => store.forgetBefore(30)),
      0,
    )
    assert.equal(
      it.stores.transaction(() => store.forgetBefore(31)),
      1,
    )
  })

  test('beyond the bound the policies that end first make room', () => {
    using it = openTestSite()
    const store = new SqliteStsPolicyStore(new Statements(it.stores.database), 2)
    for (const [domain, expiresAt] of [
      ['a', 30],
      ['b', 10],
      ['c', 20],
    ] as const)
      store.keep({ domain, id: '1', text: '', fetchedAt: 0, expiresAt })
    assert.deepEqual(
      ['a', 'b', 'c'].map((each) => store.find(each) !== null),
      [true, false, true],
    )
  })

  test('results of a day add up, and a report that is noted is not due any more', () => {
    using it = openTestSite()
    const { dailyReports: store } = it.stores
    it.stores.transaction(() =>
      store.addResults([
        row('a.example', 'success'),
        row('b.example', 'success'),
        row('a.example', 'certificate-expired'),
      ]),
    )
    it.stores.transaction(() => store.addResults([row('a.example', 'success')]))
    assert.deepEqual(
      store.rowsOf('2026-11-21', 'a.example', 10).map(({ result, sessions }) => [result, sessions]),
      [
        ['certificate-expired', 2],
        ['success', 4],
      ],
    )
    assert.deepEqual(store.unreported('2026-11-21', '', 10), ['a.example', 'b.example'])
    assert.deepEqual(store.unreported('2026-11-20', '', 10), [])
    it.stores.transaction(() => store.noteReport('tls', '2026-11-21', 'a.example', 1, 'sent'))
    assert.deepEqual(store.unreported('2026-11-21', '', 10), ['b.example'])
    it.stores.transaction(() => store.forgetBefore('2026-11-22'))
    assert.deepEqual(store.rowsOf('2026-11-21', 'a.example', 10), [])
  })

  test('DMARC reports are due for the domain of the policy', () => {
    using it = openTestSite()
    const { dailyReports: store, dmarc } = it.stores
    const result = {
      ...{ day: '2026-11-21', authorDomain: 'news.a.example', policyDomain: 'a.example', policy: 'none' },
      ...{ ip: '192.0.2.1', mailFromDomain: '', alignedSpf: 'pass', alignedDkim: 'fail' },
      ...{ spf: 'a.example pass', dkim: '', disposition: 'none', messages: 3 },
    }
    it.stores.transaction(() => dmarc.addResults([result]))
    assert.deepEqual(store.unreportedDmarc('2026-11-21', '', 10), ['a.example'])
    assert.equal(store.dmarcRows('2026-11-21', 'a.example', 10)[0]?.messages, 3)
    it.stores.transaction(() => store.noteReport('dmarc', '2026-11-21', 'a.example', 1, 'sent'))
    assert.deepEqual(store.unreportedDmarc('2026-11-21', '', 10), [])
  })

  test('beyond the bound of a day results lose their details, and none of their sessions', () => {
    using it = openTestSite()
    const store = new SqliteDailyReportStore(new Statements(it.stores.database), 2)
    for (let n = 1; n <= 5; n++) store.addResults([row('a.example', 'success', `192.0.2.${n}`)])
    const rows = store.rowsOf('2026-11-21', 'a.example', 10)
    assert.deepEqual(
      rows.map(({ ip, sessions }) => [ip, sessions]),
      [
        ['', 6],
        ['192.0.2.1', 2],
        ['192.0.2.2', 2],
      ],
    )
  })
})
