import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { Inspection } from './inspection.ts'
import type { InspectionJob } from './inspection-job.ts'
import { InspectionPool } from './inspection-pool.ts'
import { TenantTurns } from './tenant-turns.ts'

const log = createSilentLog()

const misbehaving = new URL('./fixtures/misbehaving-thread.ts', import.meta.url)

function createPool(threads = 2, stallLimitMs = 500, entry = misbehaving): InspectionPool {
  return new InspectionPool({
    entry,
    threadData: {},
    threads,
    threadMemory: 32 << 20,
    stallLimitMs,
    slowStartMs: 300_000,
    alarms: createAlarms(systemClock, log),
    log,
    onOutcome: () => undefined,
  })
}

function job(id: string, tenant = 'acme'): InspectionJob {
  return {
    id,
    tenant,
    body: { kind: 'inline', bytes: new Uint8Array(1) },
    arrival: { ip: '', helo: '', mailFrom: '', rcptTo: [], receivedAt: 0 },
  }
}

// Each waits for threads of its own, most of the time for nothing but clocks.
describe('inspection threads', { concurrency: true }, () => {
  for (const fault of ['hang', 'exit', 'throw', 'eat']) {
    test(`a message that makes its thread ${fault} is poison after the second, and takes no other with it`, async () => {
      const pool = createPool()
      const innocent = Array.from({ length: 12 }, (_, index) => pool.run(job(`slow${index}`)))
      const guilty = pool.run(job(`${fault}1`))
      const later = Array.from({ length: 12 }, (_, index) => pool.run(job(`good${index}`)))
      assert.equal((await guilty).kind, 'poison')
      for (const end of await Promise.all([...innocent, ...later])) assert.equal(end.kind, 'complete')
      assert.equal((await pool.run(job('good again'))).kind, 'complete')
      pool.stop()
    })
  }

  test('two poison messages at a time are told apart', async () => {
    const pool = createPool()
    const ends = await Promise.all(
      ['hang1', 'slow1', 'hang2', 'slow2', 'exit1'].map((id) => pool.run(job(id))),
    )
    assert.deepEqual(
      ends.map((each) => each.kind),
      ['poison', 'complete', 'poison', 'complete', 'poison'],
    )
    pool.stop()
  })

  test('a thread that the machine had no time for has done nothing wrong', async () => {
    const pool = createPool(1)
    const ends = await Promise.all(['away1', 'good1', 'away2'].map((id) => pool.run(job(id))))
    assert.deepEqual(
      ends.map((each) => each.kind),
      ['complete', 'complete', 'complete'],
    )
    pool.stop()
  })

  test('a thread that never came back is not said to have computed, and nobody in it is poison', async () => {
    const pool = createPool(1, 150)
    const [end, beside] = await Promise.all([pool.run(job('stuck1')), pool.run(job('good1'))])
    pool.stop()
    assert.equal(end.kind, 'unfinished')
    assert.match(end.why, /^it did not come back for more than 1500 ms/)
    assert.equal(beside.kind, 'complete')
  })

  test('a thread that ends before it could begin says nothing of the message that waited for it', async () => {
    const pool = createPool(1, 500, new URL('./fixtures/no-such-thread.ts', import.meta.url))
    const end = await pool.run(job('good1'))
    pool.stop()
    assert.equal(end.kind, 'unfinished')
  })

  test('a check that fails is unfinished, not poison', async () => {
    const pool = createPool()
    assert.deepEqual(await pool.run(job('fail1')), { kind: 'unfinished', why: 'no outcome' })
    pool.stop()
  })

  test('a stop leaves nobody waiting', async () => {
    const pool = createPool(1)
    const runs = Array.from({ length: 40 }, (_, index) => pool.run(job(`slow${index}`)))
    pool.stop()
    for (const end of await Promise.all(runs)) assert.equal(end.kind, 'unfinished')
  })

  test('the dialogue gets its answer within the budget, whatever the checks do', async () => {
    const pool = createPool()
    const inspection = new Inspection({
      pool,
      budgetMs: 100,
      behindAboveMs: () => 1000,
      behindAfterMs: 60_000,
      mostWaiting: 10,
      alarms: createAlarms(systemClock, log),
      onTimed: () => undefined,
    })
    const started = performance.now()
    const end = await inspection.inspectInDialogue(job('slow1'))
    assert.equal(end.kind, 'unfinished')
    assert.ok(performance.now() - started < 5000)
    pool.stop()
  })
})

test('tenants take turns: who sends ten times as much holds up only itself', () => {
  const turns = new TenantTurns<string>()
  for (let i = 0; i < 10; i++) turns.add('loud', `loud${i}`)
  turns.add('quiet', 'quiet0')
  turns.add('other', 'other0')
  assert.deepEqual(
    [turns.next(), turns.next(), turns.next(), turns.next()],
    ['loud0', 'quiet0', 'other0', 'loud1'],
  )
  assert.equal(
    turns.take('loud', (each) => each === 'loud5'),
    'loud5',
  )
  assert.equal(
    turns.take('loud', (each) => each === 'loud5'),
    undefined,
  )
  assert.equal(turns.size, 7)
})
