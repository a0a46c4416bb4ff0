import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LateRows } from './late-rows.ts'
import type { MeasuredRow } from './measure-store.ts'

const row = (node: string, count: number, more: Partial<MeasuredRow> = {}): MeasuredRow => ({
  ...{ node, at: 1000, name: 'accept', direction: 'inbound', tenants: 'customer', hop: '', count },
  ...{ sumMs: 10 * count, steps: [count, 0] },
  ...more,
})

test('what is read again is new once, and what has grown is new by its growth', () => {
  const late = new LateRows()
  assert.deepEqual(late.take([row('a', 3)]), [row('a', 3)])
  assert.deepEqual(late.take([row('a', 3), row('b', 2)]), [row('b', 2)])
  const grown = row('a', 5, { sumMs: 130, steps: [3, 2] })
  assert.deepEqual(late.take([grown, row('b', 2)]), [row('a', 2, { sumMs: 100, steps: [0, 2] })])
})

test('what is not read again is forgotten', () => {
  const late = new LateRows()
  late.take([row('a', 3), row('a', 3, { at: 2000 })])
  late.forget(2000)
  assert.deepEqual(late.take([row('a', 3, { at: 2000 })]), [])
  assert.equal(late.take([row('a', 3)]).length, 1)
})
