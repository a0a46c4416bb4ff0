import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BackupPlace } from '#ground/storage/backups/backup-place.ts'
import { TestBackups } from '#ground/storage/backups/test-backups.ts'
import { type KillPoint, killAtCall } from '../../../tests/harness/kill-at-call.ts'

const program = fileURLToPath(new URL('./backup-process.ts', import.meta.url))
const [hour, day] = [3_600_000, 86_400_000]

const at = (
  call: KillPoint['call'],
  path: string,
  when: KillPoint['when'] = 'before',
  nth = 1,
): KillPoint => ({ call, path, when, nth })

/** Where a backup is killed: once in each phase, in their order. */
const points: Readonly<Record<string, KillPoint>> = {
  'content is half copied': at('copyFileSync', 'content/', 'half'),
  'its pages are half written': at('writeSync', 'pages/.*\\.pages\\.unfinished', 'half', 2),
  'its pages have their name': at('renameSync', 'pages/', 'after'),
  'the list has no name': at('renameSync', 'generations/'),
  'hashes are half changed': at('writeSync', 'page-hashes', 'after', 2),
  'the data folder does not know of it': at('renameSync', 'last-backup'),
  'thinning: one has taken up the oldest': at('renameSync', 'generations/', 'after', 2),
  'thinning: the list with pages that are put together has no name': at(
    'renameSync',
    'generations/',
    'before',
    3,
  ),
  'thinning: lists are removed, pages are not': at('rmSync', 'pages/'),
  'thinning: half a page is written into the whole database': at('writeSync', '\\.image$', 'half'),
}

/** All other points of the same phases. */
const morePoints: Readonly<Record<string, KillPoint>> = {
  'content is copied and has no name': at('renameSync', 'content/'),
  'content has its name': at('renameSync', 'content/', 'after', 2),
  'a part is half written': at('writeFileSync', 'parts/', 'half'),
  'the head of its pages is half written': at('writeSync', 'pages/.*\\.pages\\.unfinished', 'half'),
  'its pages are not synced': at('fsyncSync', 'pages/.*\\.pages\\.unfinished'),
  'its pages have no name': at('renameSync', 'pages/'),
  'the list is half written': at('writeFileSync', 'generations/', 'half'),
  'the list has its name': at('renameSync', 'generations/', 'after'),
  'hashes are taken away': at('writeSync', 'page-hashes', 'after'),
  'thinning: one that takes up the oldest has no name': at('renameSync', 'generations/', 'before', 2),
  'thinning: pages are half put together': at('writeSync', '-from-.*unfinished', 'half', 2),
  'thinning: pages that are put together have no name': at('renameSync', '-from-'),
  'thinning: pages that are put together have their name': at('renameSync', '-from-', 'after'),
  'thinning: the list with them has its name': at('renameSync', 'generations/', 'after', 3),
  'thinning: nothing of what goes is removed': at('rmSync', 'generations/'),
  'thinning: one of two lists is removed': at('rmSync', 'generations/', 'after'),
  'thinning: some pages are removed': at('rmSync', 'pages/', 'after'),
  'thinning: content that nobody names is not removed': at('rmSync', 'content/'),
  'thinning: some pages are written into the whole database': at('writeSync', '\\.image$', 'after', 2),
  'thinning: it is not noted that they are in it': at('renameSync', 'generations/', 'before', 4),
  'thinning: their file is not removed': at('rmSync', 'pages/', 'before', 3),
}

/** Where the first backup of all is killed. */
const firstPoints: Readonly<Record<string, KillPoint>> = {
  'its folder is marked, and the data folder does not know of it': at('renameSync', 'backup-place'),
  'the whole database is half written': at('writeSync', '\\.image\\.unfinished', 'half', 5),
}

const moreFirstPoints: Readonly<Record<string, KillPoint>> = {
  'its folder is half marked': at('writeFileSync', 'mailkeep-backups', 'half'),
  'the list has no name': at('renameSync', 'generations/'),
  'hashes have no name': at('renameSync', 'page-hashes'),
}

/** Each point costs some seconds, so that not all of them are part of every run: `npm test -- --long` has them. */
const isLong = process.env.LONG_TESTS === '1'

interface State {
  readonly rows: string
  readonly files: readonly string[]
  /** A file that is no mail. */
  readonly snapshot: string
}

describe('a backup that is killed, wherever it is', () => {
  let site: TestBackups
  let running: ChildProcess[]
  /** What the site was, by the moment of each backup (ms). */
  let known: Map<number, State>
  beforeEach(() => {
    site = new TestBackups()
    ;[running, known] = [[], new Map()]
    for (let n = 0; n < 60; n++) site.put(n)
    putSnapshot('first')
  })
  afterEach(() => {
    for (const each of running) each.kill('SIGKILL')
    site[Symbol.dispose]()
  })

  const start = (execArgv: string[] = []) => {
    const child = fork(program, [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    running.push(child)
    child.send({
      ...{ parent: process.pid, data: site.data, folder: site.folder, everyMs: hour, verifyEveryMs: 0 },
      keep: { allMs: day, dailyMs: 1000 * day },
    })
    return child
  }
  /** @throws where it comes to its end, as then the point was never there */
  const killed = async (point: KillPoint) => {
    const child = start(killAtCall(point))
    const end = await Promise.race([once(child, 'exit'), once(child, 'message')])
    assert.deepEqual(end, [null, 'SIGKILL'], 'it was never there')
  }
  const next = async () => {
    const [told] = await once(start(), 'message')
    assert.deepEqual(told.faults, [], JSON.stringify(told))
    known.set(told.at, state())
  }
  const snapshotOf = (data: string) => readFileSync(join(data, 'directory', 'snapshot'), 'utf8')
  const putSnapshot = (text: string) => writeFileSync(join(site.data, 'directory', 'snapshot'), text)
  const state = (): State => ({
    rows: site.rows(),
    files: readdirSync(join(site.data, 'bodies')).sort(),
    snapshot: snapshotOf(site.data),
  })
  const change = (n: number) => {
    for (let k = 0; k < 8; k++) site.put(7 * n + k)
    site.putFile(`new-${n}`, `content ${n}`)
    putSnapshot(`snapshot ${n} ${'x'.repeat(n)}`)
    if (n > 0) site.settle(`new-${n - 1}`)
  }
  /** Every backup on the list is restored as the site was then. @param unknown what the one that was killed had to take */
  const judgeList = async (unknown: State | null) => {
    using place = new BackupPlace(site.folder, 'list')
    const { chain, faults } = place.readable()
    assert.deepEqual(faults, [])
    for (const { at } of chain) {
      const { rows, files, target } = await site.restored(at)
      const was = known.get(at) ?? unknown
      assert.ok(was !== null, 'nobody has made this one')
      assert.deepEqual([files, snapshotOf(target)], [was.files, was.snapshot])
      assert.ok(rows === was.rows, `rows of ${new Date(at).toISOString()} are not those of the site then`)
    }
    return chain.length
  }
  /** What is left of it is no backup, or a whole one; the next is whole, and takes nothing from those before. */
  const judge = async (was: State) => {
    if (known.size > 0) await judgeList(was)
    change(6)
    await next()
    const count = await judgeList(was)
    assert.deepEqual((await site.verify()).faults, [])
    const halves = readdirSync(site.folder, { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      halves.filter((each) => each.endsWith('.unfinished')),
      [],
    )
    return count
  }

  /** Five backups: two of a day, two of the next, one of yesterday; so one of each of the first days is dropped next. */
  const makeOlder = async () => {
    const today = Math.floor(Date.now() / day)
    const ago = [3, 3, 2, 2, 1]
    for (const [n, days] of ago.entries()) {
      change(n)
      const { generation } = await site.add()
      using place = new BackupPlace(site.folder, 'write')
      const moment = (today - days) * day + n * hour
      place.put({ ...generation, at: moment })
      known.set(moment, state())
    }
    change(ago.length)
    site.putFile('another', 'another')
  }

  for (const [name, point] of Object.entries({ ...points, ...(isLong && morePoints) }))
    test(`where ${name}`, async () => {
      await makeOlder()
      await killed(point)
      const count = await judge(state())
      // Three of the past stay; the one that was killed is there where its list had its name.
      assert.ok(count === 4 || count === 5, `${count} backups`)
    })

  for (const [name, point] of Object.entries({ ...firstPoints, ...(isLong && moreFirstPoints) }))
    test(`where it is the first and ${name}`, async () => {
      site.putFile('a', 'content')
      site.putFile('new-5', 'content')
      await killed(point)
      assert.ok((await judge(state())) <= 2)
    })
})
