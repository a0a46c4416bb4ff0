import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Measured } from '#services/status/measured.ts'
import { engines } from '../../../test-engines.ts'

const measured = (component: string, periodAt: number): Measured => ({
  ...{ component, periodAt, suspectedSince: null, level: 'operational', badPeriods: 0, badSince: null },
  ...{ goodSince: periodAt, unknownSince: null, lastBadAt: null, words: '' },
})
const dayOne = Date.parse('2027-06-09T23:59:00Z')

for (const engine of engines)
  describe(`what was measured of components, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('a period counts once, in the minutes of its day', async () => {
      const open = await engine.open()
      try {
        const { status, readStatus } = open.stores
        assert.equal(await status.noteMeasured(measured('a', dayOne), 'good'), true)
        assert.equal(await status.noteMeasured(measured('a', dayOne), 'major'), false)
        assert.equal(await status.noteMeasured(measured('a', dayOne + 60_000), 'partial'), true)
        assert.equal(await status.noteMeasured(measured('a', dayOne + 120_000), 'unknown'), true)
        const none = { good: 0, degraded: 0, partial: 0, major: 0, unknown: 0 }
        assert.deepEqual(
          (await readStatus.measuredDays('2027-01-01')).map((each) => ({ ...each })),
          [
            { component: 'a', day: '2027-06-09', ...none, good: 1 },
            { component: 'a', day: '2027-06-10', ...none, partial: 1, unknown: 1 },
          ],
        )
        assert.deepEqual(await readStatus.measured(), [measured('a', dayOne + 120_000)])
        await status.forgetMeasured('2027-06-10')
        assert.equal((await readStatus.measuredDays('2027-01-01')).length, 1)
        assert.deepEqual(await readStatus.measured(), [], 'there is no such component')
      } finally {
        await open.close()
      }
    })

    test('what people say counts until its time is over', async () => {
      const open = await engine.open()
      try {
        const { status } = open.stores
        const override = { component: 'a', state: 'operational', why: 'w', who: 'x', at: 1 } as const
        assert.equal(await status.putOverride({ ...override, until: 50 }, null), true)
        assert.equal(await status.putOverride({ ...override, until: 70 }, null), false, 'somebody was faster')
        assert.equal(await status.putOverride({ ...override, until: 100 }, { ...override, until: 50 }), true)
        assert.equal((await status.overrides(99)).length, 1)
        assert.deepEqual(await status.overrides(100), [])
        assert.equal(await status.removeOverride({ ...override, until: 50 }), false)
        assert.equal(await status.removeOverride({ ...override, until: 100 }), true)
      } finally {
        await open.close()
      }
    })
  })
