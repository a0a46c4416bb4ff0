import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MeasuredLine } from '#ground/platform/measured-line.ts'
import { engines } from '../../../test-engines.ts'

const line = (more: Partial<MeasuredLine> = {}): MeasuredLine => ({
  ...{ name: 'accept', direction: 'inbound', tenants: 'customer', hop: '', count: 3, sumMs: 60 },
  steps: [1, 2],
  ...more,
})

for (const engine of engines)
  describe(`what is measured, on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    test('processes of a node add up, nodes and periods do not', async () => {
      const open = await engine.open()
      try {
        const { measures, readMeasures } = open.stores
        await measures.noteMeasures('a', 1000, [line(), line({ name: 'held', steps: [], sumMs: 0 })])
        await measures.noteMeasures('a', 1000, [line({ steps: [0, 1], count: 1, sumMs: 30 })])
        await measures.noteMeasures('b', 1000, [line()])
        await measures.noteMeasures('a', 2000, [line()])
        const rows = await readMeasures.measures(0, 3000, 100)
        assert.deepEqual(
          rows.map(({ at, node, name, count, sumMs, steps }) => [at, node, name, count, sumMs, steps]),
          [
            [1000, 'a', 'accept', 4, 90, [1, 3]],
            [1000, 'a', 'held', 3, 0, []],
            [1000, 'b', 'accept', 3, 60, [1, 2]],
            [2000, 'a', 'accept', 3, 60, [1, 2]],
          ],
        )
        assert.equal((await readMeasures.measures(0, 2000, 100)).length, 3)
        assert.deepEqual(
          (await readMeasures.measures(0, 3000, 1)).map((each) => each.at),
          [2000],
        )
        await measures.forgetMeasures(2000)
        assert.equal((await readMeasures.measures(0, 3000, 100)).length, 1)
      } finally {
        await open.close()
      }
    })

    test('how much waits is that of the books, the last word of a period', async () => {
      const open = await engine.open()
      try {
        const { measures, readMeasures } = open.stores
        await measures.noteWaiting(1000)
        await measures.noteWaiting(1000)
        assert.deepEqual(await readMeasures.waiting(0, 2000), [
          { at: 1000, direction: 'inbound', waiting: 0 },
          { at: 1000, direction: 'outbound', waiting: 0 },
        ])
      } finally {
        await open.close()
      }
    })
  })
