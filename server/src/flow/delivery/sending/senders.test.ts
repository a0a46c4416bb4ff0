import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlarms } from '#ground/platform/alarms.ts'
import { systemClock } from '#ground/platform/clock.ts'
import { createSilentLog } from '#ground/platform/log.ts'
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
