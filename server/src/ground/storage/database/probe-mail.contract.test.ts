import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { laneName } from '#flow/spool/lane.ts'
import { probeTenant } from '#ground/platform/probe-tenant.ts'
import { acceptanceOf } from '../../../../../tests/mail/acceptance.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { databaseName } from './open-database.ts'
import { oldSql } from './sqlite-probe-mail-store.ts'
import type { ThreadedStores } from './threaded-stores.ts'

const now = Date.now()
const lane = laneName({ direction: 'inbound', tenant: probeTenant, domain: 'mx.test', via: null })
const probeOf = (at: number, name: string, more: object = {}) =>
  acceptanceOf(
    at,
    { subject: 'A message of our own' },
    {
      ...{ rcptTo: `probe-in-${name}@mx.test`, tenant: probeTenant, lane },
      ...more,
    },
  )

for (const engine of engines)
  describe(`messages of our own in the spool, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let stores: ThreadedStores
    const letter = acceptanceOf(now - 3_600_000, { subject: 'x' }, { rcptTo: 'a@one.test' })
    const waiting = probeOf(now - 1000, 'waiting')
    const aside = probeOf(now - 900, 'aside', { state: 'quarantined', reason: 'policy', dueAt: null })

    before(async () => {
      open = await engine.open()
      stores = open.stores
      for (const each of [letter, waiting, aside]) await stores.messages.accept(each)
    })
    after(() => open.close())

    test('are in no list, no book and no line of the ledger, but are found by their id', async () => {
      const found = await stores.ledger.find({ limit: 10 })
      assert.deepEqual(
        found.map(({ id }) => id),
        [letter.message.id],
      )
      assert.equal((await stores.ledger.find({ limit: 10, id: waiting.message.id })).length, 1)
      const traced = await stores.ledger.read(waiting.message.id)
      assert.deepEqual(traced?.kind === 'message' && traced.events, [])
      assert.equal((await stores.readQuarantine.count({})).deliveries, 0)
      assert.equal((await stores.readQuarantine.count({ tenant: probeTenant })).deliveries, 1)
      assert.deepEqual(
        (await stores.readQueue.lanes(0)).map(({ tenant }) => tenant),
        ['one'],
      )
      assert.deepEqual(await stores.ledger.audit(100), [])
    })

    test('an arrival is noted once', async () => {
      assert.equal(await stores.readProbeMail.arrival('t'), null)
      await stores.probeMail.noteArrival('t', { begunAt: 5, at: 6 })
      await stores.probeMail.noteArrival('t', { begunAt: 7, at: 8 })
      assert.deepEqual(await stores.readProbeMail.arrival('t'), { begunAt: 5, at: 6 })
    })

    test('are taken out with their content; mail of people never is', async () => {
      assert.equal(await stores.probeMail.drop(letter.message.id), false)
      assert.equal(await stores.probeMail.drop(aside.message.id), true)
      // Whoever had it in hand finds no content, and no mail that waits for it.
      assert.equal(await stores.messages.setAside(aside.message.id, 'body-damaged', 'gone', now), 0)
      assert.equal(await stores.messages.readBody(aside.message.id), null)
      assert.equal(await stores.ledger.read(aside.message.id), null)
      assert.equal(await stores.probeMail.sweep(now - 60_000), 0)
      assert.equal(await stores.probeMail.sweep(now + 60_000), 1)
      assert.equal(await stores.readProbeMail.arrival('t'), null)
      assert.equal((await stores.ledger.read(letter.message.id))?.kind, 'message')
      assert.deepEqual(await stores.ledger.audit(100), [])
    })

    test('that were left behind are found by the index on recipients, however much mail there is', () => {
      const database = new DatabaseSync(join(open.folder, databaseName), { readOnly: true })
      try {
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${oldSql}`).all(probeTenant, 'x', 10)
        const steps = plan.map(({ detail }) => String(detail))
        assert.equal(steps.length, 1)
        assert.match(steps[0] ?? '', /USING INDEX deliveries_recipient \(rcpt_to>\? AND rcpt_to<\?\)/)
      } finally {
        database.close()
      }
    })
  })
