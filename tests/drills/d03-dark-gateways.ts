import { setTimeout as sleep } from 'node:timers/promises'
import { holdAnswers, listed } from './d03-answers.ts'
import {
  cannotWrite,
  type Gateway,
  isReady,
  leavesPool,
  newcomer,
  offer,
  type StoreParts,
  type StoreRig,
  startUnmounted,
  untilReady,
} from './d03-rig.ts'
import type { DrillReport } from './drill.ts'

/**
 * One gateway cannot write to the store, and another was started where its disk is not mounted; the rest go on.
 * Answers when it could write again (ms).
 */
export async function darkForTwo({ report, rig, witness }: StoreParts): Promise<number> {
  const what = 'one gateway cannot write'
  const fresh = await newcomer(rig, 'new4')
  const [first, second, third] = rig.gateways
  const stop = new AbortController()
  const since = Date.now()
  cannotWrite(second, true)
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { stop: stop.signal }))
  try {
    await leavesPool(report, what, second)
    await unmounted(report, rig, fresh)
    const stay = await Promise.all([first, third].map(isReady))
    report.hold(
      `${what}: the others stay in the pool`,
      'both',
      stay.filter(Boolean).length,
      stay.every(Boolean),
      'timed',
    )
    await witness.sees({
      ...{ what, since, alarm: 'process-silent', about: new RegExp(`^${second.name} ${second.process.pid}`) },
      ...{ withinMs: 60_000, names: new RegExp(`${second.name} .*gateway`), component: null },
    })
    await witness.stayed(what, 'gateway-delivery')
  } finally {
    cannotWrite(second, false)
  }
  const back = Date.now()
  await untilReady(second, true)
  await sleep(1500)
  stop.abort()
  const all = await Promise.all(offers)
  for (const [index, each] of all.entries())
    holdAnswers(report, `${what}: ${rig.gateways[index]?.name}`, each)
  const others = [all[0], all[2]].flatMap((each) => (each ? [each.of.valid, each.of.new] : []))
  const late = others.reduce((sum, each) => sum + each.putOff, 0)
  const most = others.reduce((sum, each) => sum + each.taken, 0) / 20
  report.hold(`${what}: mail that the others put off`, '<= 5 %', late, late <= most, 'timed')
  await listed(report, rig, what, since, all)
  return back
}

/** Nothing is there to look anybody up in: 451 for everybody, and never in the pool. */
async function unmounted(report: DrillReport, rig: StoreRig, fresh: string): Promise<void> {
  const what = 'a gateway whose disk is not mounted'
  await using away = (await startUnmounted(rig)).process
  const gateway: Gateway = { name: 'node-4', process: away }
  const had = rig.sent.length
  const { of } = await offer(rig, gateway, fresh, { most: 9 })
  const ready = await isReady(gateway)
  // What this one knows of them is kept in its own, bare place.
  const own = rig.sent.splice(had)
  rig.sent.push(...own.filter(({ outcome }) => outcome === 'acknowledged'))
  const heard = own.map(({ reply }) => reply.slice(0, 9))
  report.hold(
    `${what}: 5xx to valid recipients`,
    '0',
    of.valid.refused + of.new.refused,
    of.valid.refused + of.new.refused === 0,
  )
  report.hold(
    `${what}: everybody hears 451`,
    '451 4.3.0 alone',
    [...new Set(heard)].join('; '),
    heard.length > 0 && heard.every((each) => each === '451 4.3.0'),
  )
  report.hold(`${what}: in the pool`, 'never', ready ? 'in it' : 'never', !ready)
}
