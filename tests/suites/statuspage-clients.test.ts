import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import ICAL from 'ical.js'
import Parser from 'rss-parser'
import { Statuspage, StatuspageUpdates } from 'statuspage.js'
import { freePort } from '../harness/free-port.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

/**
 * Programs of others that know Statuspage, feeds and calendars, unchanged, against our own status process. The client of
 * Statuspage knows one host alone, PAGE.statuspage.io: a proxy on this machine leads it to ours.
 * See docs/decisions/0022-statuspage-clients.md.
 */
describe('published programs read our status page', () => {
  let site: TestSite
  let page: TestSite
  let proxy: Server
  let url = ''
  const asked: string[] = []
  const client = new Statuspage('harbour')
  const ids = { incident: '', work: '' }
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

  before(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'status.listen': [`127.0.0.1:${port}`], 'status.url': url, 'status.name': 'Harbour' },
    })
    proxy = createServer((request, response) => {
      const asks = new URL(request.url ?? '', url)
      asked.push(asks.host)
      fetch(`${url}${asks.pathname}`).then(
        async (found) =>
          response
            .writeHead(found.status, { 'content-type': found.headers.get('content-type') ?? '' })
            .end(await found.text()),
        () => response.writeHead(502).end(),
      )
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    process.env.https_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    await site.must('status', 'component', 'gateway', '--name', 'Gateway')
    await site.must('status', 'component', 'filter', '--name', 'Filtering', '--parent', 'gateway')
    page = await TestSite.beside(site, ['status'])
    const opened = await site.json<{ incident: { id: string } }>(
      ...['status', 'open', 'Mail waits; "long", & <long>', '--impact', 'major', '--component'],
      ...['gateway=partial_outage', '--text', 'Mail in waits.\nNothing is lost.'],
    )
    const work = await site.json<{ incident: { id: string } }>(
      ...['status', 'schedule', 'New disks, all; of them', '--from', day(6), '--until', day(6.1)],
      ...['--component', 'filter', '--text', 'Mail waits\nfor minutes.'],
    )
    ids.incident = opened.incident.id
    ids.work = work.incident.id
    await waitUntil('it is served', async () => {
      const body = await fetch(`${url}/api/v2/summary.json`).then((found) => found.text())
      return body.includes(ids.incident) && body.includes(ids.work)
    })
  })
  after(async () => {
    delete process.env.https_proxy
    await page[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    proxy.closeAllConnections()
    proxy.close()
  })

  test('a client of Statuspage reads every address of it, with moments that are moments', async () => {
    const [summary, status] = [await client.summary(), await client.status()]
    assert.ok(asked.every((host) => host === 'harbour.statuspage.io'))
    assert.equal(status.status.indicator, 'major')
    assert.deepEqual(summary.status, status.status)
    assert.equal(summary.page.name, 'Harbour')
    const [incident] = summary.incidents ?? []
    assert.deepEqual(
      [incident?.id, incident?.impact, incident?.status],
      [ids.incident, 'major', 'investigating'],
    )
    for (const moment of [incident?.created_at, incident?.updated_at, summary.page.updated_at])
      assert.ok((moment as unknown) instanceof Date, String(moment))
    const { components } = await client.components()
    assert.deepEqual(
      components.map((each) => [each.id, each.status, each.group_id]),
      [
        ['gateway', 'partial_outage', null],
        ['filter', 'operational', 'gateway'],
      ],
    )
    assert.equal((await client.allIncidents()).incidents.length, 1)
    assert.equal((await client.unresolvedIncidents()).incidents[0]?.id, ids.incident)
    const upcoming = (await client.upcomingScheduledMaintenances()).scheduled_maintenances
    assert.deepEqual([upcoming[0]?.id, upcoming[0]?.status], [ids.work, 'scheduled'])
    assert.ok((upcoming[0]?.scheduled_for as unknown) instanceof Date)
    assert.equal((await client.allScheduledMaintenances()).scheduled_maintenances.length, 1)
    assert.deepEqual((await client.activeScheduledMaintenances()).scheduled_maintenances, [])
  })

  test('a program that waits for news hears of an update once', async () => {
    const watch = new StatuspageUpdates('harbour', 200)
    const heard: string[] = []
    watch.on('incident_update', (incident: { incident_updates: { body: string }[] }) =>
      heard.push(incident.incident_updates[0]?.body ?? ''),
    )
    await watch.start()
    await site.must('status', 'update', ids.incident, '--state', 'monitoring', '--text', 'It runs again.')
    await waitUntil('the update is heard', () => heard.length > 0)
    watch.stop()
    assert.deepEqual(heard, ['It runs again.'])
  })

  test('a reader of feeds finds the same in RSS and Atom', async () => {
    for (const name of ['history.rss', 'history.atom']) {
      const text = await fetch(`${url}/${name}`).then((found) => found.text())
      const feed = await new Parser().parseString(text)
      assert.match(feed.title ?? '', /Harbour/, name)
      const found = feed.items.find((each) => each.link?.endsWith(`#${ids.incident}`))
      assert.equal(found?.title, 'Mail waits; "long", & <long>', name)
      assert.match(found?.content ?? '', /Nothing is lost/)
      assert.ok(!Number.isNaN(Date.parse(found?.isoDate ?? '')), name)
    }
  })

  test('feeds and calendars of one component tell of it and its parts, and of nothing else', async () => {
    const pageText = await fetch(url).then((found) => found.text())
    const read = async (path: string) => {
      assert.ok(pageText.includes(`href="${path}"`), path)
      return fetch(`${url}/${path}`).then((found) => found.text())
    }
    const wanted = { gateway: [ids.incident, ids.work], filter: [ids.work] }
    const feeds = new Set<string>()
    for (const [component, incidents] of Object.entries(wanted)) {
      for (const name of ['history.rss', 'history.atom']) {
        const text = await read(`components/${component}/${name}`)
        const feed = await new Parser().parseString(text)
        assert.deepEqual(
          feed.items.map((each) => each.link?.split('#')[1]).toSorted(),
          incidents.toSorted(),
          `${component} ${name}`,
        )
        feeds.add(`${name} ${feed.title} ${/<id>(.*?)<\/id>/.exec(text)?.[1]}`)
      }
      const text = await read(`components/${component}/maintenance.ics`)
      const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
      const events = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each).uid)
      assert.deepEqual(events, [`${ids.work}@mailkeep`], component)
    }
    assert.equal(feeds.size, 4, 'each feed has a name and an id of its own')
  })

  test('a calendar has the planned work, with its moments and its text', async () => {
    const text = await fetch(`${url}/maintenance.ics`).then((found) => found.text())
    const calendar = new ICAL.Component(ICAL.parse(text) as unknown[])
    const [event] = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each))
    assert.equal(event?.uid, `${ids.work}@mailkeep`)
    assert.equal(event?.summary, 'New disks, all; of them')
    assert.equal(event?.description, 'Mail waits\nfor minutes.')
    const length = (event?.endDate.toUnixTime() ?? 0) - (event?.startDate.toUnixTime() ?? 0)
    assert.ok(Math.abs(length - 8640) <= 1, String(length))
    assert.equal(event?.startDate.zone.tzid, 'UTC')
  })
})
