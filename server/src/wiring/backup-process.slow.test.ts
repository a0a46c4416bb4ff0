import assert from 'node:assert/strict'
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readBackupReport } from '#ground/storage/backups/report-file.ts'
import { TestBackups } from '#ground/storage/backups/test-backups.ts'
import { putBackupWish, readBackupWish } from '#ground/storage/backups/wish-file.ts'
import type { BackupReport } from '#services/backup/backup-report.ts'

const program = fileURLToPath(new URL('./backup-process.ts', import.meta.url))
const hour = 3_600_000

describe('the process that makes backups', () => {
  let site: TestBackups
  let running: ChildProcess[]
  beforeEach(() => {
    site = new TestBackups()
    running = []
    // At its pace it has to copy for more than a second.
    for (let n = 0; n < 12; n++) site.put(n, 8 << 20)
  })
  afterEach(() => {
    for (const each of running) each.kill('SIGKILL')
    site[Symbol.dispose]()
  })

  const order = (parent: number, everyMs = hour) => ({
    ...{ parent, data: site.data, folder: site.folder, everyMs },
    keep: { allMs: 1000 * hour, dailyMs: 1000 * hour },
    verifyEveryMs: 0,
  })
  const start = (
    everyMs = hour,
    as: { readonly uid?: number } = {},
    more: { verifyEveryMs?: number } = {},
  ) => {
    const child = fork(program, [], {
      ...{ execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], ...as },
    })
    running.push(child)
    child.send({ ...order(process.pid, everyMs), ...more })
    return child
  }
  const report = async () => (await readBackupReport(site.data)) ?? assert.fail('it says nothing')
  const says = async (what: string, is: (each: BackupReport) => boolean) => {
    for (const end = Date.now() + 60_000; !is(await report()); await sleep(5))
      assert.ok(Date.now() < end, what)
  }
  const untilProved = () => says('it is verified', ({ proof }) => proof !== null)
  const half = () => {
    try {
      return readdirSync(join(site.folder, 'pages')).filter((each) => each.endsWith('.unfinished'))
    } catch {
      return []
    }
  }
  const until = async (what: string, is: () => boolean) => {
    for (const end = Date.now() + 60_000; !is(); await sleep(5)) assert.ok(Date.now() < end, what)
  }
  const generations = () => readdirSync(join(site.folder, 'generations'))
  const hasEnded = (pid: number) => {
    try {
      // Nobody may be there who asks for how it ended.
      return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return true
    }
  }

  test('killed in the middle of one, the next makes a whole backup and clears away what was left', async () => {
    const first = start()
    await until('pages are written', () => half().length > 0)
    first.kill('SIGKILL')
    await once(first, 'exit')
    assert.deepEqual([half().length, generations()], [1, []])
    const [told] = await once(start(), 'message')
    assert.deepEqual(told.faults, [])
    assert.deepEqual(
      [half(), generations().length, readdirSync(join(site.folder, 'pages')).length],
      [[], 1, 1],
    )
    assert.equal((await site.restored()).rows, site.rows())
  })

  test('what is asked for is done at once, and said', async () => {
    const child = start()
    await once(child, 'message')
    site.put(100)
    const wish = { what: 'backup' as const, at: Date.now() }
    const asked = ['olga', 'otto'].map((who) => putBackupWish(site.data, { ...wish, who }))
    assert.deepEqual(
      (await Promise.all(asked)).sort(),
      [false, true],
      'one of them is told that it is asked for',
    )
    await once(child, 'message')
    await until('it is made', () => generations().length === 2)
    assert.equal(await readBackupWish(site.data), null)
    assert.deepEqual(
      readdirSync(site.data).filter((each) => each.startsWith('backup-wish')),
      [],
    )
    const told: unknown[] = []
    child.on('message', (each) => told.push(each))
    await putBackupWish(site.data, { what: 'verify', who: 'olga', at: Date.now() })
    await untilProved()
    await until('it is told', () => told.length === 2)
    const came = (await report()).proof
    assert.deepEqual(told, [{ verifies: true }, { verifies: false, proof: came, proofFault: null }])
    const { backups, proof, doing, fault, nextAt, databaseBytes } = await report()
    assert.deepEqual([proof?.faults, proof?.of, doing, fault], [[], backups[1]?.at, null, null])
    assert.ok((backups[0]?.bytes ?? 0) > 96 << 20 && (backups[1]?.bytes ?? 1e9) < 1 << 20)
    assert.ok((backups[0]?.tookMs ?? 0) > 500, `${backups[0]?.tookMs} ms`)
    assert.ok(
      (backups[0]?.madeAt ?? 0) > (backups[0]?.at ?? 0) + 500,
      'its pages are written after its moment',
    )
    assert.ok((databaseBytes ?? 0) > 96 << 20 && nextAt > Date.now())
    rmSync(join(site.folder, 'pages', readdirSync(join(site.folder, 'pages'))[0] ?? ''))
    await putBackupWish(site.data, { what: 'verify', who: 'olga', at: Date.now() })
    await says('it is found', ({ proof }) => proof?.faults.length !== 0)
    const after = await report()
    assert.match(after.proof?.faults.join() ?? '', /is missing/)
    assert.deepEqual(
      after.backups.map((each) => each.isDamaged),
      [true, true],
    )
  })

  test('the newest is verified by itself, once between two backups, and not again when one has ended the process', async () => {
    const child = start(hour, {}, { verifyEveryMs: 1 })
    const told: { verifies?: boolean }[] = []
    child.on('message', (each) => told.push(each as object))
    await until('the first is made', () => told.length > 0)
    await untilProved()
    await until('it is told', () => told.length === 3)
    assert.deepEqual(
      told.map(({ verifies }) => verifies),
      [undefined, true, false],
    )
    const { proof, backups, triedAt } = await report()
    assert.deepEqual([proof?.faults, proof?.of], [[], backups[0]?.at])
    assert.ok((triedAt ?? 0) > (backups[0]?.madeAt ?? 0))
    child.kill('SIGKILL')
    await once(child, 'exit')
    rmSync(join(site.folder, 'proof.json'))
    const next = start(hour, {}, { verifyEveryMs: 24 * hour })
    const [made] = await once(next, 'message')
    assert.deepEqual(made.faults, [])
    assert.equal((await report()).triedAt, triedAt, 'who comes next knows that it was tried')
  })

  test('orders and settings are heard where the next backup is always due', async () => {
    const child = start(1)
    await once(child, 'message')
    await putBackupWish(site.data, { what: 'verify', who: 'olga', at: Date.now() })
    await untilProved()
    child.send(order(process.pid))
    await says('other settings are heard', ({ nextAt }) => nextAt > Date.now() + hour / 2)
  })

  test('other settings hold from the next backup on, without a new beginning', async () => {
    const child = start()
    await once(child, 'message')
    await says('it waits', ({ doing, nextAt }) => doing === null && nextAt > 0)
    const { nextAt } = await report()
    child.send(order(process.pid, 2 * hour))
    await says('the next one is expected later', (each) => each.nextAt === nextAt + hour)
    child.send(order(process.pid, 1000))
    await once(child, 'message')
    assert.equal(generations().length, 2)
  })

  test('what somebody else has left of a verification is told, and ends no backup', async () => {
    const stranger = 12_345
    const isRoot = process.getuid?.() === 0
    const scratch = join(site.folder, 'verify.unfinished')
    await site.add()
    mkdirSync(scratch)
    writeFileSync(join(scratch, 'mailkeep.db'), '')
    if (isRoot) {
      const all = readdirSync(site.base, { recursive: true, encoding: 'utf8' }).map((each) =>
        join(site.base, each),
      )
      for (const each of [site.base, ...all])
        if (!each.startsWith(scratch)) chownSync(each, stranger, stranger)
    }
    chmodSync(scratch, 0o500)
    const [told] = await once(start(hour, isRoot ? { uid: stranger } : {}), 'message')
    chmodSync(scratch, 0o700)
    assert.match(told.faults?.join() ?? told.fault, /^what an interrupted verification has left .*EACCES/)
    assert.equal(generations().length, 2)
  })

  test('it does not outlive its server and puts nothing afterwards', async () => {
    const script = `
      const child = require('node:child_process').fork(${JSON.stringify(program)}, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      child.send({ ...${JSON.stringify(order(0))}, parent: process.pid })
      console.log(child.pid)`
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    running.push(server)
    const pid = Number(String((await once(server.stdout, 'data'))[0]))
    await until('pages are written', () => half().length > 0)
    server.kill('SIGKILL')
    await until('it has ended', () => hasEnded(pid))
    assert.deepEqual(generations(), [])
  })
})
