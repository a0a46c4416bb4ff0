import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { DirectWay } from '#services/alarms/direct-way.ts'
import { createTellingMark } from './telling-mark.ts'

const minute = 60_000
const [cannot, again] = ['Alarms cannot be told', 'Alarms are told again']

/** Processes of one site, which look every ten seconds. */
function openSite(folder = mkdtempSync(join(tmpdir(), 'telling-mark-'))) {
  const file = join(folder, 'mark')
  const [sent, deaf, ways] = [[] as string[], new Set<string>(), new Map<string, DirectWay>()]
  let now = 1_800_000_000_000
  const start = (name: string) =>
    ways.set(
      name,
      new DirectWay({
        async send(subject) {
          if (deaf.has(name)) throw new Error('connection refused')
          sent.push(`${name}: ${subject}`)
        },
        open: () => [],
        mark: createTellingMark(file, 3 * minute, () => now),
        ...{ silentMs: () => 100_000, lookMs: 10_000, now: () => now },
      }),
    )
  const pass = async (ms: number, isGood: boolean) => {
    for (const end = now + ms; now < end; ) {
      now += 10_000
      if (isGood) for (const each of ways.values()) each.good()
      await Promise.allSettled([...ways.values()].map((each) => each.round()))
    }
  }
  const close = () => rmSync(folder, { recursive: true, force: true })
  start('a')
  start('b')
  return {
    ...{ sent, deaf, start, stop: (name: string) => ways.delete(name), isMarked: () => existsSync(file) },
    broken: (ms: number) => pass(ms, false),
    works: (ms: number) => pass(ms, true),
    [Symbol.dispose]: close,
  }
}

describe('the mark of the process that tells', () => {
  test('is kept as long as the outage lasts: one process tells of it, and of its end', async () => {
    using it = openSite()
    await it.broken(200 * minute)
    assert.deepEqual(it.sent, [`a: ${cannot}`])
    await it.works(minute)
    assert.deepEqual([it.sent, it.isMarked()], [[`a: ${cannot}`, `a: ${again}`], false])
  })

  test('is found where its process was started anew: the end is written, and the next outage is told', async () => {
    using it = openSite()
    await it.broken(10 * minute)
    it.start('a')
    await it.works(5 * minute)
    assert.deepEqual([it.sent.length, it.sent[1]?.slice(3), it.isMarked()], [2, again, false])
    await it.broken(10 * minute)
    assert.deepEqual(
      it.sent.slice(2).map((each) => each.slice(3)),
      [cannot],
    )
  })

  test('is taken over within the outage where its process is gone, and nothing is told twice', async () => {
    using it = openSite()
    await it.broken(10 * minute)
    it.stop('a')
    await it.broken(30 * minute)
    await it.works(minute)
    assert.deepEqual(it.sent, [`a: ${cannot}`, `b: ${again}`])
  })

  test('is given back by a process whose mails are not taken, and the other one tells', async () => {
    using it = openSite()
    it.deaf.add('a')
    await it.broken(3 * minute)
    assert.deepEqual(it.sent, [`b: ${cannot}`])
    it.deaf.add('b')
    await it.works(2 * minute)
    assert.deepEqual([it.sent.length, it.isMarked()], [1, true])
    it.deaf.delete('b')
    await it.works(2 * minute)
    assert.deepEqual([it.sent.slice(1), it.isMarked()], [[`b: ${again}`], false])
  })

  test('cannot be made: two mails are better than no mail, and each writes its end', async () => {
    using it = openSite('/dev/null/nowhere')
    await it.broken(30 * minute)
    await it.works(5 * minute)
    assert.deepEqual(
      it.sent.toSorted(),
      [`a: ${cannot}`, `a: ${again}`, `b: ${cannot}`, `b: ${again}`].toSorted(),
    )
  })
})
