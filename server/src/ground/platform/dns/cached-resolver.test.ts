import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCachedResolver } from './cached-resolver.ts'
import type { TimedAnswer } from './dns-message.ts'
import type { RecordType } from './resolver.ts'

const day = 24 * 3600 * 1000

/** A client that a test drives: what it says next, and what it was asked. */
function setUp(more: { maxEntries?: number; staleForMs?: number; answerSpecialNames?: boolean } = {}) {
  const state = {
    asked: [] as string[],
    now: 1_000_000,
    says: { answer: { status: 'found', records: ['192.0.2.1'] }, ttl: 60 } as TimedAnswer<RecordType>,
  }
  const client = {
    ask: <T extends RecordType>(name: string, type: T) => {
      state.asked.push(`${type} ${name}`)
      return Promise.resolve(state.says as unknown as TimedAnswer<T>)
    },
  }
  const options = { maxEntries: 100, staleForMs: day, answerSpecialNames: false, ...more }
  return { state, resolver: createCachedResolver(client, { now: () => state.now }, options) }
}

const failure: TimedAnswer<RecordType> = { answer: { status: 'servfail', reason: 'x' }, ttl: null }

describe('cached resolver', () => {
  it('asks once for the time an answer may be kept', async () => {
    const { state, resolver } = setUp()
    await resolver.lookup('a.test', 'A')
    await resolver.lookup('A.TEST.', 'A')
    state.now += 59_999
    await resolver.lookup('a.test', 'A')
    assert.equal(state.asked.length, 1)
    state.now += 1
    await resolver.lookup('a.test', 'A')
    assert.equal(state.asked.length, 2)
  })

  it('keeps types apart and asks the same question once at a time', async () => {
    const { state, resolver } = setUp()
    await Promise.all([
      resolver.lookup('a.test', 'A'),
      resolver.lookup('a.test', 'A'),
      resolver.lookup('a.test', 'AAAA'),
    ])
    assert.deepEqual(state.asked, ['A a.test', 'AAAA a.test'])
  })

  it('keeps "there is none" by its own time, and for no longer than 15 minutes', async () => {
    const { state, resolver } = setUp()
    state.says = { answer: { status: 'nxdomain' }, ttl: 86_400 }
    await resolver.lookup('a.test', 'A')
    state.now += 15 * 60_000
    await resolver.lookup('a.test', 'A')
    assert.equal(state.asked.length, 2)
  })

  it('bounds the time from below and above', async () => {
    const { state, resolver } = setUp()
    state.says = { answer: { status: 'found', records: ['192.0.2.1'] }, ttl: 0 }
    await resolver.lookup('a.test', 'A')
    state.now += 999
    await resolver.lookup('a.test', 'A')
    assert.equal(state.asked.length, 1)
    state.says = { answer: { status: 'found', records: ['192.0.2.1'] }, ttl: 4e9 }
    await resolver.lookup('b.test', 'A')
    state.now += day
    await resolver.lookup('b.test', 'A')
    assert.equal(state.asked.length, 3)
  })

  it('keeps failures for a second only', async () => {
    const { state, resolver } = setUp()
    state.says = failure
    await resolver.lookup('a.test', 'A')
    await resolver.lookup('a.test', 'A')
    assert.equal(state.asked.length, 1)
    state.now += 1000
    state.says = { answer: { status: 'found', records: ['192.0.2.1'] }, ttl: 60 }
    assert.equal((await resolver.lookup('a.test', 'A')).status, 'found')
  })

  it('lets an expired answer stand in while no server answers, marked, and never for longer than allowed', async () => {
    const { state, resolver } = setUp()
    await resolver.lookup('a.test', 'A')
    state.now += 61_000
    state.says = failure
    assert.deepEqual(await resolver.lookup('a.test', 'A'), {
      status: 'found',
      records: ['192.0.2.1'],
      stale: true,
    })
    assert.deepEqual(await resolver.lookup('a.test', 'A'), {
      status: 'found',
      records: ['192.0.2.1'],
      stale: true,
    })
    state.now += day
    assert.equal((await resolver.lookup('a.test', 'A')).status, 'servfail')
  })

  it('prefers a fresh "there is none" to an old record', async () => {
    const { state, resolver } = setUp()
    await resolver.lookup('a.test', 'A')
    state.now += 61_000
    state.says = { answer: { status: 'nodata' }, ttl: 60 }
    assert.deepEqual(await resolver.lookup('a.test', 'A'), { status: 'nodata' })
  })

  it('holds a bounded number of answers and drops those unused for longest', async () => {
    const { state, resolver } = setUp({ maxEntries: 3 })
    for (const name of ['a.test', 'b.test', 'c.test', 'a.test', 'd.test', 'a.test', 'b.test'])
      await resolver.lookup(name, 'A')
    assert.deepEqual(state.asked, ['A a.test', 'A b.test', 'A c.test', 'A d.test', 'A b.test'])
  })

  it('answers special-use names itself only when told to', async () => {
    const local = setUp({ answerSpecialNames: true })
    assert.equal((await local.resolver.lookup('x.test', 'A')).status, 'nxdomain')
    assert.equal((await local.resolver.lookup('a.invalid', 'TXT')).status, 'nxdomain')
    assert.deepEqual(await local.resolver.lookup('a.localhost', 'AAAA'), {
      status: 'found',
      records: ['::1'],
    })
    assert.equal((await local.resolver.lookup('localhost', 'MX')).status, 'nodata')
    assert.deepEqual(local.state.asked, [])
    await local.resolver.lookup('www.example', 'A')
    assert.equal(local.state.asked.length, 1)
    const configured = setUp()
    await configured.resolver.lookup('x.test', 'A')
    assert.equal(configured.state.asked.length, 1)
  })
})
