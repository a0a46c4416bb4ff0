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
    const [before, since] = [await turns(), performance.now()]
    // The process itself writes every few seconds that it is there: not in all of these spans.
    const wrote = []
    for (let span = 0; span < 8; span++) {
      const seen = version()
      await look()
      wrote.push(version() !== seen)
    }
    const tookMs = performance.now() - since
    const whileLooking = (await turns()) - before
    database.close()
    assert.ok(wrote.filter((each) => each).length <= 4, `${wrote}`)
    await new Promise((resolve) => setTimeout(resolve, tookMs))
    const atRest = (await turns()) - before - whileLooking
    const most = atRest + pages.length
    assert.ok(whileLooking <= most, `${whileLooking} turns while looking, ${atRest} at rest`)
  })

  async function turns(): Promise<number> {
    const { body } = await askSite(site.consolePort, '/metrics')
    return Number(/^mailkeep_store_commit_calls_count\S* (\d+)/m.exec(body)?.[1])
  }
})
