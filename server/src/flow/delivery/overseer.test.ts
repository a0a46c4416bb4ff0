import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laneName } from '#flow/spool/lane.ts'
import { drillDomain, probeTenant } from '#ground/platform/probe-tenant.ts'
import { Overseer, type OverseerOptions } from './overseer.ts'

test('mail of people that waits for a hop of ours is told, messages of our own are not', async () => {
  const [now, hourMs] = [Date.UTC(2026, 10, 3, 9), 3_600_000]
  const lanes = [probeTenant, 'one'].map((tenant) =>
    laneName({ direction: 'inbound', tenant, domain: 'a.test', via: null }),
  )
  const raised: string[] = []
  const overseer = new Overseer({
    isOnDuty: () => true,
    isOwnHop: () => true,
    // A node whose clock is an hour behind writes down when it has sent something.
    reader: { backlog: async () => lanes.map((lane) => ({ lane, waiting: 1, oldest: now - hourMs })) },
    clock: { now: () => now },
    settings: { 'delivery.expiryInbound': 100 * hourMs },
    alarms: {
      raise: (name: string, subject: string) => void raised.push(`${name} ${subject}`),
      clear: () => undefined,
      open: () => [],
    },
  } as unknown as OverseerOptions)
  await overseer.watchBacklog()
  assert.deepEqual(raised, [`own-hop-waiting ${lanes[1]}`])
})

test('new mail that nobody tries is told, letters of a drill are not: their next hop is broken on purpose', async () => {
  const now = Date.UTC(2026, 10, 3, 9)
  const laneOf = (tenant: string, domain: string) =>
    laneName({ direction: 'inbound', tenant, domain, via: null })
  let lanes = [laneOf(probeTenant, drillDomain)]
  const raised: string[] = []
  const overseer = new Overseer({
    isOnDuty: () => true,
    mustWait: () => false,
    reader: { lanes: async () => lanes.map((lane) => ({ lane, untriedSince: now - 130_000 })) },
    clock: { now: () => now },
    settings: { 'flow.lateAfter': 120_000 },
    alarms: { raise: (name: string) => void raised.push(name), clear: () => undefined },
  } as unknown as OverseerOptions)
  await overseer.watchFirstTries()
  assert.deepEqual(raised, [])
  lanes = [...lanes, laneOf('one', 'a.test')]
  await overseer.watchFirstTries()
  assert.deepEqual(raised, ['first-try-late'])
})
