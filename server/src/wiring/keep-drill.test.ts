import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DrillLease } from '#services/drill/drill-lease.ts'
import type { KeptDrill, LiveDrill } from '#services/drill/live-drill.ts'
import { keepDrill } from './keep-drill.ts'

const drill = { id: 'd', kind: 'slow', endedAt: null } as unknown as LiveDrill

/** A drill of a process, on a store that answers when it is told to. */
function createRig() {
  let now = 0
  let answer: Promise<boolean> = Promise.resolve(true)
  let stoppedBy: string | null = null
  let writes = 0
  const lease = new DrillLease(60_000, 1000, () => now)
  const keeper = {
    liveDrills: {
      save: () => {
        writes += 1
        return answer
      },
    },
    readLiveDrills: { read: async () => ({ stoppedBy }) as KeptDrill },
  }
  return {
    save: keepDrill(keeper, lease, 'one'),
    answerWith: (next: Promise<boolean>) => {
      answer = next
    },
    stop: (who: string) => {
      stoppedBy = who
    },
    writes: () => writes,
    /** The guard looks once a second. */
    pass(seconds: number) {
      for (let n = 0; n < seconds; n++) {
        now += 1000
        lease.isOver()
      }
    },
  }
}

test('a drill goes on while it can be written, and hears who stops it', async () => {
  const it = createRig()
  assert.equal(await it.save(drill), null)
  it.pass(59)
  it.stop('ann')
  assert.equal(await it.save(drill), 'ann')
  it.pass(59)
  assert.equal(await it.save({ ...drill, endedAt: 1 }), null)
  it.answerWith(Promise.resolve(false))
  await assert.rejects(it.save(drill), /another process has taken it over/)
})

test('a drill whose lease ran out ends, also where the store answers after all and nobody has taken it over', async () => {
  const it = createRig()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  it.answerWith(promise)
  const late = it.save(drill)
  it.pass(61)
  resolve(true)
  await assert.rejects(late, /nothing could be written of it for 60 s/)
  it.answerWith(Promise.resolve(true))
  const before = it.writes()
  await assert.rejects(it.save(drill), /nothing could be written of it for 60 s/)
  assert.equal(it.writes(), before, 'it does not look alive to those who take over')
})
