import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { TestSite } from '../harness/site.ts'

/** Mail waits for every sync of the one file that all processes of a site write. */
describe('people who look', () => {
  let site: TestSite
  let cookie: string
  before(async () => {
    site = await TestSite.start({ roles: ['console'] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    const { link } = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    cookie = await signInByLink(site.consolePort, link)
  })
  after(() => site[Symbol.asyncDispose]())

  test('write nothing, and take no turn among those who write', async () => {
    const database = new DatabaseSync(join(site.folder, 'data/mailkeep.db'), { readOnly: true })
    const version = () => database.prepare('PRAGMA data_version').get()?.data_version
    const paths = [
      ...['me', 'overview', 'queue', 'messages?limit=50', 'quarantine', 'quarantine/summary', 'statistics'],
      ...['statistics/tops?kind=attacked', 'alarms', 'tasks'],
    ].map((path) => `/api/v1/${path}`)
    const pages = [...paths, '/', '/review', '/account']
    const look = async () => {
      for (const path of pages)
        assert.equal((await askSite(site.consolePort, path, { cookie })).code, 200, path)
    }
    await look()
    // The process itself writes every few seconds that it is there: in spans of the same length without a look too.
    const during = async (work: () => Promise<unknown>) => {
      const [seen, before, since] = [version(), await turns(), performance.now()]
      await work()
      const tookMs = performance.now() - since
      return { tookMs, wrote: version() === seen ? 0 : 1, turns: (await turns()) - before }
    }
    const [looked, rested] = [
      { tookMs: 0, wrote: 0, turns: 0 },
      { tookMs: 0, wrote: 0, turns: 0 },
    ]
    for (let span = 0; span < 8; span++) {
      const one = await during(look)
      const other = await during(() => new Promise((resolve) => setTimeout(resolve, one.tookMs)))
      for (const [sum, each] of [
        [looked, one],
        [rested, other],
      ] as const) {
        sum.tookMs += each.tookMs
        sum.wrote += each.wrote
        sum.turns += each.turns
      }
    }
    database.close()
    const told = `while looking ${JSON.stringify(looked)}, at rest ${JSON.stringify(rested)}`
    // Less than a turn for each time that all was looked at, and what chance makes of the many of a machine that takes long.
    const atRest = (count: number) => (count * looked.tookMs) / rested.tookMs
    const chance = (count: number) => Math.max(4, 2 * Math.sqrt(count + atRest(count)))
    assert.ok(looked.wrote <= atRest(rested.wrote) + 4, told)
    assert.ok(looked.turns <= atRest(rested.turns) + chance(rested.turns), told)
  })

  async function turns(): Promise<number> {
    const { body } = await askSite(site.consolePort, '/metrics')
    return Number(/^mailkeep_store_commit_calls_count\S* (\d+)/m.exec(body)?.[1])
  }
})
