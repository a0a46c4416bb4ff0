import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { shownPersonKeys } from '#ground/mail/person-name.ts'
import { publishSnapshot } from '#services/directory/publish-snapshot.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { AcquaintanceReader } from './acquaintance-reader.ts'
import { forgetAcquaintances } from './database/acquaintance-rows.ts'
import { databaseName, openDatabase } from './database/open-database.ts'
import { Statements } from './database/statements.ts'

const day = 86_400_000

/** Two tenants with a domain and a person each. */
async function openTwoTenants(): Promise<TestSite> {
  const it = openTestSite()
  const { directory } = it.site
  const put = async (id: string, domain: string, displayName: string) => {
    await directory.putTenant({ id, parent: null, level: 'customer', name: id, settings: {}, locked: [] })
    await directory.putDomain({ name: domain, tenant: id, nextHop: 'maildir:x', settings: {} } as never, 0)
    const address = `anna@${domain}`
    await directory.putUsers(
      [{ address, domain, kind: 'user', owner: address, displayName, settings: {} }],
      0,
    )
  }
  await put('one', 'one.test', 'Anna Weber')
  await put('two', 'two.test', 'Jane Smith')
  await publish(it)
  return it
}

async function publish(it: TestSite): Promise<void> {
  await publishSnapshot({
    directory: it.site.directory,
    snapshots: it.site.snapshots,
    alarms: { open: () => [], raise: () => {}, clear: () => {} } as never,
    shrinkPercent: 10,
    graceMs: day,
    now: () => Date.now(),
  })
}

function deliver(it: TestSite, tenant: string, author: string, at: number, extras: object = {}): void {
  it.accept({
    at,
    message: {
      explanation: {
        verdict: 'clean',
        score: 0,
        findings: [],
        facts: { sender: { author }, dmarc: { result: 'pass' } },
        timings: {},
      },
    },
    deliveries: [{ tenant, rcptTo: `anna@${tenant}.test`, ...extras }],
  })
}

describe('whom a tenant knows', () => {
  test('delivered mail makes its author known to that tenant and to no other', async () => {
    using it = await openTwoTenants()
    const reader = new AcquaintanceReader(it.site.folder)
    const now = Date.now()
    assert.equal(reader.known('anna@one.test', 'bob@partner.example'), null)
    deliver(it, 'one', 'bob@partner.example', now - 2 * day)
    deliver(it, 'one', 'bob@partner.example', now)
    assert.deepEqual(reader.known('anna@one.test', 'bob@partner.example'), {
      firstAt: now - 2 * day,
      lastAt: now,
      mails: 2,
      proven: 2,
    })
    assert(reader.isDomainKnown('anna@one.test', 'partner.example'))
    assert.equal(reader.known('anna@two.test', 'bob@partner.example'), null)
    assert(!reader.isDomainKnown('anna@two.test', 'partner.example'))
    assert.equal(reader.known('anna@nobody.test', 'bob@partner.example'), null)
    reader.close()
  })

  test('mail that is set aside makes nobody known', async () => {
    using it = await openTwoTenants()
    const reader = new AcquaintanceReader(it.site.folder)
    deliver(it, 'one', 'mallory@evil.example', Date.now(), {
      state: 'quarantined',
      reason: 'score',
      dueAt: null,
    })
    assert.equal(reader.known('anna@one.test', 'mallory@evil.example'), null)
    reader.close()
  })

  test('people are found by their names, by their own tenant only', async () => {
    using it = await openTwoTenants()
    const reader = new AcquaintanceReader(it.site.folder)
    assert.deepEqual(
      { ...reader.peopleNamed('anna@two.test', 'jane smlth')[0] },
      { address: 'anna@two.test' },
    )
    assert.deepEqual(reader.peopleNamed('anna@one.test', 'jane smlth'), [])
    reader.close()
  })

  test('names follow the directory from one snapshot to the next', async () => {
    using it = await openTwoTenants()
    const put = (address: string, displayName: string) =>
      it.site.directory.putUsers(
        [{ address, domain: 'two.test', kind: 'user', owner: address, displayName, settings: {} }],
        1,
      )
    await put('anna@two.test', 'Jane Miller')
    await put('ben@two.test', 'Ben Smith')
    await publish(it)
    await put('new@two.test', 'Nora Lake')
    await publish(it)
    const reader = new AcquaintanceReader(it.site.folder)
    const named = (name: string) =>
      reader.peopleNamed('x@two.test', shownPersonKeys(name)[0]?.key ?? '').map((each) => each.address)
    assert.deepEqual(['Jane Smith', 'Jane Miller', 'Ben Smith', 'Lake, Nora'].map(named), [
      [],
      ['anna@two.test'],
      ['ben@two.test'],
      ['new@two.test'],
    ])
    reader.close()
  })

  test('who wrote once is forgotten after two months, others after a year; a flood loses its oldest', async () => {
    using it = await openTwoTenants()
    const now = 20_000 * day + 30_000
    using database = openDatabase(join(it.site.folder, databaseName), 'write')
    const rows = new Statements(database)
    const count = () => rows.get<{ n: number }>('SELECT count(*) AS n FROM acquaintances')?.n
    deliver(it, 'one', 'once@a.example', now - 70 * day)
    deliver(it, 'one', 'twice@a.example', now - 70 * day)
    deliver(it, 'one', 'twice@a.example', now - 70 * day)
    assert.equal(forgetAcquaintances(rows, now, 100), 1)
    assert.equal(count(), 1)
    for (let i = 0; i < 20; i++) deliver(it, 'one', `flood${i}@b.example`, now)
    assert.equal(forgetAcquaintances(rows, now, 100, 15), 6)
    assert.equal(count(), 15)
    assert.equal(rows.get("SELECT 1 FROM acquaintances WHERE author = 'twice@a.example'"), undefined)
    assert.equal(forgetAcquaintances(rows, now + 500 * day, 100), 15)
  })
})
