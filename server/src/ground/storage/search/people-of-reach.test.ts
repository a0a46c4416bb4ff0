import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import type { MailTally, MessagePage, SearchPage } from '#services/search/search-store.ts'
import { openTestSite } from '../../../test-site.ts'
import { databaseName, openDatabase } from '../database/open-database.ts'
import { Statements } from '../database/statements.ts'
import { factsOf } from './fresh-facts.ts'
import { indexPath } from './open-search.ts'
import { SearchService } from './search-service.ts'
import { termsOf } from './terms.ts'

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
  const begin = () =>
    new SearchService({
      ledgerPath: join(folder, databaseName),
      indexPath: indexPath(folder, ''),
      mode: 'write',
    })
  let service = begin()
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
    /** Of refusals, as a page of messages names them. */
    refused: (within: Reach, more: object = {}) =>
      call<MessagePage>('search', 'page', { within, states: ['refused'], ...more }, null, 1000, 60_000, start)
        .messages.map((each) => each.rcptTo.join(' '))
        .sort(),
    refuse(rcptTo: string) {
      const line = {
        ...{ id: newId(start), at: start, mailFrom: 'w@far.test', rcptTo, tenant: 'one', stage: 'message' },
        ...{ client: { ip: '192.0.2.9', helo: 'x', name: null }, code: 550, enhanced: '5.7.1' },
        ...{ reason: 'policy', text: 'no', subject: '', headerMessageId: '', detail: null },
      }
      it.stores.transaction(() => it.stores.refusals.recordRefusals([line as never]))
    },
    /** Makes the index as it was before addresses without their tag, and further recipients, had terms. */
    makeOld() {
      service.close()
      const index = new DatabaseSync(indexPath(folder, ''))
      const ledger = new Statements(openDatabase(join(folder, databaseName), 'read'))
      for (const { place, id, n } of index.prepare('SELECT place, message_id AS id, n FROM entries').all()) {
        const key = { messageId: String(id), n: n === null ? null : Number(n) }
        const facts = factsOf(ledger, key)
        assert.ok(facts)
        const last = facts.rcptTo.split(', ').at(-1) ?? ''
        const base = last.replace(/\+[^@]*/, '')
        const lacked = new Set(
          [
            ...(base === last ? [] : termsOf({ ...facts, rcptTo: base }).split(' ')),
            ...(last === facts.rcptTo
              ? []
              : termsOf({ ...facts, rcptTo: facts.rcptTo.split(', ')[0] ?? '' }).split(' ')),
          ].filter((each) => /^[ro]/.test(each)),
        )
        const old = termsOf(facts)
          .split(' ')
          .filter((each) => !lacked.has(each))
        index.prepare('DELETE FROM terms WHERE rowid = ?').run(Number(place))
        index.prepare('INSERT INTO terms (rowid, known_by) VALUES (?, ?)').run(Number(place), old.join(' '))
      }
      index.exec('DROP TABLE own_terms; ALTER TABLE summed DROP COLUMN own')
      index.close()
      ledger.database.close()
      service = begin()
    },
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

  for (const grouped of [1, 600])
    test(`a refusal names those of its recipients who are in reach, beside ${grouped} in a group`, () => {
      using opened = open(grouped + 1, grouped)
      const { address, refuse, refused } = opened
      const boss = address(grouped)
      refuse(`p0+1@${domain}, ${boss}`)
      refuse(`${address(0)}, x@other.test`)
      refuse(boss)
      const named = [`p0+1@${domain}`, address(0)].sort()
      for (const round of ['before the index has it', 'from the index']) {
        assert.deepEqual(refused(staff), named, round)
        assert.deepEqual(refused(staff, { recipient: boss }), [], round)
        assert.deepEqual(refused(staff, { recipient: address(0) }), [address(0)], round)
        const ofDomain = { tenants: ['one'], domains: [domain] }
        assert.deepEqual(refused(ofDomain), [boss, `p0+1@${domain} ${boss}`, address(0)].sort(), round)
        opened.index()
      }
    })

  test('mail that an older index has is found too, by tags and by each recipient of a refusal', () => {
    using opened = open(3, 1)
    const { address, send, refuse, subjects, refused } = opened
    send(`p0+shop@${domain}`)
    refuse(`${address(0)}, x@other.test`)
    opened.index()
    opened.makeOld()
    for (const round of ['as it is', 'once it was read on']) {
      assert.deepEqual(subjects(staff), ['', `to p0+shop@${domain}`], round)
      assert.deepEqual(refused({ tenants: ['one'], domains: [domain] }), [address(0)], round)
      send(`p0+new@${domain}`, 'new', 'two')
      opened.index()
    }
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
