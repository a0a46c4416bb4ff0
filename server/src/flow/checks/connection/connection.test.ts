import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isGenericName } from './generic-name.ts'
import { reverseName } from './reverse-name.ts'
import { SenderPace } from './sender-pace.ts'

test('names made of an address, and names of servers', () => {
  for (const name of [
    'p192-0-2-77.pool.example',
    '77.2.0.192.dyn.example',
    'host-2-0-192.isp.example',
    'c000024d.dsl.example',
    'u192000002077.example',
  ])
    assert.equal(isGenericName(name, '192.0.2.77'), true, name)
  for (const name of ['mx1.example.org', 'mail-2.77.example'])
    assert.equal(isGenericName(name, '192.0.2.77'), false, name)
  assert.equal(isGenericName('h2001-db8-0-0.example', '2001:db8::1'), false)
  assert.equal(isGenericName('h20010db8000000000000000000000001.example', '2001:db8::1'), true)
})

test('a burst is far more than before, and needs a before', () => {
  const pace = new SenderPace()
  const minute = 60_000
  for (let i = 0; i < 100; i++) assert.equal(pace.note('new@a.test', 0).isBurst, false)
  for (let m = 0; m < 60; m++) for (let i = 0; i < 5; i++) pace.note('steady@a.test', m * minute)
  let burst = 0
  for (let i = 0; i < 60; i++) if (pace.note('steady@a.test', 60 * minute).isBurst) burst++
  assert.ok(burst > 0 && burst < 60)
  for (let m = 61; m < 200; m++)
    for (let i = 0; i < 60; i++) assert.equal(pace.note('steady@a.test', m * minute).isBurst && m > 90, false)
})

test('mail does not wait for a reverse zone that keeps silent', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = reverseName('192.0.2.1', { lookup: () => new Promise(() => undefined) })
  t.mock.timers.tick(1000)
  assert.equal((await answer).kind, 'unknown')
})

test('memory is bounded, and no name or clock makes it fail', () => {
  const pace = new SenderPace()
  fc.assert(
    fc.property(fc.string(), fc.nat(), (name, now) => {
      assert.ok(Number.isFinite(pace.note(name, now).before))
    }),
  )
  for (let i = 0; i < 30_000; i++) pace.note(`s${i}`, i)
  assert.equal(pace.note('s1', 40_000).lastMinute, 1)
})
