import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import type { Reach, TraceQuery } from '#services/ledger/ledger-store.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

for (const engine of engines) {
  describe(`whose mail may be seen, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      const held = { state: 'held', reason: 'mail-loop', dueAt: null } as const
      const mail = [
        acceptanceOf(start, { subject: 'one alone' }, { rcptTo: 'a@A.test' }),
        acceptanceOf(
          start + 1,
          { subject: 'both' },
          { rcptTo: 'a@a.test' },
          { rcptTo: 'b@b.test', tenant: 'two', ...held },
        ),
        acceptanceOf(start + 2, { subject: 'two alone' }, { rcptTo: 'b@b.test', tenant: 'two' }),
        acceptanceOf(start + 3, { subject: 'outbound', direction: 'outbound', mailFrom: 'a@a.test' }, {
          rcptTo: 'x@far.test',
          direction: 'outbound',
        } as object),
        acceptanceOf(start + 4, { subject: 'other domain' }, { rcptTo: '"x@y"@a2.test' }),
      ]
      for (const each of mail) await stores.messages.accept(each)
      await stores.refusals.recordRefusals(
        [
          ['one', 'no@a.test'],
          ['two', 'no@b.test'],
          ['', ''],
        ].map(([tenant = '', rcptTo = '']) => ({
          id: newId(start + 50),
          at: start + 50,
          tenant,
          client: { ip: '192.0.2.1', port: 4000, helo: 'h', protocol: 'ESMTP' as const, tls: null },
          mailFrom: 'c@sender.example',
          rcptTo,
          stage: 'rcpt',
          code: 550,
          enhanced: '5.1.1',
          reason: 'unknown-recipient',
          text: 'No such recipient',
          subject: `refused ${rcptTo}`,
          headerMessageId: '',
          detail: null,
        })),
      )
    })
    after(() => open.close())

    const one: Reach = { tenants: ['one'], domains: null }
    async function find(within: Reach, query: Partial<TraceQuery> = {}): Promise<string[]> {
      const lines = await stores.ledger.find({ limit: 50, ...query, within })
      return lines.map((each) => `${each.subject}: ${each.rcptTo.join(' ')} ${each.states.join(' ')}`).sort()
    }

    test('of a message for several tenants each sees his own deliveries alone', async () => {
      assert.deepEqual(await find(one), [
        'both: a@a.test waiting',
        'one alone: a@A.test waiting',
        'other domain: "x@y"@a2.test waiting',
        'outbound: x@far.test waiting',
        'refused no@a.test: no@a.test refused',
      ])
      assert.deepEqual(await find({ tenants: [], domains: null }), [])
      assert.equal((await find({ tenants: ['one', 'two'], domains: null })).length, 7)
    })

    test('no question finds a message by what others have of it', async () => {
      assert.deepEqual(await find(one, { recipient: 'b@b.test' }), [])
      assert.deepEqual(await find(one, { address: 'b@b.test' }), [])
      assert.deepEqual(await find(one, { state: 'held' }), [])
      assert.deepEqual(await find({ tenants: ['two'], domains: null }, { state: 'held' }), [
        'both: b@b.test held',
      ])
      assert.deepEqual(await find(one, { state: 'delivered' }), [])
      assert.deepEqual(await find(one, { tenant: 'two' }), ['both: a@a.test waiting'].slice(1))
    })

    test('a domain is that of the recipient, and of the sender where mail leaves', async () => {
      assert.deepEqual(await find({ tenants: ['one'], domains: ['a.test'] }), [
        'both: a@a.test waiting',
        'one alone: a@A.test waiting',
        'outbound: x@far.test waiting',
        'refused no@a.test: no@a.test refused',
      ])
      assert.deepEqual(await find({ tenants: ['one'], domains: ['a2.test'] }), [
        'other domain: "x@y"@a2.test waiting',
      ])
      assert.deepEqual(await find({ tenants: ['one'], domains: ['b.test', 'far.test'] }), [])
    })

    test('minutes of the books', async () => {
      const sum = async (column: 'accepted' | 'waiting' | 'held', tenants?: string[], domains?: string[]) =>
        (
          await stores.ledger.minutes(
            start - 60_000,
            start + 120_000,
            tenants && { tenants, domains: domains ?? null },
          )
        ).reduce((total, each) => total + each[column], 0)
      assert.deepEqual(
        [await sum('accepted'), await sum('accepted', ['one']), await sum('accepted', [])],
        [6, 4, 0],
      )
      const ofDomain = (column: 'accepted' | 'waiting' | 'held', tenant: string, domain: string) =>
        sum(column, [tenant], [domain])
      assert.deepEqual(
        [await ofDomain('accepted', 'one', 'a.test'), await ofDomain('waiting', 'one', 'a.test')],
        [3, 3],
      )
      assert.deepEqual(
        [await ofDomain('accepted', 'two', 'b.test'), await ofDomain('held', 'two', 'b.test')],
        [2, 1],
      )
      assert.equal(await ofDomain('accepted', 'one', 'b.test'), 0)
    })
  })
}
