import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseName } from '../../server/src/ground/storage/database/open-database.ts'
import { endWithUs } from '../harness/end-with-us.ts'
import { lockStore } from '../harness/lock-store.ts'
import { whyNoDisk } from '../harness/test-disk.ts'
import { waitUntil } from '../harness/wait-until.ts'
import {
  cannotWrite,
  type Gateway,
  isForStore,
  isReady,
  limitTool,
  newcomer,
  type Offered,
  offer,
  openStoreRig,
  type StoreRig,
  startUnmounted,
  untilReady,
} from './d03-rig.ts'
import type { Drill, DrillReport } from './drill.ts'
import { checkInvariants, percentile, transit } from './measure.ts'
import { Witness } from './witness.ts'

interface Parts {
  readonly report: DrillReport
  readonly rig: StoreRig
  readonly witness: Witness
  readonly long: boolean
}

const whyNoLimit = () => (existsSync(limitTool) ? null : `${limitTool} is missing`)

/**
 * The store that says who is one of ours is dark or slow: locked by others, not to be written by one gateway, not there for
 * another, on a slow disk, and let go by one that dies. Nobody valid is refused for good, and nobody is let in.
 */
export const darkStore: Drill = {
  id: 'D03',
  name: 'Policy database dark or slow',
  incidents: ['2025-q1-database-fault-delays-inbound', '2025-04-recipient-lookup-database-rejects'],
  about:
    /^(store-locked|process-(silent|halts)|disk-slow|settlement-waits|job-failed|refused-share|stage-slow|first-try-late|slow-message|inspection-slow|drain-behind|queue-grows|deferred-share|mail-flow|watcher-silent|content-unavailable|console-(slow|faults))/,
  notSeen: { status: 'others take the mail, or it is put off for seconds: what is felt of that is measured' },
  needs: [
    { what: 'disks of its own', missing: whyNoDisk },
    { what: 'limits of single processes', missing: whyNoLimit },
  ],
  async run(report, { long, incident }) {
    report.note('left out', 'a database server: the store is a file, and its faults are those of files')
    await using rig = await openStoreRig(report)
    using witness = await Witness.beside(rig.site, report)
    const parts = { report, rig, witness, long }
    if (incident !== '2025-04-recipient-lookup-database-rejects') {
      await locked(parts)
      await slow(parts)
      await holderDies(parts)
    }
    if (incident !== '2025-q1-database-fault-delays-inbound') await darkForTwo(parts)
    await caughtUp(parts)
    const refused = rig.sent.filter(({ rcptTo }) => rcptTo.startsWith('nobody')).length
    // Answers that were lost with a lock may stand for mail that is there.
    await checkInvariants(report, rig.site, [rig.sink], rig.sent, { refusals: refused })
  },
}

/** Another process holds the store for long: nobody can write. */
async function locked({ report, rig, witness, long }: Parts): Promise<void> {
  const what = 'store locked by another process'
  const fresh = await newcomer(rig, 'new1')
  const stop = new AbortController()
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { stop: stop.signal }))
  await sleep(1000)
  const since = Date.now()
  const unlock = lockStore(rig.site, 60_000)
  let all: readonly Offered[] = []
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
  all = await Promise.all(offers)
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
  await listed(report, rig, what, since, all)
  await witness.sees({
    ...{ what, since, alarm: 'store-locked', withinMs: 60_000, component: null },
    names: /others do not write to the store takes .* of node node-\d/,
  })
}

/** Each write takes long: the disk stands still for most of the time. */
async function slow({ report, rig, long }: Parts): Promise<void> {
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

/** Whoever holds the store in mid-transaction is killed: what it had begun is undone, and the others write at once. */
async function holderDies({ report, rig }: Parts): Promise<void> {
  const what = 'the holder is killed in mid-transaction'
  const fresh = await newcomer(rig, 'new3')
  const path = join(rig.site.folder, 'data', databaseName)
  const holder = await holdStore(path)
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { most: 12 }))
  await sleep(500)
  holder.kill('SIGKILL')
  const all = await Promise.all(offers)
  for (const [index, each] of all.entries())
    holdAnswers(report, `${what}: ${rig.gateways[index]?.name}`, each)
  const taken = all.reduce((sum, { of }) => sum + of.valid.taken + of.new.taken, 0)
  report.hold(`${what}: mail is taken`, '> 0', taken, taken > 0)
  using database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  const { left } = database.prepare('SELECT count(*) AS left FROM domains').get() as { left: number }
  report.hold(`${what}: the domain that it had begun to delete`, 'is there', left, left === 1)
}

/** Another process that has begun to delete every domain, and does not come to its end. */
async function holdStore(path: string): Promise<ChildProcess> {
  const script = `
    const { DatabaseSync } = require('node:sqlite')
    const database = new DatabaseSync(process.argv[1], { timeout: 30000 })
    database.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; DELETE FROM domains')
    console.log('it holds')
    setInterval(() => undefined, 1000)`
  const holder = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithUs(holder)
  await new Promise((resolve, reject) => {
    holder.stdout.once('data', resolve)
    holder.once('exit', () => reject(new Error('the holder has ended before it held anything')))
  })
  return holder
}

/** One gateway cannot write to the store, and another was started where its disk is not mounted; the rest go on. */
async function darkForTwo({ report, rig, witness }: Parts): Promise<void> {
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

async function leavesPool(report: DrillReport, what: string, gateway: Gateway): Promise<void> {
  const left = await untilReady(gateway, false)
  report.hold(`${what} leaves the pool`, '<= 30 s', `${left} ms`, left <= 30_000, 'timed')
}

/** Valid: taken or put off. Nobody: 550 as long as the snapshot can tell, and never taken. */
function holdAnswers(report: DrillReport, what: string, { of }: Offered): void {
  const hard = of.valid.refused + of.new.refused
  const words = ({ taken, putOff, refused }: Offered['of']['valid']) =>
    `${taken} taken, ${putOff} put off, ${refused} refused`
  report.hold(
    `${what}: 5xx to valid recipients`,
    '0',
    `${hard} (${words(of.valid)}; new: ${words(of.new)})`,
    hard === 0,
  )
  const { taken, refused } = of.invalid
  report.hold(
    `${what}: nobody is let in, and hears 550`,
    '0 taken, all 550',
    words(of.invalid),
    taken === 0 && refused > 0 && of.invalid.putOff === 0,
    // A gateway that is short of time puts off before it asks who it is for.
    taken === 0 ? 'timed' : undefined,
  )
}

/** I9 of what was not taken: every envelope that was put off, by the id that its sender has, and no other. */
async function listed(
  report: DrillReport,
  rig: StoreRig,
  what: string,
  since: number,
  all: readonly Offered[],
): Promise<void> {
  const heard = new Set(all.flatMap((each) => [...each.putOff]))
  const find = async () => {
    const { rows } = await rig.site.json<{
      rows: { messageId: string; rcptTo: string; mailFrom: string; reply: string }[]
    }>(...['affected', '--since', new Date(since - 2000).toISOString(), '--kind', 'refused'])
    return rows.filter(({ reply, rcptTo }) => !rcptTo.startsWith('nobody') && isForStore.test(reply))
  }
  const isWhole = (rows: readonly { messageId: string }[]) => {
    const ids = new Set(rows.map((each) => each.messageId))
    return [...heard].every((each) => ids.has(each))
  }
  await waitUntil('the list has all', async () => isWhole(await find())).catch(() => null)
  const rows = await find()
  const right = rows.filter(
    ({ messageId, rcptTo, mailFrom }) => heard.has(messageId) && rcptTo !== '' && mailFrom !== '',
  ).length
  report.sight(
    'list',
    `I9 ${what}: envelopes that were put off`,
    'each of them, no other, with sender and recipient',
    `${right} of ${rows.length} listed, of ${heard.size} put off`,
    heard.size > 0 && right === heard.size && rows.length === heard.size,
  )
}

/** What waits is gone soon after, and nothing new waits behind it. */
async function caughtUp({ report, rig }: Parts): Promise<void> {
  const since = Date.now()
  await waitUntil('nothing waits', async () => (await rig.site.books()).waiting === 0, 300_000)
  const took = Date.now() - since
  report.hold('caught up after it is back', '<= 5 min', `${took} ms`, took <= 300_000, 'timed')
}
