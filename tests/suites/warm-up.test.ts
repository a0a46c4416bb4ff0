import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HiddenLimits, runWarmUp, type Schedule } from '../../bench/warm-up-model.ts'

/** The small form of `npm run bench warmup`. */
describe('a new address warms up at receivers whose limits nobody tells', () => {
  const receivers: readonly HiddenLimits[] = [
    { name: 'large.example', demand: 300, start: 60, growth: 0.5 },
    { name: 'careful.example', demand: 200, start: 40, growth: 0.25 },
  ]
  const run = (schedule: Schedule) => runWarmUp({ schedule, receivers, days: 12, seed: 7 })
  const share = ({ putOff, tries }: ReturnType<typeof run>) => putOff / tries

  test('by the plan hardly anything is put off, and it grows to its share; by simpler schedules it does not', () => {
    const planned = run({ kind: 'plan', plan: { start: 30, growth: 0.3, full: 20_000 } })
    assert.ok(share(planned) <= 0.02, `${planned.putOff} of ${planned.tries}`)
    assert.ok(planned.lastDay >= planned.fairShare * 0.5, `${planned.lastDay} of ${planned.fairShare}`)
    assert.ok(planned.sent - planned.delivered <= 3, 'the rest leaves by warm ones')
    for (const other of [run({ kind: 'at-once' }), run({ kind: 'doubling', start: 30 })]) {
      assert.ok(share(other) > share(planned) * 3, `${share(other)} beside ${share(planned)}`)
      assert.ok(other.lastDay < planned.lastDay)
    }
  })

  test('the same seed gives the same run', () => {
    const schedule = { kind: 'plan', plan: { start: 30, growth: 0.3, full: 20_000 } } as const
    assert.deepEqual(run(schedule), run(schedule))
  })
})
