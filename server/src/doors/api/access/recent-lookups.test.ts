import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessStore } from '#services/access/access-store.ts'
import { RecentLookups, tellingChanges } from './recent-lookups.ts'

test('who asks several questions at once and again is looked up once', async () => {
  const lookups = new RecentLookups<string>()
  let looked = 0
  const look = async () => {
    looked += 1
    return 'anna'
  }
  const at = 1_000_000
  const found = await Promise.all(
    [0, 0, 0, 500, 999].map((later) => lookups.find('secret', at + later, look)),
  )
  assert.deepEqual(found, Array(5).fill('anna'))
  assert.equal(looked, 1)
  await lookups.find('secret', at + 1000, look)
  assert.equal(looked, 2, 'what others change is seen a second later at most')
  await lookups.find('another secret', at, look)
  assert.equal(looked, 3)
})

test('whoever is not found, or cannot be looked up now, is looked up each time', async () => {
  const lookups = new RecentLookups<string>()
  assert.equal(await lookups.find('secret', 0, async () => null), null)
  await assert.rejects(lookups.find('secret', 0, () => Promise.reject(new Error('away'))))
  assert.equal(await lookups.find('secret', 0, async () => 'anna'), 'anna')
})

test('a flood of askers is not kept', async () => {
  const lookups = new RecentLookups<number>()
  let looked = 0
  const ask = (asker: number) => lookups.find(`${asker}`, 0, async () => ++looked)
  for (let asker = 0; asker < 1500; asker++) await ask(asker)
  await ask(1499)
  assert.equal(looked, 1500)
  await ask(0)
  assert.equal(looked, 1501)
})

test('a store tells of what shuts out before its caller goes on, also where it fails, and of no mere look', async () => {
  const done: string[] = []
  const store = {
    session: async () => null,
    record: async () => undefined,
    endSession: async () => {
      done.push('ended')
    },
    setView: () => Promise.reject(new Error('away')),
  } as unknown as AccessStore
  const told = tellingChanges(store, () => done.push('told'))
  await told.session('hash')
  await told.record({ at: 0, what: '', who: '', tenant: null, ip: '', detail: {} })
  assert.deepEqual(done, [])
  await told.endSession('hash')
  assert.deepEqual(done, ['ended', 'told'])
  await assert.rejects(told.setView('hash', null))
  assert.deepEqual(done, ['ended', 'told', 'told'])
})
