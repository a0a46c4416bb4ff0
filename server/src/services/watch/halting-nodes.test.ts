import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Detector } from './detector.ts'
import { type HaltingNode, haltingNodes } from './halting-nodes.ts'
import type { MeasuredRow } from './measure-store.ts'
import type { ToldAlarm } from './name-cause.ts'

const halts = (node: string, percent: number, roles: string, more: Partial<ToldAlarm> = {}): ToldAlarm => ({
  ...{ name: 'process-halts', subject: `${node} 77`, since: 1, clearedAt: null, instance: node },
  text: `the process does not run for ${percent} % of the time: process 77 of node ${node} (${roles})`,
  ...more,
})

test('a node halts as much as its worst process on the road, and mail waits where that has its part', () => {
  const alarms = [
    halts('node-1', 45, 'gateway, inspection, console, jobs'),
    halts('node-1', 80, 'delivery', { subject: 'node-1 78' }),
    halts('node-2', 95, 'console'),
    halts('node-3', 95, 'inspection', { clearedAt: 5 }),
    halts('node-4', 95, 'gateway', { name: 'process-silent' }),
  ]
  assert.deepEqual(haltingNodes(alarms), [{ node: 'node-1', share: 0.8, stage: 'wait' }])
})

describe('a node that does not run', () => {
  const periodMs = 30_000
  const row = (at: number, node: string): MeasuredRow => ({
    ...{ node, at, name: 'accepted', direction: 'inbound', tenants: 'customer', hop: '' },
    ...{ count: 40, sumMs: 400, steps: [] },
  })
  /** What is found in each period, with the nodes that halt in it. */
  const pass = (periods: readonly (readonly HaltingNode[])[], nodes = ['node-1', 'node-2']) => {
    const detector = new Detector()
    return periods.map((halting, n) => {
      const at = 1_000_000 + n * periodMs
      const rows = nodes.map((node) => row(at, node))
      const found = detector.take({ at, rows, waiting: [], halts: halting })
      return found.map(({ kind, node, stage }) => `${kind} ${stage} ${node}`).join()
    })
  }
  const limping: HaltingNode = { node: 'node-2', share: 0.95, stage: 'accept' }
  const said = 'node-halts accept node-2'

  test('is found though all that it measures itself is good, and over when it runs', () => {
    assert.deepEqual(pass([[], [limping], [limping], [limping], [], [], []]), [
      '',
      '',
      said,
      said,
      said,
      '',
      '',
    ])
  })

  test('is over when it is taken out, or nobody sends mail any more', () => {
    const detector = new Detector()
    const take = (n: number, nodes: readonly string[], halting: readonly HaltingNode[]) => {
      const at = 1_000_000 + n * periodMs
      const rows = nodes.map((node) => row(at, node))
      return detector.take({ at, rows, waiting: [], halts: halting }).length
    }
    const both = ['node-1', 'node-2']
    assert.equal([0, 1, 2].map((n) => take(n, both, [limping])).at(-1), 1)
    const gone = [3, 4, 5].map((n) => take(n, n === 4 ? [] : ['node-1'], []))
    assert.equal(gone.at(-1), 0, String(gone))
  })

  test('is nobody’s fault where others stand still too, or for a moment, or where there is no other', () => {
    const other = { ...limping, node: 'node-1' }
    assert.deepEqual(
      pass([
        [limping, other],
        [limping, other],
      ]),
      ['', ''],
    )
    assert.deepEqual(pass([[limping], [], [limping]]), ['', '', ''])
    assert.deepEqual(pass([[{ ...limping, share: 0.5 }], [{ ...limping, share: 0.5 }]]), ['', ''])
    assert.deepEqual(pass([[limping], [limping]], ['node-2']), ['', ''])
  })
})
