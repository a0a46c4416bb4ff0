import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SendingVolume } from './sending-volume.ts'

test('recipients of an hour are counted by sender, told of once, and forgotten with the hour', () => {
  let now = 10 * 3_600_000
  const told: string[] = []
  const alarms = { pulse: (name: string, subject: string) => void told.push(`${name} ${subject}`) }
  const volume = new SendingVolume({ now: () => now }, alarms, () => 200)
  volume.add('A@one.test', 150)
  now += 1_800_000
  volume.add('a@one.test', 49)
  assert.equal(volume.count('a@ONE.test'), 199)
  assert.deepEqual(told, [])
  volume.add('a@one.test', 1)
  volume.add('a@one.test', 50)
  assert.deepEqual(told, ['sending-volume a@one.test'], 'not with each message')
  assert.equal(volume.count('b@one.test'), 0)
  now += 1_800_001
  assert.equal(volume.count('a@one.test'), 100)
  now += 3_600_000
  assert.equal(volume.count('a@one.test'), 0)
  volume.tellStopped('a@one.test', 5)
  assert.equal(told.at(-1), 'sending-stopped a@one.test')
})
