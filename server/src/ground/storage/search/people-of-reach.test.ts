import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { MailTally, SearchPage } from '#services/search/search-store.ts'
import { openTestSite } from '../../../test-site.ts'
import { databaseName } from '../database/open-database.ts'
import { indexPath } from './open-search.ts'
import { SearchService } from './search-service.ts'

const start = Date.UTC(2026, 4, 1)
const domain = 'one.test'

/** A site with people of a domain, of which the first `grouped` are in a group. */
function open(people: number, grouped: number) {
  const it = openTestSite()
  const { stores } = it
  const { folder } = it.site
  const address = (i: number) => `p${i}@${domain}`
  stores.transaction(() => {
    const of = { settings: {}, locked: [] }
    stores.directory.putTenant({ id: 'house', parent: null, level: 'operator', name: '', ...of })
    stores.directory.putTenant({ id: 'one', parent: 'house', level: 'customer', name: '', ...of })
    stores.directory.putDomain(
      { name: domain, tenant: 'one', nextHop: 'smtp://192.0.2.1', settings: {} },
      start,
    )
    const user = (key: string, owner: string) => ({
      address: key,
      domain,
      kind: key === owner ? ('user' as const) : ('alias' as const),
      owner,
      displayName: '',
      settings: {},
    })
    const all = Array.from({ length: people }, (_each, i) => user(address(i), address(i)))
    stores.directory.putUsers([...all, user(`info@${domain}`, address(0))], start)
    stores.directory.putGroup(
      { id: `${domain}/staff`, domain, name: 'Staff', settings: {} },
      all.slice(0, grouped).map((each) => each.address),
    )
  })
  const service = new SearchService({
    ledgerPath: join(folder, databaseName),
    indexPath: indexPath(folder, ''),
    mode: 'write',
  })
  const call = <Answer>(store: string, method: string, ...values: unknown[]): Answer => {
    const answer = service.answer({ id: 1, store, method, values })
    if ('error' in answer) throw new Error(answer.error.text)
    return answer.value as Answer
  }
  return {
    it,
    address,
    call,
    index() {
      while (call<number>('index', 'advance', 1000) > 0);
    },
    subjects: (within: Reach) =>
      call<SearchPage>('search', 'find', { within }, null, 1000, 60_000)
        .lines.map((each) => each.subject)
        .sort(),
    send(rcptTo: string, subject = `to ${rcptTo}`, tenant = 'one') {
      it.accept({ message: { subject }, deliveries: [{ rcptTo, tenant }] })
    },
    [Symbol.dispose]() {
      service.close()
      it[Symbol.dispose]()
    },
  }
}

const staff: Reach = { tenants: ['one'], domains: [`group:${domain}/staff`] }

describe('mail of groups and people in the index', () => {
  for (const [size, grouped] of [
    ['that is asked for address by address', 2],
    ['that is too large for that', 600],
  ] as const)
    test(`a group ${size} has what came to its people, at their tenant, under every address`, () => {
      using opened = open(grouped + 1, grouped)
      const { address, send, subjects } = opened
      const own = [address(0), address(1), 'P1@One.test', `info@${domain}`, 'p1+shop@one.test']
      for (const each of own) send(each)
      send(address(grouped))
      send(address(0), 'of another tenant', 'two')
      opened.it.accept({
        message: { subject: 'sent', direction: 'outbound', mailFrom: address(1) },
        deliveries: [{ rcptTo: 'x@far.test', tenant: 'one', direction: 'outbound' }],
      })
      const wanted = [...own.map((each) => `to ${each}`), 'sent'].sort()
      assert.deepEqual(subjects(staff), wanted, 'before the index has it')
      opened.index()
      assert.deepEqual(subjects(staff), wanted)
      assert.deepEqual(subjects({ tenants: ['one'], domains: [`user:${address(1)}`] }), [
        'sent',
        'to P1@One.test',
        'to p1+shop@one.test',
        `to ${address(1)}`,
      ])
      const rest = { tenants: ['one'], domains: [`user:${address(grouped)}`, 'other.test'] }
      assert.deepEqual(subjects(rest), [`to ${address(grouped)}`])
      assert.deepEqual(subjects({ tenants: ['two'], domains: [`group:two.test/staff`] }), [])
    })

  test('what a group got is counted by verdict', () => {
    using opened = open(3, 2)
    for (const [i, verdict] of ['spam', 'spam', 'clean'].entries())
      opened.it.accept({
        message: {
          explanation: { verdict, score: 0, findings: [], facts: {}, timings: {}, changes: [] } as never,
        },
        deliveries: [{ rcptTo: opened.address(i), tenant: 'one' }],
      })
    opened.index()
    const { total, verdicts } = opened.call<MailTally>('search', 'tally', { within: staff }, null, 60_000)
    assert.deepEqual([total, verdicts], [2, { spam: 2 }])
  })
})
