import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoadWatch } from './load-watch.ts'

const quiet = (n: number) => ({ source: `192.0.2.${n}`, tenant: `t${n}`, recipient: `d${n}.test` })
const loud = { source: '198.51.100.9', tenant: 'loud', recipient: 'shop.test' }

test('load is the mean over the whole window, and nothing is said before it is over', () => {
  const watch = new LoadWatch()
  const found = [0, 5, 10, 15, 20].map((at) => watch.step(90, at * 1000, 20_000))
  assert.deepEqual(
    found.map((each) => each?.percent ?? null),
    [null, null, null, null, 90],
  )
  assert.equal(watch.step(40, 25_000, 20_000)?.percent, 77.5)
})

test('who brings most is named, of each kind', () => {
  const watch = new LoadWatch()
  for (let second = 0; second <= 20; second += 5) {
    for (let n = 0; n < 50; n++) watch.note(quiet(n), second * 1000)
    for (let n = 0; n < 10; n++) watch.note(loud, second * 1000)
    watch.step(95, second * 1000, 20_000)
  }
  const load = watch.step(95, 25_000, 20_000)
  assert.deepEqual(load?.top(), {
    source: { name: '198.51.100.9', messages: 30 },
    tenant: { name: 'loud', messages: 30 },
    recipient: { name: 'shop.test', messages: 30 },
  })
})

test('a flood of made-up names does not fill the memory', () => {
  const watch = new LoadWatch()
  for (let n = 0; n < 100_000; n++) watch.note({ ...loud, recipient: `d${n}.test` }, 0)
  watch.step(10, 0, 10_000)
  watch.step(10, 5000, 10_000)
  assert.equal(watch.step(10, 10_000, 10_000)?.messages, 100_000)
})
