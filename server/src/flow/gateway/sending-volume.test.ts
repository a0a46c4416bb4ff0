import assert from 'node:assert/strict'
import { test } from 'node:test'
import { senderKey } from './sender-key.ts'
import { SendingVolume } from './sending-volume.ts'

test('recipients of an hour are counted by sender, with those of other processes, and forgotten with the hour', async () => {
  let now = 10 * 3_600_000
  const told: string[] = []
  const alarms = { pulse: (name: string, subject: string) => void told.push(`${name} ${subject}`) }
  const others = { slots: [{ sender: 'a@one.test', at: now, recipients: 7 }], suspended: ['c@one.test'] }
  const volume = new SendingVolume({ now: () => now }, alarms, { volumes: async () => others }, 'mine')
  volume.take('a@one.test', 150)
  now += 1_800_000
  volume.take('a@one.test', 49)
  assert.equal(volume.count('a@one.test'), 199)
  await volume.refresh()
  assert.equal(volume.count('a@one.test'), 206)
  volume.giveBack('a@one.test', 49, now)
  assert.equal(volume.count('a@one.test'), 157, 'given back')
  assert.equal(volume.count('b@one.test'), 0)
  now += 1_800_001
  assert.equal(volume.count('a@one.test'), 7)
  assert.deepEqual([volume.isSuspended('c@one.test'), volume.isSuspended('a@one.test')], [true, false])
  volume.noteSuspended('a@one.test')
  await volume.refresh()
  assert.equal(volume.isSuspended('a@one.test'), true, 'before the word comes back')
  now += 11_000
  await volume.refresh()
  assert.equal(volume.isSuspended('a@one.test'), false, 'somebody has freed it')
  volume.tellStopped('a@one.test', 5)
  assert.deepEqual(told, ['sending-stopped a@one.test'])
})

test('what is given back leaves the step of time that it was counted in', () => {
  let now = 10 * 3_600_000
  const volume = new SendingVolume({ now: () => now }, { pulse: () => undefined })
  const came = now
  volume.take('a@one.test', 40, came)
  now += 900_000
  volume.giveBack('a@one.test', 40, came)
  assert.equal(volume.count('a@one.test'), 0)
  volume.take('a@one.test', 5)
  volume.giveBack('a@one.test', 40, came)
  volume.giveBack('b@one.test', 40, came)
  assert.equal(volume.count('a@one.test'), 5, 'nothing of others')
})

test('a person is one sender by whatever address; behind a server each address is one', () => {
  const person = {
    by: 'login',
    name: 'A@one.test',
    tenant: 'one',
    domains: null,
    addresses: ['a@one.test'],
  } as const
  assert.equal(senderKey(person, 'sales@one.test'), 'a@one.test')
  const server = { ...person, name: 'printer', addresses: null }
  assert.equal(senderKey(server, 'B+tag@one.test'), 'b@one.test')
})
