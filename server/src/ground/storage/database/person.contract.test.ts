import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eraseOrderOf } from '#doors/cli/person.ts'
import { erasePerson } from '#services/person/erase-person.ts'
import { exportPerson } from '#services/person/export-person.ts'
import type { PersonRecord } from '#services/person/person-store.ts'
import { openTestSite } from '../../../test-site.ts'
import { personOf } from './refused-people.ts'

async function house() {
  const it = openTestSite()
  const { directory } = it.site
  const plain = { name: '', settings: {}, locked: [] }
  await directory.putTenant({ id: 'house', parent: null, level: 'operator', ...plain })
  await directory.putDomain({ name: 'shop.test', tenant: 'house', nextHop: 'mx', settings: {} }, 1)
  const user = { domain: 'shop.test', kind: 'user', displayName: 'Bea', settings: {} } as const
  await directory.putUsers(
    [
      { ...user, address: 'bea@shop.test', owner: 'bea@shop.test' },
      { ...user, kind: 'alias', address: 'sales@shop.test', owner: 'bea@shop.test' },
      { ...user, address: 'bea2@shop.test', owner: 'bea2@shop.test' },
    ],
    1,
  )
  return it
}

const refused = {
  at: 1_800_000_000_000,
  mailFrom: 'a@far.test',
  client: { ip: '192.0.2.1', helo: 'x', tls: null } as never,
  detail: null,
  tenant: 'house',
  stage: 'RCPT',
  code: 550,
  enhanced: '5.1.1',
  reason: 'unknown-recipient',
  subject: 'hers',
  headerMessageId: '',
}

describe('what is kept about a person', () => {
  test('is handed out whole, and of nobody else', async () => {
    using it = await house()
    const his = [
      it.accept({ deliveries: [{ rcptTo: 'Bea@shop.test' }] }),
      it.accept({ deliveries: [{ rcptTo: 'bea+news@shop.test' }] }),
      it.accept({ deliveries: [{ rcptTo: 'sales@shop.test' }] }),
      it.accept({ message: { mailFrom: 'bea@shop.test' }, deliveries: [{ rcptTo: 'x@far.test' }] }),
    ]
    it.accept({ deliveries: [{ rcptTo: 'bea2@shop.test' }] })
    it.accept({ deliveries: [{ rcptTo: 'bea+x@other.test' }] })
    const records: PersonRecord[] = []
    for await (const each of exportPerson(it.site, 'sales@shop.test')) records.push(each)
    const ids = (kind: string, key: string) =>
      records.filter((each) => each.kind === kind).map((each) => each.data[key])
    assert.deepEqual(ids('received', 'message_id').sort(), his.slice(0, 3).sort())
    assert.deepEqual(ids('sent', 'id'), his.slice(3))
    assert.deepEqual(ids('directory', 'address').sort(), ['bea@shop.test', 'sales@shop.test'])
    assert.ok(!JSON.stringify(records).includes('bea2@'))
  })

  test('an alias in another domain is his too', async () => {
    using it = await house()
    const { directory } = it.site
    await directory.putDomain({ name: 'more.test', tenant: 'house', nextHop: 'mx', settings: {} }, 1)
    const alias = { domain: 'more.test', kind: 'alias', displayName: '', settings: {} } as const
    await directory.putUsers([{ ...alias, address: 'bea@more.test', owner: 'bea@shop.test' }], 1)
    const id = it.accept({
      deliveries: [{ rcptTo: 'bea@more.test', state: 'discarded', reason: 'retention' }],
    })
    const found: unknown[] = []
    for await (const { kind, data } of exportPerson(it.site, 'sales@shop.test'))
      if (kind === 'received') found.push(data.message_id)
    assert.deepEqual(found, [id])
    await erasePerson(eraseOrderOf(it.site), 'bea@shop.test')
    assert.equal(await directory.user('bea@more.test'), null)
  })

  test('within tenants nothing of others is told, counted or changed', async () => {
    using it = await house()
    const own = { state: 'discarded', reason: 'retention', tenant: 'house' } as const
    const sent = { mailFrom: 'bea@shop.test' }
    it.accept({ deliveries: [{ ...own, rcptTo: 'bea@shop.test' }] })
    it.accept({ message: sent, deliveries: [{ ...own, rcptTo: 'x@far.test' }] })
    const other = it.accept({ message: sent, deliveries: [{ ...own, tenant: 'two', rcptTo: 'c@two.test' }] })
    const both = it.accept({
      message: sent,
      deliveries: [
        { ...own, rcptTo: 'c@shop.test' },
        { ...own, tenant: 'two', rcptTo: 'c@two.test' },
      ],
    })
    it.accept({ deliveries: [{ rcptTo: 'bea@shop.test', tenant: 'two' }] })
    const { person } = it.stores
    const [names, tenants] = [['bea@shop.test'], ['house']]
    assert.deepEqual(
      (['received', 'sent'] as const).map((kind) => person.count(names, kind, tenants)),
      [1, 2],
    )
    assert.equal(person.list(names, 'sent', '', 10, tenants).records.length, 2)
    assert.deepEqual([person.countOpen(names, tenants), person.countOpen(names, null)], [0, 1])
    const erased = [{ address: 'bea@shop.test', pseudonym: 'erased-1@shop.test' }]
    const erase = (of: readonly string[] | null) => it.stores.transaction(() => person.erase(erased, 100, of))
    assert.equal(erase(tenants), 2)
    assert.equal(erase(tenants), 0)
    const rows = it.stores.database.prepare('SELECT id FROM messages WHERE mail_from = ? ORDER BY id')
    assert.deepEqual(
      rows.all('bea@shop.test').map(({ id }) => id),
      [other, both].sort(),
    )
    assert.equal(erase(null), 2)
  })

  test('is taken out: directory, ledger, refusals; the books balance and others keep what is theirs', async () => {
    using it = await house()
    const settled = it.accept({
      message: {
        subject: 'her subject',
        headerFrom: 'a@far.test',
        edits: [{ kind: 'prepend', line: 'Received: from x\r\n\tfor <bea@shop.test>' }],
      },
      deliveries: [{ rcptTo: 'BEA+tag@shop.test', state: 'discarded', reason: 'deleted-by-hand' }],
    })
    const shared = it.accept({
      message: { subject: 'their subject' },
      deliveries: [
        { rcptTo: 'bea@shop.test', state: 'discarded', reason: 'deleted-by-hand' },
        { rcptTo: 'bea2@shop.test', state: 'discarded', reason: 'deleted-by-hand' },
      ],
    })
    const waiting = it.accept({ deliveries: [{ rcptTo: 'sales@shop.test' }] })
    const refusal = { ...refused, at: Date.now() }
    it.stores.transaction(() => {
      for (const [id, rcptTo] of [
        ['0000000000000001', 'bea@shop.test'],
        ['0000000000000002', 'c@shop.test,Bea@shop.test'],
        ['0000000000000003', 'c@shop.test,xbea@shop.test'],
        ['0000000000000004', 'bea2@shop.test, Bea@shop.test'],
        ['0000000000000005', 'bea@shop.test, sales@shop.test'],
      ] as const)
        it.stores.refusals.recordRefusals([{ ...refusal, id, rcptTo, text: `no ${rcptTo}` }])
      it.stores.statistics.addRefused(it.stores.statistics.gatherRefused(100))
    })
    const foundBy = (id: string) =>
      it.stores.database.prepare('SELECT person FROM refused_people WHERE id = ?').all(id)
    const [withOther, toBothOfHers] = ['0000000000000004', '0000000000000005'] as const
    assert.deepEqual([foundBy(withOther).length, foundBy(toBothOfHers).length], [2, 2])

    const order = eraseOrderOf(it.site)
    const { records, open, pseudonyms } = await erasePerson(order, 'bea@shop.test')
    assert.ok(records >= 6)
    assert.equal(open, 1, 'what waits keeps its recipient')
    assert.equal(
      foundBy(withOther).length,
      1,
      'what was refused to her and another is found by the other alone',
    )
    assert.deepEqual(foundBy(toBothOfHers), [], 'by none of her addresses')
    const [day, line] = [Math.floor(refusal.at / 86_400_000) * 86_400_000, 100]
    const ofOther = {
      reach: { tenants: ['house'], domains: ['user:bea2@shop.test'] },
      without: [],
      day,
      line,
    }
    const { sums } = it.stores.statistics.countRefused(
      { ...ofOther, plain: ['bea2@shop.test'], since: 0, until: refusal.at + 1 },
      null,
      100,
    )
    assert.equal(
      sums.reduce((sum, each) => sum + each.deliveries, 0),
      1,
      'and is still counted for the other',
    )
    assert.equal(await it.site.directory.user('bea@shop.test'), null)
    assert.ok(await it.site.directory.user('bea2@shop.test'))

    const tables = ['messages', 'deliveries', 'events', 'refusals', 'users']
    const all = tables.map((each) =>
      JSON.stringify(it.stores.database.prepare(`SELECT * FROM ${each}`).all()),
    )
    const left = all.join().toLowerCase().split('bea@').length - 1
    assert.equal(left, 2, 'only the name that merely contains hers, and what it was told')
    assert.ok(!all.join().includes('bea+tag') && !all.join().toLowerCase().includes('her subject'))
    assert.ok(all.join().includes('xbea@shop.test') && all.join().includes('their subject'))
    assert.ok(all.join().includes('sales@shop.test'), 'the waiting delivery')
    for (const id of [settled, shared, waiting]) assert.ok(await it.site.ledger.read(id))
    assert.ok(pseudonyms.every((each) => /^erased-[0-9a-f]{12}@shop\.test$/.test(each)))
    const audit = JSON.stringify(await it.site.access.audit(null, null, 1))
    assert.ok(audit.includes('person-erased') && !audit.includes('bea@'))
    assert.equal((await erasePerson(order, 'bea@shop.test')).records, 0, 'a second time finds nothing')
  })

  test('erased between being read and being added to what is found by person, she is not found', async () => {
    using it = await house()
    const { refusals, statistics, database } = it.stores
    const [id, other] = ['0000000000000006', '0000000000000007'] as const
    const record = (id: string, rcptTo: string) =>
      it.stores.transaction(() => refusals.recordRefusals([{ ...refused, id, rcptTo, text: '' }]))
    record(id, 'bea@shop.test, bea2@shop.test')
    record(other, 'c@shop.test, bea2@shop.test')
    const gathered = statistics.gatherRefused(100)
    await erasePerson(eraseOrderOf(it.site), 'bea@shop.test')
    const add = (read: typeof gathered) => it.stores.transaction(() => statistics.addRefused(read))
    assert.equal(add(gathered), false, 'it is read anew')
    const count = () => database.prepare('SELECT count(*) AS n FROM refused_people').get()?.n
    assert.equal(count(), 0)
    const again = statistics.gatherRefused(100)
    assert.equal(add(again), true)
    assert.equal(count(), 4, 'the others of it, and who stands in her place')
    const hers = database.prepare('SELECT 1 FROM refused_people WHERE person = ?')
    assert.equal(hers.get(personOf('bea@shop.test')), undefined)
    assert.ok(hers.get(personOf('bea2@shop.test')))
  })

  test('user sync: what was pushed, sent in and written of runs is handed out and taken out; sources are named', async () => {
    using it = await house()
    const { sync, scim, directory } = it.site
    const at = Date.now()
    const plain = { tenant: 'house', settings: {}, domains: null, takesOver: false, secret: '' } as const
    for (const kind of ['scim', 'csv'] as const)
      await sync.addSource({ id: kind, name: `By ${kind}`, kind, createdAt: at, createdBy: 'x', ...plain })
    await sync.putFile(
      'csv',
      'address,name\nBEA@shop.test,Bea\nbea2@shop.test,B\nbea@shop.test.far,Bea Other\nİpek@shop.test,İpek\n',
    )
    const push = (id: string, userName: string, emails: readonly string[], externalId = '') => {
      const name = { formatted: '', givenName: '', familyName: '' }
      const each = (value: string, n: number) => ({ value, type: 'work', primary: n === 0 })
      const body = {
        userName,
        externalId,
        displayName: userName,
        name,
        emails: emails.map(each),
        active: true,
      }
      const write = { id, body, keys: [], members: { add: [], remove: [], set: null }, seen: null }
      return scim.put('scim', 'user', write, { at, dueAt: at, mostBytes: 1 << 20 })
    }
    await push('bea', 'B.Lee', ['SMTP:Bea@shop.test;smtp:sales@shop.test'])
    await push('boss', 'boss', ['boss@shop.test', 'bea@shop.test'], '7')
    await push('bea2', 'bea2@shop.test', ['bea2@shop.test'])
    await push('far', 'bea@shop.test.far', ['bea@shop.test.far'])
    await sync.queueRun({
      ...{
        id: 'run',
        source: 'csv',
        tenant: 'house',
        kind: 'run',
        orderedBy: 'x',
        confirms: null,
        queuedAt: at,
      },
    })
    const row = {
      domain: 'shop.test',
      kind: 'user',
      displayName: 'Bea',
      groups: [],
      externalId: '7',
    } as const
    const line = (n: number, address: string, owner = address) => ({
      ...({ n, kind: 'add', address, before: null, after: { ...row, address, owner }, why: '' } as const),
    })
    const why = 'is named by bea@shop.test too; it belongs to ann@shop.test'
    const skipped = {
      n: 4,
      kind: 'skipped',
      address: 'team@shop.test',
      before: null,
      after: null,
      why,
    } as const
    const more = Array.from({ length: 600 }, (_, n) => line(n + 10, `x${n}bea@shop.test`))
    await sync.addLines('run', [
      ...[line(1, 'bea@shop.test'), line(2, 'old@shop.test', 'bea@shop.test'), line(3, 'bea2@shop.test')],
      ...[skipped, line(5, 'bea@shop.test.far')],
      ...more,
    ])

    const people = 'INSERT INTO sync_people (address, source, external_id, groups) VALUES (?, ?, ?, ?)'
    it.stores.database.prepare(people).run('bea@shop.test', 'csv', '7', '[]')

    const handedOut = async (address = 'bea@shop.test') => {
      const records: PersonRecord[] = []
      for await (const each of exportPerson(it.site, address)) records.push(each)
      return records
        .filter(({ kind }) => kind === 'source')
        .map(({ data }) => `${data.table} ${data.id ?? data.line ?? data.address}`)
    }
    assert.deepEqual(await handedOut('sales@shop.test'), [
      'sync_people bea@shop.test',
      'scim_resources bea',
      'scim_resources boss',
      'sync_files BEA@shop.test,Bea',
      'sync_lines bea@shop.test',
      'sync_lines old@shop.test',
      'sync_lines team@shop.test',
    ])
    const order = eraseOrderOf(it.site)
    const erase = async () => {
      const { sources } = await erasePerson(order, 'bea@shop.test')
      return sources.map(({ id, isHimself }) => `${id} ${isHimself}`).sort()
    }
    assert.deepEqual(await erase(), ['csv true', 'scim true'])
    assert.deepEqual(
      await handedOut(),
      ['scim_resources boss', 'sync_files BEA@shop.test,Bea'],
      'what is not his alone, nor of one who has his id in another source',
    )
    assert.deepEqual(await erase(), ['csv true', 'scim false'], 'an address of his at somebody else')
    assert.ok(await scim.resource('scim', 'user', 'bea2'))
    const left = await sync.lines('run', { kinds: null, text: '', after: 0, limit: 1000 })
    assert.deepEqual(
      [left.length, left[0]?.address, left[1]?.address],
      [602, 'bea2@shop.test', 'bea@shop.test.far'],
    )
    await sync.removeSource('csv')
    await scim.remove('scim', 'user', 'boss', { at, dueAt: at, mostBytes: 1 })
    assert.deepEqual(await erase(), [], 'who is gone brings nobody back')
    assert.equal(await directory.user('bea@shop.test'), null)
  })
})
