import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { timeSteps } from './measured-line.ts'
import { Measures } from './measures.ts'

function open() {
  const registry = new Registry()
  return { registry, measures: new Measures('node-1', registry) }
}

describe('measures', () => {
  test('a time stands in its step, and what was taken is not taken again', () => {
    const { measures } = open()
    measures.setClasses(new Map([['house', 'operator']]))
    measures.observe('accept', 'inbound', 'a', '', 7)
    measures.observe('accept', 'inbound', 'b', '', 30)
    measures.observe('accept', 'inbound', 'house', '', 1e9)
    measures.count('deferred', 'outbound', 'a', 'mx.example', 3)
    const [customers, operator, deferred, ...more] = measures.take()
    assert.deepEqual(more, [])
    assert.deepEqual([customers?.tenants, customers?.count, customers?.sumMs], ['customer', 2, 37])
    assert.deepEqual([customers?.steps[1], customers?.steps[3]], [1, 1])
    assert.deepEqual([operator?.tenants, operator?.steps[timeSteps.length]], ['operator', 1])
    assert.deepEqual(
      [deferred?.name, deferred?.hop, deferred?.count, deferred?.steps],
      ['deferred', 'mx.example', 3, []],
    )
    assert.deepEqual(measures.take(), [])
    assert.equal(measures.lines().length, 3)
  })

  test('a flood of next hops has one line together, and those that rest make room', () => {
    const { measures } = open()
    for (let n = 0; n < 100; n++) measures.count('delivered', 'outbound', 'a', `mx${n}.example`)
    const hops = measures.take().map((each) => [each.hop, each.count])
    assert.equal(hops.length, 41)
    assert.deepEqual(
      hops.find(([hop]) => hop === 'other'),
      ['other', 60],
    )
    for (let round = 0; round < 61; round++) measures.take()
    measures.count('delivered', 'outbound', 'a', 'mx99.example')
    assert.deepEqual(
      measures.take().map((each) => each.hop),
      ['mx99.example'],
    )
  })

  test('metrics show them as a histogram and a counter with the node', async () => {
    const { measures, registry } = open()
    measures.observe('deliver', 'outbound', 'a', 'mx."x".example', 40)
    measures.count('refused', 'inbound', '', '')
    const text = await registry.metrics()
    assert.match(text, /mailkeep_stage_seconds_bucket\{le="0\.02",node="node-1",stage="deliver".*\} 0/)
    assert.match(text, /mailkeep_stage_seconds_bucket\{le="0\.05",.*hop="mx\.\\"x\\"\.example"\} 1/)
    assert.match(text, /mailkeep_stage_seconds_bucket\{le="\+Inf",.*\} 1/)
    assert.match(text, /mailkeep_stage_seconds_sum\{.*\} 0\.04/)
    assert.match(
      text,
      /mailkeep_deliveries_total\{node="node-1",what="refused",direction="inbound",tenants="customer"\} 1/,
    )
  })
})
