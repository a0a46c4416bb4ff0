import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { NewDelivery } from '#flow/spool/message.ts'
import { newId } from '#ground/platform/ids.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const start = 1_800_000_000_000

for (const engine of engines) {
  describe(`lists on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores

    before(async () => {
      open = await engine.open()
      stores = open.stores
      await accept({ state: 'held', reason: 'mail-loop', dueAt: null }, { subject: 'Round', at: start })
      await accept(
        { state: 'quarantined', reason: 'policy', dueAt: null },
        { subject: 'Aside', at: start + 10 },
      )
      await accept({ dueAt: start + 90 }, { subject: 'Due later', at: start + 20 })
      await accept({ dueAt: null, reason: 'poison' }, { subject: 'Parked', at: start + 30 })
      await accept(
        { dueAt: start + 40, rcptTo: 'B@Example.test' },
        { subject: 'Due soon', at: start + 40, from: 'b@example.test' },
      )
      await stores.refusals.recordRefusals([
        refusal('x@example.test'),
        refusal('x@example.test, b@example.test, y@example.test'),
      ])
    })
    after(() => open.close())

    async function accept(
      delivery: Partial<NewDelivery>,
      more: { subject: string; at: number; from?: string },
    ) {
      const { at, subject, from } = more
      const message = {
        subject,
        headerFrom: 'A <a@sender.example>',
        headerMessageId: `<${subject}@x>`,
        ...(from !== undefined && { mailFrom: from }),
      }
      const due = { rcptTo: 'b@example.test', tenant: 'acme', dueAt: null, expiresAt: start + 1e6 }
      await stores.messages.accept(acceptanceOf(at, message, { ...due, ...delivery }))
    }

    function refusal(rcptTo: string) {
      return {
        id: newId(start + 50),
        at: start + 50,
        tenant: 'acme',
        client: { ip: '192.0.2.1', port: 4000, helo: 'h', protocol: 'ESMTP' as const, tls: null },
        mailFrom: 'c@sender.example',
        rcptTo,
        stage: 'rcpt',
        code: 550,
        enhanced: '5.1.1',
        reason: 'unknown-recipient',
        text: 'No such recipient',
        subject: '',
        headerMessageId: rcptTo.includes(',') ? '<refused@x>' : '',
        detail: null,
      }
    }

    async function subjects(
      query: Partial<Parameters<ThreadedStores['ledger']['find']>[0]>,
    ): Promise<string[]> {
      return (await stores.ledger.find({ limit: 50, ...query })).map((each) =>
        each.kind === 'refusal' ? `refused ${each.rcptTo.length}` : each.subject,
      )
    }

    test('a state is found among messages, and refusals apart', async () => {
      assert.deepEqual(await subjects({ state: 'held' }), ['Round'])
      assert.deepEqual(await subjects({ state: 'quarantined' }), ['Aside'])
      assert.deepEqual(await subjects({ state: 'waiting' }), ['Due soon', 'Parked', 'Due later'])
      assert.deepEqual(await subjects({ state: 'delivered' }), [])
      assert.deepEqual((await subjects({ state: 'refused' })).sort(), ['refused 1', 'refused 3'])
    })

    test('an address is found as sender, as recipient, in any case and among several, each line once', async () => {
      assert.deepEqual(await subjects({ address: 'b@EXAMPLE.test' }), [
        'refused 3',
        'Due soon',
        'Parked',
        'Due later',
        'Aside',
        'Round',
      ])
      assert.deepEqual(await subjects({ address: 'b@example.test', state: 'held' }), ['Round'])
      assert.deepEqual(await subjects({ sender: 'b@example.test' }), ['Due soon'])
      assert.deepEqual(await subjects({ address: 'b@example.test', sender: 'a@sender.example', limit: 1 }), [
        'Parked',
      ])
      assert.deepEqual(await subjects({ address: 'nobody@example.test' }), [])
      assert.deepEqual(await subjects({ address: 'b@example' }), [])
    })

    test('a Message-ID is found with and without its brackets, also of what was refused', async () => {
      assert.deepEqual(await subjects({ headerMessageId: 'Parked@x' }), ['Parked'])
      assert.deepEqual(await subjects({ headerMessageId: '<refused@x>' }), ['refused 3'])
    })

    test('a lane shows all that waits in it, due or parked, and what is held beside it', async () => {
      assert.deepEqual(
        (await stores.readQueue.lanes(0)).map(({ state, deliveries, oldestAt, nextDue, tenant, domain }) => [
          state,
          deliveries,
          oldestAt,
          nextDue,
          tenant,
          domain,
        ]),
        [
          ['waiting', 3, start + 20, start + 40, 'acme', 'example.test'],
          ['held', 1, start, null, 'acme', 'example.test'],
        ],
      )
    })

    test('the totals are the sums of the minutes', async () => {
      const [line] = await stores.ledger.books()
      const minutes = await stores.ledger.minutes(start - 120_000, start + 120_000)
      assert.equal(line?.accepted, 5)
      assert.equal(
        line?.waiting,
        minutes.reduce((sum, each) => sum + each.waiting, 0),
      )
      assert.deepEqual(await stores.ledger.audit(10), [])
    })
  })
}
