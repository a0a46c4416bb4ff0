import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort } from '../harness/free-port.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('the public status page, in a process of its own', () => {
  let site: TestSite
  let page: TestSite
  let url = ''
  const share = mkdtempSync(join(tmpdir(), 'mailkeep-share-'))

  before(async () => {
    const port = await freePort()
    const settings = {
      'status.listen': [`127.0.0.1:${port}`],
      'status.name': 'Harbour Post',
      'status.copies': [share],
    }
    url = `http://127.0.0.1:${port}`
    site = await TestSite.start({ domains: {}, users: [], settings })
    await site.must('status', 'component', 'gateway', '--name', 'Gateway')
    await site.must('status', 'component', 'console', '--name', 'Console')
    page = await TestSite.beside(site, ['status'])
  })
  after(async () => {
    await page[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    rmSync(share, { recursive: true, force: true })
  })

  const get = async (path: string) => {
    const answer = await fetch(`${url}/${path}`)
    return { code: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() }
  }
  const summary = async () =>
    JSON.parse((await get('api/v2/summary.json')).body) as {
      status: { indicator: string }
      components: { id: string; status: string }[]
      incidents: { id: string; status: string }[]
    }

  test('an incident that is opened by a command is told at once, and so is its end', async () => {
    assert.equal((await summary()).status.indicator, 'none')
    const opened = await site.json<{ incident: { id: string } }>(
      ...['status', 'open', 'Mail waits', '--impact', 'major', '--component', 'gateway=partial_outage'],
      ...['--text', 'Mail in waits for minutes. Nothing is lost, and nobody has to do anything.'],
    )
    await waitUntil(
      'the incident is told',
      async () => (await summary()).incidents[0]?.id === opened.incident.id,
    )
    const during = await summary()
    assert.equal(during.status.indicator, 'major')
    assert.deepEqual(
      during.components.map((each) => each.status),
      ['partial_outage', 'operational'],
    )
    assert.match((await get('')).body, /Nothing is lost/)
    const over = ['status', 'update', opened.incident.id, '--state', 'resolved', '--text', 'Over.']
    await assert.rejects(site.must(...over), /with a cause/)
    await site.must(...over, '--cause', 'next-hop=Its disk was full.')
    await waitUntil('its end is told', async () => (await summary()).status.indicator === 'none')
  })

  test('every file has its type, and nothing else is there', async () => {
    const types = [
      '',
      'status.css',
      'history.rss',
      'history.atom',
      'maintenance.ics',
      'published.json',
      'api/v2/status.json',
    ]
    for (const path of types) {
      const { code, type } = await get(path)
      assert.equal(code, 200, path)
      assert.match(type, /^(text\/(html|css|calendar)|application\/(rss\+xml|atom\+xml|json))/)
    }
    for (const path of ['state.json', '../mailkeep.db', '%2e%2e/secrets', 'api/v2', 'api/v2/nothing.json'])
      assert.equal((await get(path)).code, 404, path)
    assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 405)
    const first = await fetch(`${url}/status.css`)
    const again = await fetch(`${url}/status.css`, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    })
    assert.equal(again.status, 304)
  })

  test('a copy of it follows in the folder of another host', async () => {
    const end = join(share, 'state.json')
    await waitUntil('all of it is there', () => existsSync(end))
    const copied = readFileSync(join(share, 'index.html'), 'utf8')
    assert.match(copied, /Harbour Post/)
  })

  test('it stays when the server is killed', async () => {
    await site.kill()
    const { code, body } = await get('')
    assert.equal(code, 200)
    assert.match(body, /Last word of the platform/)
    assert.deepEqual(
      (await summary()).components.map((each) => each.id),
      ['gateway', 'console'],
    )
  })
})
