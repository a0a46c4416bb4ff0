import { setTimeout as sleep } from 'node:timers/promises'
import { lockStore } from '../harness/lock-store.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { holdAnswers, listed } from './d03-answers.ts'
import { leavesPool, newcomer, offer, type StoreParts, untilReady } from './d03-rig.ts'
import { percentile, transit } from './measure.ts'

/** Another process holds the store for long: nobody can write. */
export async function locked({ report, rig, witness, long }: StoreParts): Promise<void> {
  const what = 'store locked by another process'
  const fresh = await newcomer(rig, 'new1')
  const stop = new AbortController()
  const began = Date.now()
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { stop: stop.signal }))
  await sleep(1000)
  const since = Date.now()
  const unlock = lockStore(rig.site, 60_000)
  try {
    await Promise.all([
      sleep(long ? 300_000 : 13_000),
      ...rig.gateways.map((each) => leavesPool(report, `${what}: ${each.name}`, each)),
    ])
  } finally {
    unlock()
  }
  await Promise.all(rig.gateways.map((each) => untilReady(each, true)))
  await sleep(1000)
  stop.abort()
  const all = await Promise.all(offers)
  for (const [index, each] of all.entries())
    holdAnswers(report, `${what}: ${rig.gateways[index]?.name}`, each)
  const longest = Math.max(...all.flatMap(({ sent }) => sent.map(({ tookMs }) => tookMs)))
  report.hold(
    `${what}: nobody waits longer for an answer`,
    '<= 30 s',
    `${longest.toFixed(0)} ms`,
    longest <= 30_000,
    'timed',
  )
  await listed(report, rig, what, began, all)
  await witness.sees({
    ...{ what, since, alarm: 'store-locked', withinMs: 60_000, component: null },
    names: /others do not write to the store takes .* of node node-\d/,
  })
}

/** Each write takes long: the disk stands still for most of the time. */
export async function slow({ report, rig, long }: StoreParts): Promise<void> {
  const fresh = await newcomer(rig, 'new2')
  const stop = new AbortController()
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { stop: stop.signal }))
  const until = Date.now() + (long ? 60_000 : 4000)
  try {
    while (Date.now() < until) {
      rig.disk.freeze()
      await sleep(500)
      rig.disk.thaw()
      await sleep(100)
    }
  } finally {
    rig.disk.thaw()
  }
  stop.abort()
  const all = await Promise.all(offers)
  for (const [index, each] of all.entries())
    holdAnswers(report, `slow disk: ${rig.gateways[index]?.name}`, each)
  const sent = all.flatMap((each) => each.sent)
  const taken = sent.filter(({ outcome }) => outcome === 'acknowledged')
  report.hold('slow disk: mail goes on', '> 0 taken', taken.length, taken.length > 0)
  await waitUntil('it arrives', () => transit(taken, rig.sink).length >= taken.length)
  const p99 = percentile(transit(taken, rig.sink), 0.99)
  report.hold('slow disk: accepted mail p99', '<= 60 s', `${p99} ms`, p99 <= 60_000, 'timed')
}
