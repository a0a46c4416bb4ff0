import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendLetter } from '../harness/letter.ts'
import { type Sent, sendLoad } from '../harness/load.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const to = 'b@site.example'
const everyMs = 2000
/** A busy machine makes a backup late, by this much at most; the product tells of it by an alarm. */
const lateMs = 10_000

/** Processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('the disk of a site that makes backups is lost', () => {
  let site: TestSite
  let sink: Sink
  let outside: Outside
  let base: string

  before(async () => {
    base = mkdtempSync(join(tmpdir(), 'mailkeep-lost-'))
    mkdirSync(join(base, 'backups'))
    outside = await openOutside(['sender.example'])
    sink = await Sink.start()
    // Everything waits, so that what is known after the loss can be counted.
    await sink.down()
    site = await TestSite.start({
      domains: { 'site.example': sink.hop },
      users: [to],
      settings: {
        ...outside.settings,
        // Half of the mail goes into files.
        'spool.inlineMax': '4KB',
        'backup.folder': join(base, 'backups'),
        'backup.every': '2s',
        'jobs.every': '1s',
      },
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await Promise.all([sink.down(), outside.close()])
    rmSync(base, { recursive: true, force: true })
  })

  const data = () => join(site.folder, 'data')
  /** Backups that are whole. */
  const finished = () => {
    const lists = join(base, 'backups', 'generations')
    return existsSync(lists) ? readdirSync(lists).filter((each) => !each.endsWith('.unfinished')).length : 0
  }
  const restore = (...more: string[]) => site.command('restore', '--from', join(base, 'backups'), ...more)

  test('what was accepted before the last backup is there again, and the site says what it cannot know', async () => {
    const stop = new AbortController()
    const port = () => (stop.signal.aborted ? 0 : site.smtpPort)
    const load = { port, connections: 2, rcptTo: () => to, mailFrom: 'a@sender.example', stop: stop.signal }
    const loads = [2000, 9000].map((size) =>
      sendLoad({ ...load, size, messages: 100_000, rate: 15, perConnection: 20 }),
    )
    await waitUntil('three backups are made', () => finished() >= 3)
    await sleep(5000 + Math.random() * everyMs)
    const [killedAt, children] = [Date.now(), childrenOf(site.pid)]
    await site.kill()
    stop.abort()
    // It may be in the middle of one, and writes into the data folder at its end.
    await waitUntil('what makes backups ends with the server', () => !children.some(isRunning))
    const sent = (await Promise.all(loads)).flat().filter((each) => each.outcome === 'acknowledged')
    assert.ok(sent.length > 100, `${sent.length} messages`)
    rmSync(data(), { recursive: true, force: true })

    const { backups } = JSON.parse((await restore('--list', '--json')).stdout) as { backups: unknown[] }
    assert.ok(backups.length >= 3, `${backups.length} backups: nothing stood on another one`)
    const verified = await restore('--verify')
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
    const startedAt = Date.now()
    const restored = await restore(data())
    assert.equal(restored.code, 0, restored.stdout + restored.stderr)
    await site.launch()
    await sendLetter(site, { to, name: 'first' })
    const firstMs = Date.now() - startedAt

    const at = Date.parse((await site.json<{ restored: { at: string } }>('audit')).restored.at)
    await judgeLoss(sent, at, killedAt)
    assert.match(await site.must('audit'), /was restored from .* is not in these books/s)
    assert.ok(firstMs < 15 * 60_000, `first mail after ${firstMs} ms`)
  })

  /** Every message from before the last backup is there, and there was one not long before the end. */
  async function judgeLoss(sent: readonly Sent[], at: number, killedAt: number): Promise<void> {
    assert.ok(killedAt - at <= everyMs + lateMs, `the last backup is ${killedAt - at} ms older than the end`)
    const deliveries = await site.waiting()
    const known = new Map(deliveries.map((each) => [each.messageId, each]))
    const idOf = ({ reply }: Sent) => /Accepted as (\w+)/.exec(reply)?.[1] ?? assert.fail(reply)
    const lost = sent.filter((each) => !known.has(idOf(each)))
    assert.deepEqual(
      lost.filter((each) => each.at < at).map((each) => each.reply),
      [],
      'lost although a backup came after it',
    )
    // Content that is not there parks a message when the site starts.
    assert.equal(
      (await site.json<{ alarms: { name: string }[] }>('alarm', 'list')).alarms.filter(
        (each) => each.name === 'body-damaged',
      ).length,
      0,
    )
    assert.deepEqual((await site.books()).differences, [])
  }

  test('a site that was restored says that it makes no backups until it is told to go on with them', async () => {
    const isOpen = async () =>
      (
        await site.json<{ alarms: { name: string; text: string; clearedAt: string | null }[] }>(
          'alarm',
          'list',
        )
      ).alarms.some(
        (each) =>
          each.name === 'backup-late' &&
          each.clearedAt === null &&
          /another data folder.*--take-over/.test(each.text),
      )
    await waitUntil('the alarm says why', isOpen)
    await site.must('backup', '--add', '--take-over')
    await waitUntil('backups are made again', async () => !(await isOpen()))
    const verified = await restore('--verify')
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  })

  test('a process that makes backups and is killed does no harm, and is started again', async () => {
    const count = async () =>
      (JSON.parse((await restore('--list', '--json')).stdout) as { backups: unknown[] }).backups.length
    const before = await count()
    for (let n = 0; n < 3; n++) {
      await sleep(Math.random() * everyMs)
      for (const pid of childrenOf(site.pid)) process.kill(pid, 'SIGKILL')
    }
    await waitUntil('backups are made again', async () => (await count()) > before + 1)
    const verified = await restore('--verify')
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  })
})
