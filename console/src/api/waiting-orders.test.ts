import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { noteOrder, readLateOrders, subscribeToLateOrders } from './waiting-orders.ts'

test('an order is told as waiting from two seconds on, until its end', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  let told = 0
  const end = subscribeToLateOrders(() => {
    told += 1
  })
  const quick = noteOrder()
  const slow = noteOrder()
  mock.timers.tick(1900)
  quick()
  mock.timers.tick(200)
  assert.deepEqual([readLateOrders(), told], [1, 1])
  slow()
  assert.deepEqual([readLateOrders(), told], [0, 2])
  end()
})
