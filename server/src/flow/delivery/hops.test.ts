import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseLane } from '#flow/spool/lane.ts'
import type { Hop } from './hop.ts'
import { Hops } from './hops.ts'

const hourMs = 3_600_000

test('a hop that nothing is sent to for an hour is forgotten, not one that is down or that a lane leads to', () => {
  const forgotten: (Hop | null)[] = []
  const hops = new Hops({ nextHopOf: (domain) => `smtp://${domain}` }, (hop) => forgotten.push(hop))
  const of = (domain: string) => hops.of(parseLane(`inbound|one|${domain}`), null)
  const names = ['idle.test', 'used.test', 'down.test', 'lane.test']
  const [idle, used, down, lane] = names.map(of)
  assert(idle && used && down && lane)
  for (const each of [idle, used, down, lane]) each.succeeded(1, 5)
  used.succeeded(hourMs, 5)
  down.failed(2, null, 1000)
  const inUse = new Set([lane])
  hops.sweep(hourMs, inUse)
  assert.equal([...hops.all()].length, 4)
  hops.sweep(hourMs + 2, inUse)
  assert.deepEqual([...hops.all()], [used, down, lane])
  assert.deepEqual(forgotten, [idle])
  assert.notEqual(of('idle.test'), idle)
  assert.equal(of('lane.test'), lane)
})
