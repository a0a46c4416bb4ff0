import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseName } from '../../server/src/ground/storage/database/open-database.ts'
import { endWithUs } from '../harness/end-with-us.ts'
import { whyNoDisk } from '../harness/test-disk.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { holdAnswers } from './d03-answers.ts'
import { darkForTwo } from './d03-dark-gateways.ts'
import { isForNobody, limitTool, newcomer, offer, openStoreRig, type StoreParts } from './d03-rig.ts'
import { locked, slow } from './d03-slow-store.ts'
import type { Drill } from './drill.ts'
import { checkInvariants } from './measure.ts'
import { Witness } from './witness.ts'

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
    /^(store-locked|process-(silent|halts)|disk-slow|check-slow|load-high|search-behind|settlement-waits|job-failed|refused-share|stage-slow|first-try-late|slow-message|inspection-slow|drain-behind|queue-grows|deferred-share|mail-flow|watcher-silent|content-unavailable|console-(slow|faults))/,
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
    let back = Date.now()
    if (incident !== '2025-04-recipient-lookup-database-rejects') {
      await locked(parts)
      await slow(parts)
      back = await holderDies(parts)
    }
    if (incident !== '2025-q1-database-fault-delays-inbound') back = await darkForTwo(parts)
    await caughtUp(parts, back)
    const refused = rig.sent.filter(({ rcptTo }) => isForNobody(rcptTo)).length
    await checkInvariants(report, rig.site, [rig.sink], rig.sent, { refusals: refused })
  },
}

/** Whoever holds the store in mid-transaction is killed: what it had begun is undone, and the others write at once. Answers when (ms). */
async function holderDies({ report, rig }: StoreParts): Promise<number> {
  const what = 'the holder is killed in mid-transaction'
  const fresh = await newcomer(rig, 'new3')
  const path = join(rig.site.folder, 'data', databaseName)
  const holder = await holdStore(path)
  const offers = rig.gateways.map((each) => offer(rig, each, fresh, { most: 12 }))
  await sleep(500)
  holder.kill('SIGKILL')
  const back = Date.now()
  const all = await Promise.all(offers)
  for (const [index, each] of all.entries())
    holdAnswers(report, `${what}: ${rig.gateways[index]?.name}`, each)
  const taken = all.reduce((sum, { of }) => sum + of.valid.taken + of.new.taken, 0)
  report.hold(`${what}: mail is taken`, '> 0', taken, taken > 0)
  using database = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  const { left } = database.prepare('SELECT count(*) AS left FROM domains').get() as { left: number }
  report.hold(`${what}: the domain that it had begun to delete`, 'is there', left, left === 1)
  return back
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

/**
 * What waits is gone soon after, and nothing new waits behind it.
 * @param back when the store was there for all again (ms)
 */
async function caughtUp({ report, rig }: StoreParts, back: number): Promise<void> {
  await waitUntil('nothing waits', async () => (await rig.site.books()).waiting === 0, 600_000)
  const took = Date.now() - back
  report.hold('caught up after it is back', '<= 5 min', `${took} ms`, took <= 300_000, 'timed')
}
