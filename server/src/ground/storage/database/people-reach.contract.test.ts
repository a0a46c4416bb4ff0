import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { isOfPeopleAlone, principalOfManager, reachOfMail } from '#services/access/principal.ts'
import type { Reach } from '#services/ledger/ledger-store.ts'
import { readWithin } from '#services/ledger/read-within.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

for (const engine of engines) {
  describe(`mail of groups and people, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores
    let shared = ''

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const { directory } = stores
      const customer = (id: string, parent: string | null) =>
        directory.putTenant({
          id,
          parent,
          level: parent === null ? 'operator' : 'customer',
          name: id,
          settings: {},
          locked: [],
        })
      await customer('house', null)
      await customer('one', 'house')
      await customer('two', 'house')
      const user = (address: string, owner = address) => ({
        address,
        domain: address.slice(address.indexOf('@') + 1),
        kind: owner === address ? ('user' as const) : ('alias' as const),
        owner,
        displayName: '',
        settings: {},
      })
      for (const [name, tenant] of [
        ['one.test', 'one'],
        ['shop.one.test', 'one'],
        ['two.test', 'two'],
      ] as const)
        await directory.putDomain({ name, tenant, nextHop: 'smtp://192.0.2.1', settings: {} }, start)
      await directory.putUsers(
        [
          user('anna@one.test'),
          user('bert@one.test'),
          user('info@one.test', 'anna@one.test'),
          user('sales@shop.one.test', 'bert@one.test'),
          // An alias that another tenant has made for somebody who is not his.
          user('spy@two.test', 'anna@one.test'),
          user('anna+own@one.test'),
          user('zoe@two.test'),
        ],
        start,
      )
      await directory.putGroup({ id: 'one.test/staff', domain: 'one.test', name: 'Staff', settings: {} }, [
        'anna@one.test',
      ])
      await directory.putGroup({ id: 'two.test/staff', domain: 'two.test', name: 'Staff', settings: {} }, [
        'zoe@two.test',
      ])
      const aside = { state: 'quarantined', reason: 'score', dueAt: null } as const
      const mail = [
        acceptanceOf(start, { subject: 'to anna' }, { rcptTo: 'Anna@One.test', ...aside }),
        acceptanceOf(start + 1, { subject: 'to alias' }, { rcptTo: 'info@one.test', ...aside }),
        acceptanceOf(start + 2, { subject: 'to tag' }, { rcptTo: 'anna+shop@one.test', ...aside }),
        acceptanceOf(start + 3, { subject: 'to own tag' }, { rcptTo: 'anna+own@one.test', ...aside }),
        acceptanceOf(start + 4, { subject: 'to bert' }, { rcptTo: 'bert@one.test', ...aside }),
        acceptanceOf(start + 5, { subject: 'to spy' }, { rcptTo: 'spy@two.test', tenant: 'two', ...aside }),
        acceptanceOf(start + 6, { subject: 'to zoe' }, { rcptTo: 'zoe@two.test', tenant: 'two', ...aside }),
        acceptanceOf(
          start + 7,
          { subject: 'to both' },
          { rcptTo: 'anna@one.test' },
          { rcptTo: 'bert@one.test' },
        ),
        acceptanceOf(start + 8, { subject: 'by anna', direction: 'outbound', mailFrom: 'anna@one.test' }, {
          rcptTo: 'x@far.test',
          direction: 'outbound',
        } as object),
      ]
      for (const each of mail) await stores.messages.accept(each)
      shared = mail[7]?.message.id ?? ''
    })
    after(() => open.close())

    const of = (...names: string[]): Reach => ({ tenants: ['one'], domains: names })
    const found = async (within: Reach) =>
      (await stores.ledger.find({ limit: 50, since: start, within }))
        .map((each) => `${each.subject}: ${each.rcptTo.join(' ')}`)
        .sort()
    const aside = async (within: Reach) =>
      (await stores.quarantine.list({ within }, 50)).map((each) => each.subject).sort()

    test('a person has the mail of all his addresses and tags, at his tenant alone, and of a message his part', async () => {
      const annas = [
        'by anna: x@far.test',
        'to alias: info@one.test',
        'to anna: Anna@One.test',
        'to both: anna@one.test',
        'to tag: anna+shop@one.test',
      ]
      assert.deepEqual(await found(of('user:anna@one.test')), annas)
      assert.deepEqual(await found(of('group:one.test/staff')), annas)
      assert.deepEqual(await found(of('user:bert@one.test')), [
        'to bert: bert@one.test',
        'to both: bert@one.test',
      ])
      assert.deepEqual(await found(of('user:zoe@two.test', 'group:two.test/staff')), [])
      assert.deepEqual(await found({ tenants: ['two'], domains: ['user:anna@one.test'] }), [
        'to spy: spy@two.test',
      ])
    })

    test('what is set aside is listed and counted so too', async () => {
      assert.deepEqual(await aside(of('user:anna@one.test')), ['to alias', 'to anna', 'to tag'])
      const { deliveries } = await stores.quarantine.summarize(of('group:one.test/staff'), [])
      assert.equal(deliveries, 3)
      assert.deepEqual(await aside(of('group:two.test/staff')), [])
    })

    test('the books by minute have it so too', async () => {
      const booked = async (within: Reach) => {
        const minutes = await stores.ledger.minutes(start - 60_000, start + 60_000, within)
        const sumOf = (name: 'quarantined' | 'waiting') => minutes.reduce((sum, each) => sum + each[name], 0)
        return [sumOf('quarantined'), sumOf('waiting')]
      }
      assert.deepEqual(await booked(of('user:anna@one.test')), [3, 2])
      assert.deepEqual(await booked(of('group:one.test/staff')), [3, 2])
      assert.deepEqual(await booked({ tenants: ['two'], domains: ['user:anna@one.test'] }), [1, 0])
    })

    test('a refusal that names several is shown with those in reach, and found by them alone', async () => {
      const refusal = (rcptTo: string, tenant = 'one') => ({
        ...{
          id: newId(start + 50),
          at: start + 50,
          mailFrom: 'w@far.test',
          rcptTo,
          tenant,
          stage: 'message',
        },
        ...{ client: { ip: '192.0.2.9', helo: 'x', name: null }, code: 550, enhanced: '5.7.1' },
        ...{ reason: 'policy', text: 'no', subject: `refused ${rcptTo}`, headerMessageId: '', detail: null },
      })
      const lines = [
        refusal('anna+1@one.test, bert@one.test'),
        refusal('anna@one.test, sales@shop.one.test'),
        refusal('bert@one.test'),
      ]
      await stores.refusals.recordRefusals(lines as never)
      const refused = async (within: Reach, more: object = {}) =>
        (await stores.ledger.find({ limit: 50, since: start, state: 'refused', within, ...more }))
          .map((each) => each.rcptTo.join(' '))
          .sort()
      assert.deepEqual(await refused(of('user:anna@one.test')), ['anna+1@one.test', 'anna@one.test'])
      assert.deepEqual(await refused(of('group:one.test/staff')), ['anna+1@one.test', 'anna@one.test'])
      assert.deepEqual(await refused(of('one.test')), [
        'anna+1@one.test bert@one.test',
        'anna@one.test',
        'bert@one.test',
      ])
      assert.deepEqual(await refused(of('user:anna@one.test'), { recipient: 'bert@one.test' }), [])
      assert.deepEqual(await refused(of('user:anna@one.test'), { address: 'anna@one.test' }), [
        'anna@one.test',
      ])
      const named = await readWithin(stores.ledger, lines[0]?.id ?? '', of('user:anna@one.test'))
      assert.equal(named?.kind === 'refusal' && named.rcptTo, 'anna+1@one.test')
      assert.equal(await readWithin(stores.ledger, lines[2]?.id ?? '', of('user:anna@one.test')), null)
      const { lines: hit } = await stores.ledger.affected(
        { since: start, until: start + 100, kind: 'refused', within: of('user:anna@one.test') },
        '',
        50,
      )
      assert.deepEqual(hit.map((each) => each.rcptTo).sort(), ['anna+1@one.test', 'anna@one.test'])
    })

    test('who leaves a group takes his mail out of its sight', async () => {
      await stores.directory.changeMembers('one.test/staff', ['bert@one.test'], ['anna@one.test'])
      assert.deepEqual(await aside(of('group:one.test/staff')), ['to bert'])
      await stores.directory.changeMembers('one.test/staff', ['anna@one.test'], ['bert@one.test'])
    })

    test('a message is read as far as it is theirs', async () => {
      const read = async (...names: string[]) => {
        const traced = await readWithin(stores.ledger, shared, of(...names))
        return traced?.kind === 'message' ? traced.deliveries.map((each) => each.rcptTo) : traced
      }
      assert.deepEqual(await read('group:one.test/staff'), ['anna@one.test'])
      assert.deepEqual(await read('user:bert@one.test', 'user:anna@one.test'), [
        'anna@one.test',
        'bert@one.test',
      ])
      assert.equal(await read('user:zoe@two.test'), null)
    })

    test('a group or a person is found by who reaches it with all its addresses', async () => {
      const scope = async (name: string, within: Reach | null) =>
        (await stores.directoryViews.peopleScope(name, within))?.scope ?? null
      assert.equal(await scope('user:INFO@one.test', null), 'user:anna@one.test')
      assert.equal(
        await scope('group:one.test/staff', { tenants: ['one'], domains: null }),
        'group:one.test/staff',
      )
      assert.equal(await scope('user:anna@one.test', { tenants: ['two'], domains: null }), null)
      assert.equal(await scope('group:two.test/staff', { tenants: ['one'], domains: null }), null)
      assert.equal(
        await scope('user:bert@one.test', of('one.test')),
        null,
        'he has an address at another domain',
      )
      assert.equal(await scope('user:bert@one.test', of('one.test', 'shop.one.test')), 'user:bert@one.test')
      assert.equal(await scope('user:anna@one.test', of('one.test')), 'user:anna@one.test')
      assert.equal(await scope('user:anna@one.test', of('group:one.test/staff')), 'user:anna@one.test')
      assert.equal(await scope('user:bert@one.test', of('group:one.test/staff')), null)
      assert.equal(await scope('group:one.test/staff', of('user:anna@one.test')), null)
      assert.equal(await scope('user:nobody@one.test', null), null)
    })

    test('whoever has the name of a group or a person next is not shown to a manager of the one before', async () => {
      const { access, directory } = stores
      const manager = (id: string, ...domains: string[]) =>
        access.putManager({
          ...{
            id,
            displayName: '',
            address: '',
            role: 'reader',
            tenant: 'one',
            domains,
            ownersOfDomains: [],
          },
          ...{ passwordHash: null, totpSecret: null, recoveryCodes: [], needsSecondFactor: false },
          ...{ createdAt: start, createdBy: 'x', disabledAt: null, passkeys: 0, isProbe: false },
        })
      const limitsOf = async (id: string) => (await access.manager(id))?.domains
      const user = (address: string) => ({
        ...{
          address,
          domain: 'left.test',
          kind: 'user' as const,
          owner: address,
          displayName: '',
          settings: {},
        },
      })
      const group = { id: 'left.test/crew', domain: 'left.test', name: 'Crew', settings: {} }
      const domain = { name: 'left.test', tenant: 'one', nextHop: 'smtp://192.0.2.1', settings: {} }
      await directory.putDomain(domain, start)
      await directory.putUsers([user('u@left.test'), user('v@left.test')], start)
      await directory.putGroup(group, [])
      await manager('one-of', 'user:u@left.test')
      await manager('mixed', 'one.test', 'user:u@left.test', 'group:left.test/crew', 'user:v@left.test')
      await directory.removeUsers(['u@left.test'], start)
      assert.deepEqual(await limitsOf('one-of'), [])
      assert.deepEqual(await limitsOf('mixed'), ['one.test', 'group:left.test/crew', 'user:v@left.test'])
      await directory.removeGroup('left.test/crew')
      assert.deepEqual(await limitsOf('mixed'), ['one.test', 'user:v@left.test'])
      await directory.removeDomain('left.test', start)
      assert.deepEqual(await limitsOf('mixed'), ['one.test'])
      // As a process of the version before has left it.
      await manager('late', 'user:w@left.test')
      await directory.putDomain(domain, start)
      await directory.putUsers([user('w@left.test')], start)
      assert.deepEqual(await limitsOf('late'), [])
      const emptied = await access.manager('one-of')
      const tree = await directory.tenants()
      assert.ok(emptied)
      const principal = principalOfManager({ ...emptied, role: 'administrator' }, tree, '')
      assert.ok(isOfPeopleAlone(principal) && !principal.rights.has('directory.write'))
      assert.deepEqual(await found(reachOfMail(principal) ?? assert.fail()), [])
      await directory.removeDomain('left.test', start)
    })

    test('a text finds groups and people in reach', async () => {
      const scopes = async (text: string, within: Reach | null) =>
        (await stores.directoryViews.peopleScopes(text, within, 10)).map((each) => each.scope)
      assert.deepEqual(await scopes('sta', null), ['group:one.test/staff', 'group:two.test/staff'])
      assert.deepEqual(await scopes('bert', { tenants: ['one'], domains: null }), ['user:bert@one.test'])
      assert.deepEqual(await scopes('', of('group:one.test/staff')), [
        'group:one.test/staff',
        'user:anna@one.test',
      ])
      assert.deepEqual(await scopes('zoe', { tenants: ['one'], domains: null }), [])
    })

    test('pages of people and groups show who looks after some of them no other', async () => {
      const page = { within: of('group:one.test/staff'), after: '', limit: 50 }
      const people = await stores.directoryViews.personLines(page)
      assert.deepEqual(
        people.map((each) => each.address),
        ['anna@one.test', 'info@one.test'],
      )
      assert.equal(await stores.directoryViews.person('bert@one.test', page.within), null)
      assert.equal((await stores.directoryViews.groupLines(page)).length, 1)
      assert.equal(await stores.directoryViews.groupLine('two.test/staff', page.within), null)
      assert.deepEqual(await stores.directoryViews.domainLines(page), [])
    })
  })
}
