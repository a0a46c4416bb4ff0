import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
import { outcomeOf } from '../outcome.ts'
import { noWish } from './choose-path.ts'
import { Senders } from './senders.ts'
import type { SendingAddress } from './sending-address.ts'

const times = { outMs: 60_000, slowMs: 60_000, stepMs: 60_000 }
const sendersOf = (addresses: () => readonly SendingAddress[]) =>
  new Senders({
    addresses,
    helo: 'mail.test',
    allowance: () => Infinity,
    times,
    alarms: createAlarms(systemClock, createSilentLog()),
    clock: systemClock,
  })

test('an open connection carries the next message where the system chooses the address', () => {
  const senders = sendersOf(() => [])
  assert.notEqual(senders.choose('inbound', 'far.test', noWish), 'none')
  assert.equal(senders.mayReuse('127.0.0.1', 'inbound', 'far.test', noWish, 1), true)
})

test('and where addresses are read anew each time', () => {
  const senders = sendersOf(() => [
    { ip: '192.0.2.1', helo: 'a.test', pool: 'outbound', state: 'active', warmUp: null },
  ])
  assert.equal(senders.mayReuse('192.0.2.1', 'outbound', 'far.test', noWish, 1), true)
  assert.equal(senders.mayReuse('192.0.2.9', 'outbound', 'far.test', noWish, 1), false)
})

const both = ['192.0.2.1', '192.0.2.2'].map(
  (ip): SendingAddress => ({ ip, helo: 'a.test', pool: 'outbound', state: 'active', warmUp: null }),
)
const delivered = outcomeOf({ code: 250, enhanced: '2.0.0', text: 'taken' }, 'final')
const putOff = outcomeOf(
  { code: 451, enhanced: '4.7.500', text: 'Server busy. Please try again later' },
  'rcpt',
)

/** Two addresses, the first of which a receiver puts off; answers which alarms about it are open. */
function putsFirstOff(): { senders: Senders; clock: { now: number }; told: () => string[]; tries(): void } {
  const began = Date.now()
  const clock = { now: began }
  const alarms = createAlarms({ ...systemClock, now: () => clock.now }, createSilentLog())
  const senders = new Senders({
    ...{ addresses: () => both, helo: 'mail.test', allowance: () => Infinity, times, alarms },
    clock: { ...systemClock, now: () => clock.now },
  })
  return {
    ...{ senders, clock },
    told: () =>
      alarms
        .open()
        .filter(({ name }) => name === 'address-deferred')
        .map(({ subject }) => subject),
    tries() {
      senders.path('192.0.2.1', 'far.test').use(began)
      for (let n = 0; n < 8; n++) senders.note('192.0.2.1', 'outbound', 'far.test', putOff)
    },
  }
}

test('an address that is put off is told of when another one has delivered, though it rests by then', () => {
  const { senders, told, tries } = putsFirstOff()
  tries()
  assert.deepEqual(told(), [])
  const next = senders.choose('outbound', 'far.test', noWish)
  assert.ok(next !== 'none' && next.ip === '192.0.2.2')
  senders.note('192.0.2.2', 'outbound', 'far.test', delivered)
  assert.deepEqual(told(), ['192.0.2.1 far.test'])
})

test('an address is told of though its tries take longer than it rests', () => {
  const { senders, clock, told, tries } = putsFirstOff()
  senders.choose('outbound', 'far.test', noWish)
  senders.choose('outbound', 'far.test', noWish)
  senders.note('192.0.2.2', 'outbound', 'far.test', delivered)
  clock.now += 2 * times.stepMs
  tries()
  assert.deepEqual(told(), ['192.0.2.1 far.test'])
})

test('mail that was put off takes no open connection from an address that is put off', () => {
  const { senders, clock, tries } = putsFirstOff()
  tries()
  clock.now += 2 * times.stepMs
  const reuses = (putOffFrom: string | null) =>
    senders.mayReuse('192.0.2.1', 'outbound', 'far.test', { ...noWish, putOffFrom }, 1)
  assert.equal(reuses('192.0.2.2'), false)
  assert.equal(reuses('192.0.2.1'), false)
  assert.equal(reuses(null), true)
})

test('nor does it leave the open connection of a good address, over which it was put off once, for a poor one', () => {
  const { senders, clock, tries } = putsFirstOff()
  tries()
  clock.now += 2 * times.stepMs
  const wish = { ...noWish, putOffFrom: '192.0.2.2' }
  assert.equal(senders.mayReuse('192.0.2.2', 'outbound', 'far.test', wish, 1), true)
})
