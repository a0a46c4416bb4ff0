import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import type { AddressBook } from './address-book.ts'
import { KeepLearning } from './keep-learning.ts'
import { Meter } from './meter.ts'
import { Senders } from './senders.ts'
import type { KeptPath, SendingStore } from './sending-store.ts'

test('what is learnt while a path is written, and what could not be written, is kept with the next round', async () => {
  const log = createSilentLog()
  const senders = new Senders({
    addresses: () => [],
    helo: 'mail.test',
    allowance: () => Infinity,
    times: { outMs: 60_000, slowMs: 60_000, stepMs: 60_000 },
    alarms: createAlarms(systemClock, log),
    clock: systemClock,
  })
  const path = senders.path('192.0.2.1', 'far.test')
  const kept: KeptPath[][] = []
  let meanwhile: () => void = () => undefined
  const store = {
    putPaths: async (paths: readonly KeptPath[]) => {
      kept.push(structuredClone([...paths]))
      meanwhile()
    },
  } as unknown as SendingStore
  const book = { look: async () => undefined, growing: () => [] } as unknown as AddressBook
  const learning = new KeepLearning({
    ...{ store, reader: store, senders, meter: new Meter(() => 0), book, now: () => 5, log },
  })

  path.note('deferred', 1, 'busy')
  meanwhile = () => void path.note('listed', 2, 'blocked')
  await learning.round()
  meanwhile = () => undefined
  await learning.round()
  assert.deepEqual(
    kept.map(([each]) => each?.memory?.words),
    ['busy', 'blocked'],
  )
  await learning.round()
  assert.equal(kept.length, 2, 'nothing is new')

  path.note('deferred', 3, 'busy again')
  meanwhile = () => {
    throw new Error('the store is away')
  }
  await learning.round()
  meanwhile = () => undefined
  await learning.round()
  assert.equal(kept.at(-1)?.[0]?.memory?.words, 'busy again')
  assert.equal(kept.length, 4)
})
