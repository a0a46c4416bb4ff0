import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import { DeliveryFault } from './fault.ts'
import type { Hop } from './hop.ts'
import type { Target } from './target.ts'
import { TargetWatch } from './target-watch.ts'

const fault = new DeliveryFault('connect', 'timeout', 'no connection within 5 s')
const target = (n: number): Target => ({
  ...{ protocol: 'smtp', host: 'pool.test', ip: `192.0.2.${n}`, port: 25, tls: 'never', identity: null },
})
const [one, two, three] = [target(1), target(2), target(3)]
const all = [one, two, three]

function house(kind: 'smtp' | 'mx' = 'smtp') {
  const open = new Map<string, string>()
  const alarms = {
    raise: (name: string, subject: string, text: string) => void open.set(`${name} ${subject}`, text),
    clear: (name: string, subject: string) => void open.delete(`${name} ${subject}`),
  } as unknown as Alarms
  const hop = { name: 'smtp://pool.test', hop: { kind } } as unknown as Hop
  const clock = { now: 0 }
  return { open, hop, clock, watch: new TargetWatch(alarms, () => clock.now) }
}
const drifts = ({ open }: ReturnType<typeof house>) =>
  [...open].filter(([key]) => key.startsWith('target-drift')).map(([, text]) => text)

test('one among several that fails again and again is named, until it works or is no more listed', () => {
  const it = house()
  it.watch.failed(it.hop, two, all, fault)
  assert.deepEqual([[...it.open.keys()].length, drifts(it).length], [1, 0])
  it.clock.now = 10_000
  it.watch.failed(it.hop, two, all, fault)
  assert.match(drifts(it)[0] ?? '', /leads to 3 servers, and pool\.test \[192\.0\.2\.2\]:25 .*no connection/)
  it.watch.works(it.hop, two)
  assert.equal(it.open.size, 0)
  for (it.clock.now of [20_000, 30_000]) it.watch.failed(it.hop, three, all, fault)
  assert.equal(drifts(it).length, 1)
  it.watch.listed(it.hop, [one, two])
  assert.equal(it.open.size, 0)
  for (it.clock.now of [40_000, 50_000]) it.watch.failed(it.hop, three, all, fault)
  assert.equal(drifts(it).length, 1)
  it.watch.forget(it.hop)
  assert.equal(it.open.size, 0, 'nothing is sent there any more')
})

test('where all fail, or the servers are not ours to list, no list is blamed', () => {
  const [it, theirs] = [house(), house('mx')]
  for (const now of [0, 10_000, 20_000]) {
    it.clock.now = now
    theirs.clock.now = now
    for (const each of all) it.watch.failed(it.hop, each, all, fault)
    theirs.watch.failed(theirs.hop, one, all, fault)
  }
  theirs.watch.out(theirs.hop, two, 'it is slow')
  assert.deepEqual([drifts(it), [...theirs.open]], [[], []])
})
