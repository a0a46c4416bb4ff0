import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceTrips } from './advance-trips.ts'
import type { RadarParts } from './radar-parts.ts'
import type { RadarTrip } from './radar-store.ts'

const oursMs = 600_000

const trip = (more: Partial<RadarTrip>): RadarTrip => ({
  ...{ id: 't', path: 'p', startedAt: 0, state: 'open', says: '', token: 'x', messageId: 'm' },
  ...{ oursUntil: oursMs, deliveredAt: null, repliedAt: null, endedAt: null, control: 'c', node: 'node-1' },
  ...more,
})

/** What becomes of a trip without a reply, whose mail was taken at a moment (ms); our own way back is open. */
async function endOf(takenAt: number) {
  const control = trip({ id: 'c', path: '', state: 'passed', repliedAt: 1000, control: null })
  const put: RadarTrip[] = []
  await advanceTrips({
    radar: {
      takeDuePaths: async () => [],
      openTrips: async () => [trip({})],
      reply: async () => null,
      trip: async () => control,
      trips: async () => [],
      path: async () => ({ address: 'b@far.test' }),
      putTrip: async (given: RadarTrip) => void put.push(given),
    },
    mailState: async () => ({ kind: 'delivered', at: takenAt }),
    mailboxReadAt: () => undefined,
    now: () => oursMs + 1,
    times: () => ({ oursMs }),
  } as unknown as RadarParts)
  return [put[0]?.state, put[0]?.says]
}

test('a mail that was taken in time and brings no reply is a fault of theirs', async () => {
  assert.deepEqual(await endOf(2000), ['failed', 'the mail was taken, and no reply came back'])
})

test('one that was taken when a reply could hardly come in time proves nothing', async () => {
  const late = ['inconclusive', 'the mail was taken too late for a reply to come in time']
  assert.deepEqual(await endOf(oursMs / 2 + 1), late)
  assert.deepEqual(await endOf(oursMs + 1), late)
})
