import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stateOf as stateOfThing } from '#services/directory/directory-order.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { indicatorOf } from './indicator.ts'
import { openIncident, scheduleMaintenance } from './open-incident.ts'
import { postUpdate } from './post-update.ts'
import { PublishedState, publishStatus } from './publish-status.ts'
import { putComponent, removeComponent } from './put-component.ts'
import { renderStatus } from './render-status.ts'
import { offeredComponents, putStandardComponents } from './standard-components.ts'
import type { StatusOrder } from './status-order.ts'
import { daysOf, readState, stateOf } from './status-state.ts'
import type { StatusIncident } from './status-store.ts'
import { tellPlanned } from './tell-planned.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const hourMs = 3_600_000
const page = { name: 'Harbour <Post>', url: 'https://status.harbour.example' }

const orderOf = (it: TestSite, at = noon): StatusOrder => ({ ...it.order, status: it.site.status, at })
const read = (it: TestSite, at = noon) => readState(it.site.status, page, at)
const fileOf = async (it: TestSite, path: string, at = noon) =>
  renderStatus(await read(it, at), at).get(path)?.body ?? ''
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
const jsonOf = async (it: TestSite, path: string, at = noon): Promise<any> =>
  JSON.parse(await fileOf(it, `api/v2/${path}.json`, at))

async function makePage(it: TestSite): Promise<void> {
  await putComponent(orderOf(it, noon - 200 * 24 * hourMs), {
    id: 'gateway',
    name: 'Gateway',
    description: 'Mail in',
  })
  await putComponent(orderOf(it, noon - 200 * 24 * hourMs), { id: 'console', name: 'Console' })
}

const fault = {
  name: 'Mail waits <b>',
  text: 'Mail waits for "ten" minutes & more.\nNothing is lost.',
  impact: 'major' as const,
  components: [{ id: 'gateway', state: 'partial_outage' as const }],
}

describe('what the public is told', () => {
  test('an incident makes its components bad while it is open, and is told from its first word to its last', async () => {
    using it = openTestSite()
    await makePage(it)
    assert.equal((await jsonOf(it, 'status')).status.indicator, 'none')
    const { id } = await openIncident(orderOf(it, noon - 2 * hourMs), fault)
    const during = await read(it)
    assert.equal(stateOf('gateway', during.incidents, noon), 'partial_outage')
    assert.equal(stateOf('console', during.incidents, noon), 'operational')
    assert.equal(indicatorOf(during, noon).indicator, 'major')
    await postUpdate(orderOf(it, noon - hourMs), id, { state: 'monitoring', text: 'It runs again.' })
    await assert.rejects(postUpdate(orderOf(it), id, { state: 'postmortem', text: 'Why' }), {
      code: 'conflict',
    })
    await assert.rejects(postUpdate(orderOf(it), id, { state: 'completed', text: 'Done' }), { code: 'wrong' })
    await postUpdate(orderOf(it), id, { state: 'resolved', text: 'Over.' })
    await postUpdate(orderOf(it, noon + hourMs), id, { state: 'postmortem', text: 'A cable.' })
    const after = await read(it, noon + hourMs)
    assert.equal(after.incidents[0]?.resolvedAt, noon)
    assert.equal(stateOf('gateway', after.incidents, noon + hourMs), 'operational')
    assert.deepEqual(
      after.incidents[0]?.updates.map((each) => [each.state, each.who]),
      [
        ['investigating', ''],
        ['monitoring', ''],
        ['resolved', ''],
        ['postmortem', ''],
      ],
    )
    await postUpdate(orderOf(it, noon + 2 * hourMs), id, { state: 'investigating', text: 'It is back.' })
    assert.equal((await jsonOf(it, 'incidents/unresolved', noon + 2 * hourMs)).incidents.length, 1)
  })

  test('what is told when it is over says so, with its delay', async () => {
    using it = openTestSite()
    await makePage(it)
    await openIncident(orderOf(it), { ...fault, startedAt: noon - 5 * hourMs, resolvedAt: noon - 3 * hourMs })
    assert.match(await fileOf(it, 'index.html'), /reported afterwards, 3 h 0 min after its end/)
    const { incidents } = await jsonOf(it, 'incidents')
    assert.deepEqual(
      [incidents[0].status, incidents[0].started_at, incidents[0].resolved_at],
      ['resolved', '2027-06-10T07:00:00.000Z', '2027-06-10T09:00:00.000Z'],
    )
    await assert.rejects(openIncident(orderOf(it), { ...fault, startedAt: noon + 1 }), { code: 'wrong' })
    await assert.rejects(
      openIncident(orderOf(it), { ...fault, components: [{ id: 'nothing', state: 'major_outage' }] }),
      { code: 'not-found' },
    )
  })

  test('planned work is announced five days ahead, or the page says that it was not, with what will be felt', async () => {
    using it = openTestSite()
    await makePage(it)
    const at = (hours: number) => ({ from: noon + hours * hourMs, until: noon + (hours + 2) * hourMs })
    const work = { name: 'New disks', text: 'The console is away.', components: ['console'] }
    await assert.rejects(scheduleMaintenance(orderOf(it), { ...work, ...at(119) }), /5 days ahead/)
    const early = await scheduleMaintenance(orderOf(it), { ...work, ...at(120), isShortNotice: true })
    assert.equal(early.isShortNotice, undefined)
    assert.match(await fileOf(it, 'index.html'), /expected impact minor/)
    assert.doesNotMatch(await fileOf(it, 'index.html'), /short notice/)
    await scheduleMaintenance(orderOf(it), { ...work, ...at(5), impact: 'none', isShortNotice: true })
    assert.match(
      await fileOf(it, 'index.html'),
      /expected impact none; announced at short notice, 5 h 0 min ahead/,
    )
  })

  test('that planned work begins and ends by itself is an update each, once, and never against what a person says', async () => {
    using it = openTestSite()
    await makePage(it)
    const { status } = it.site
    const work = {
      ...{ name: 'New disks', text: 'The console is away.', isShortNotice: true },
      ...{ from: noon + hourMs, until: noon + 3 * hourMs },
    }
    const { id } = await scheduleMaintenance(orderOf(it), work)
    const own = await scheduleMaintenance(orderOf(it), { ...work, name: 'Slow disks' })
    const tell = (hours: number) => tellPlanned({ ...orderOf(it, noon + hours * hourMs), who: 'mailkeep' })
    const told = async (one: string) =>
      ((await status.incident(one))?.updates ?? []).map((each) => [each.state, (each.at - noon) / hourMs])
    await tell(0.9)
    assert.deepEqual(await told(id), [['scheduled', 0]])
    for (const hours of [1.5, 1.6]) await tell(hours)
    const begun = [
      ['scheduled', 0],
      ['in_progress', 1],
    ]
    assert.deepEqual(await told(id), begun)
    // A word of a person that it is on keeps it on.
    await postUpdate(orderOf(it, noon + 2 * hourMs), own.id, { state: 'in_progress', text: 'It takes long.' })
    for (const hours of [3.5, 3.6]) await tell(hours)
    assert.deepEqual(await told(id), [...begun, ['completed', 3]])
    assert.deepEqual(await told(own.id), [...begun, ['in_progress', 2]])
    assert.equal((await status.incident(id))?.resolvedAt, noon + 3 * hourMs)
    assert.match(await fileOf(it, 'history.atom', noon + 4 * hourMs), /This work has begun/)
  })

  test('planned work begins and ends by itself', async () => {
    using it = openTestSite()
    await makePage(it)
    const work = {
      ...{ name: 'New disks', text: 'The console is away.', components: ['console'] },
      isShortNotice: true,
    }
    await scheduleMaintenance(orderOf(it), { ...work, from: noon + hourMs, until: noon + 3 * hourMs })
    const at = async (hours: number) => {
      const now = noon + hours * hourMs
      const names = ['upcoming', 'active'].map((each) => `scheduled-maintenances/${each}`)
      const lists = await Promise.all(names.map((each) => jsonOf(it, each, now)))
      const { components, status } = await jsonOf(it, 'summary', now)
      return [
        ...lists.map((each) => each.scheduled_maintenances.length),
        ...[components[1].status, status.indicator],
        (await jsonOf(it, 'scheduled-maintenances', now)).scheduled_maintenances[0].status,
      ]
    }
    assert.deepEqual(await at(0), [1, 0, 'operational', 'none', 'scheduled'])
    assert.deepEqual(await at(2), [0, 1, 'under_maintenance', 'maintenance', 'in_progress'])
    assert.deepEqual(await at(4), [0, 0, 'operational', 'none', 'completed'])
    const calendar = await fileOf(it, 'maintenance.ics')
    assert.match(calendar, /DTSTART:20270610T130000Z\r\nDTEND:20270610T150000Z\r\nSUMMARY:New disks\r\n/)
    assert.ok(calendar.split('\r\n').every((line) => Buffer.byteLength(line) <= 75))
  })

  test('a day that nobody has measured is not measured, never fine', async () => {
    using it = openTestSite()
    await makePage(it)
    const startedAt = noon - 26 * hourMs
    await openIncident(orderOf(it), { ...fault, startedAt, resolvedAt: noon - 20 * hourMs })
    const days = daysOf('gateway', (await read(it)).incidents, noon)
    assert.equal(days.length, 90)
    assert.deepEqual(days.at(-2), { day: '2027-06-09', state: 'partial_outage' })
    assert.equal(days.filter((each) => each.state === null).length, 89)
    assert.match(await fileOf(it, 'index.html'), /89 days not measured; 2027-06-09 partial outage/)
  })

  test('a component that is gone is gone from the page, and each change is in the audit log', async () => {
    using it = openTestSite()
    await makePage(it)
    await removeComponent(orderOf(it), 'console')
    await assert.rejects(removeComponent(orderOf(it), 'console'), { code: 'not-found' })
    await assert.rejects(putComponent(orderOf(it), { id: '../etc', name: 'x' }), { code: 'wrong' })
    assert.deepEqual(
      (await jsonOf(it, 'components')).components.map((each: { id: string }) => each.id),
      ['gateway'],
    )
  })
})

describe('components as people want them', () => {
  const order = (it: TestSite, seen?: string): StatusOrder => ({ ...orderOf(it), ...(seen && { seen }) })
  const ids = async (it: TestSite) => (await it.site.status.components()).map((each) => each.id)

  test('one stands where it is put, and what is not said of it stays', async () => {
    using it = openTestSite()
    await makePage(it)
    await putComponent(order(it), { id: 'logs', name: 'Logs', probes: ['logs'], after: 'gateway' })
    assert.deepEqual(await ids(it), ['gateway', 'logs', 'console'])
    const moved = await putComponent(order(it), { id: 'logs', after: null })
    assert.deepEqual(
      [await ids(it), moved.name, moved.probes],
      [['logs', 'gateway', 'console'], 'Logs', ['logs']],
    )
    await assert.rejects(putComponent(order(it), { id: 'logs', after: 'nowhere' }), { code: 'not-found' })
  })

  test('what somebody else has changed meanwhile is not written over, nor taken away', async () => {
    using it = openTestSite()
    await makePage(it)
    const [gateway] = await it.site.status.components()
    const seen = stateOfThing(gateway ?? {})
    await putComponent(order(it, seen), { id: 'gateway', name: 'Gateways' })
    await assert.rejects(putComponent(order(it, seen), { id: 'gateway', name: 'x' }), { code: 'changed' })
    await assert.rejects(removeComponent(order(it, seen), 'gateway'), { code: 'changed' })
    await removeComponent(order(it), 'gateway')
    await assert.rejects(putComponent(order(it, seen), { id: 'gateway', name: 'x' }), { code: 'changed' })
  })

  test('a new one replaces none that is there', async () => {
    using it = openTestSite()
    await makePage(it)
    await assert.rejects(putComponent(order(it), { id: 'gateway', name: 'Port', isNew: true }), {
      code: 'conflict',
      message: /"Gateway"; choose another short name/,
    })
    assert.equal((await it.site.status.components())[0]?.name, 'Gateway')
    await putComponent(order(it), { id: 'port', name: 'Port', isNew: true })
    assert.deepEqual(await ids(it), ['gateway', 'console', 'port'])
  })

  test('what moves aside for another keeps what somebody says of it meanwhile', async () => {
    using it = openTestSite()
    await makePage(it)
    const { status } = it.site
    let name = 'Pages'
    // Between reading and writing of the one who moves, the other one is done.
    const between = {
      ...order(it),
      status: {
        components: async () => {
          const read = await status.components()
          await putComponent(order(it), { id: 'console', name, isHidden: true })
          return read
        },
        putComponent: status.putComponent.bind(status),
      } as unknown as StatusOrder['status'],
    }
    await putComponent(between, { id: 'logs', name: 'Logs', after: null })
    assert.deepEqual(await ids(it), ['logs', 'gateway', 'console'])
    const console = (await status.components())[2]
    assert.deepEqual([console?.name, console?.isHidden], ['Pages', true])
    name = 'Doors'
    await assert.rejects(
      putComponent({ ...between, seen: null }, { id: 'console', name: 'mine', description: 'mine' }),
      { code: 'changed' },
    )
  })

  test('a group with parts is not taken away; a part whose group is gone stands by itself', async () => {
    using it = openTestSite()
    await makePage(it)
    await putComponent(order(it), { id: 'logs', name: 'Journal', parent: 'gateway' })
    await assert.rejects(removeComponent(order(it), 'gateway'), {
      code: 'conflict',
      message: /has parts: Journal/,
    })
    const [gateway] = await it.site.status.components()
    // As versions from before have left it.
    if (gateway) await it.site.status.removeComponent(gateway)
    const alone = await putComponent(order(it), { id: 'logs', name: 'Logs' })
    assert.deepEqual([alone.parent, await ids(it)], [null, ['console', 'logs']])
  })

  test('a hidden one is seen by nobody outside, nor are its parts; the house sees it', async () => {
    using it = openTestSite()
    await makePage(it)
    await putComponent(order(it), { id: 'gateway-logs', name: 'Journal', parent: 'gateway' })
    await putComponent(order(it), { id: 'gateway', isHidden: true })
    const pair = ['gateway', 'console'].map((id) => ({ id, state: 'degraded_performance' as const }))
    await openIncident(orderOf(it), { ...fault, name: 'Both', impact: 'minor', components: pair })
    await scheduleMaintenance(orderOf(it), {
      ...{ name: 'New disks', text: 'Some mail waits.', from: noon + hourMs, until: noon + 2 * hourMs },
      ...{ components: ['gateway-logs', 'console'], isShortNotice: true },
    })
    const alone = await openIncident(orderOf(it), fault)
    const { components, incidents, status } = await jsonOf(it, 'summary')
    const named = (list: { id: string }[]) => list.map((each) => each.id)
    assert.deepEqual([named(components), named(incidents[0].components)], [['console'], ['console']])
    assert.deepEqual(
      [incidents.length, status.indicator],
      [1, 'minor'],
      'one that hits hidden ones alone is none',
    )
    const html = await fileOf(it, 'index.html')
    assert.doesNotMatch(html, /Journal|Mail in|gateway|Mail waits &lt;b/)
    assert.match(html, /affects Console/)
    assert.doesNotMatch(JSON.stringify(await read(it)), /gateway/)
    const inner = await readState(it.site.status, page, noon, true)
    assert.deepEqual([inner.components.length, inner.incidents.length], [3, 3])
    await putComponent(order(it), { id: 'gateway', isHidden: false })
    assert.equal((await jsonOf(it, 'components')).components.length, 3)
    assert.ok(named((await jsonOf(it, 'summary')).incidents).includes(alone.id))
    await removeComponent(order(it), 'console')
    assert.doesNotMatch(
      await fileOf(it, 'index.html'),
      /affects[^<]*console/i,
      'one that is gone has no name',
    )
  })

  test('what a newer version measures is offered to a page of the platform, once, and never to one of your own', async () => {
    using it = openTestSite()
    await makePage(it)
    const tried = new Set(['inbound', 'logs'])
    const offered = async () =>
      offeredComponents(await it.site.status.components(), tried).map((each) => each.id)
    assert.deepEqual(await offered(), ['gateway-filtering', 'gateway-delivery', 'gateway-logs'])
    await putStandardComponents(
      order(it),
      { 'links.follow': 'off' },
      { ids: ['gateway-logs'], isHidden: true },
    )
    await putStandardComponents(order(it), { 'links.follow': 'off' }, { ids: ['gateway-filtering'] })
    assert.deepEqual(await offered(), ['gateway-delivery'])
    const own = (await it.site.status.components()).map((each) => ({ ...each, id: `own-${each.id}` }))
    assert.deepEqual(offeredComponents(own, tried), [])
  })
})

describe('the files of the status page', () => {
  test('answers have the fields that clients of Statuspage v2 read', async () => {
    using it = openTestSite()
    await makePage(it)
    const { id } = await openIncident(orderOf(it), fault)
    const summary = await jsonOf(it, 'summary')
    assert.deepEqual(Object.keys(summary), [
      'page',
      'components',
      'incidents',
      'scheduled_maintenances',
      'status',
    ])
    assert.deepEqual(summary.page, {
      ...{ id: 'mailkeep', name: page.name, url: page.url, time_zone: 'Etc/UTC' },
      updated_at: '2027-06-10T12:00:00.000Z',
    })
    assert.deepEqual(summary.components[0], {
      ...{ id: 'gateway', name: 'Gateway', status: 'partial_outage', description: 'Mail in', position: 1 },
      ...{ created_at: '2026-11-22T12:00:00.000Z', updated_at: '2027-06-10T12:00:00.000Z' },
      ...{ showcase: false, start_date: null, group_id: null, page_id: 'mailkeep', group: false },
      only_show_if_degraded: false,
    })
    const [incident] = summary.incidents
    assert.deepEqual(
      [incident.id, incident.name, incident.status, incident.impact, incident.shortlink],
      [id, fault.name, 'investigating', 'major', `${page.url}/#${id}`],
    )
    const [update] = incident.incident_updates
    assert.deepEqual([update.status, update.body, update.incident_id], ['investigating', fault.text, id])
    assert.deepEqual(update.affected_components[0], {
      ...{ code: 'gateway', name: 'Gateway', old_status: 'operational', new_status: 'partial_outage' },
    })
  })

  test('what people write is text on the page and in the feeds, whatever it looks like', async () => {
    using it = openTestSite()
    await makePage(it)
    await openIncident(orderOf(it), { ...fault, text: '<script>alert(1)</script> ]]> \u202egnp' })
    for (const path of ['index.html', 'history.rss', 'history.atom']) {
      const body = await fileOf(it, path)
      assert.ok(!body.includes('<script') && !body.includes('<b>\u0020') && !body.includes('\u202e'), path)
      assert.match(body, /Mail waits &lt;b&gt;/)
      assert.match(body, /&lt;script&gt;/)
    }
  })

  test('the page has no script, and 100 KB at most however much was told', async () => {
    using it = openTestSite()
    await makePage(it)
    const { id } = await openIncident(orderOf(it), { ...fault, text: 'Words and more words. '.repeat(100) })
    const state = await read(it)
    const [component, incident] = [state.components[0]!, state.incidents[0]!]
    const components = Array.from({ length: 50 }, (_each, n) => ({
      ...{ ...component, id: n === 0 ? 'gateway' : `part-${n}`, description: 'd'.repeat(300) },
    }))
    const incidents = Array.from({ length: 60 }, (_each, n) => ({ ...incident, id: `${id}${n}` }))
    const body = renderStatus({ ...state, components, incidents }, noon).get('index.html')?.body ?? ''
    assert.ok(Buffer.byteLength(body) < 100_000, `${Buffer.byteLength(body)} octets`)
    assert.doesNotMatch(body, /<script|style=|onload/)
    assert.match(body, /more stand in the <a href="history.atom">feed/)
  })

  test('after a silence the page says how old its state is', async () => {
    using it = openTestSite()
    await makePage(it)
    const state = await read(it)
    assert.doesNotMatch(renderStatus(state, noon + 60_000).get('index.html')?.body ?? '', /ago/)
    assert.match(
      renderStatus(state, noon + 12 * 60_000).get('index.html')?.body ?? '',
      /12:00 UTC<\/time>, 12 min ago/,
    )
  })

  test('two publishings of one process at the same moment both come to their end, and leave the newer state', async () => {
    using it = openTestSite()
    await makePage(it)
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-status-'))
    try {
      const publish = (at: number) => publishStatus(it.site.status, { folder, page }, at, async () => ({}))
      await Promise.all([publish(noon), publish(noon + 1), publish(noon + 2)])
      assert.equal((await new PublishedState(folder).read())?.publishedAt, noon + 2)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('from minute to minute only what names the moment differs, and the rest where it tells something else', async () => {
    using it = openTestSite()
    await makePage(it)
    await openIncident(orderOf(it), fault)
    await scheduleMaintenance(orderOf(it), {
      ...{ name: 'New disks', text: 'The console is away.', impact: 'minor', components: [] },
      ...{ from: noon + 144 * hourMs, until: noon + 146 * hourMs },
    })
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-status-'))
    const read = () => {
      const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
        each.isFile(),
      )
      const paths = all.map((each) => join(each.parentPath, each.name))
      return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
    }
    let before = read()
    const publish = async (at: number) => {
      const state = await publishStatus(it.site.status, { folder, page }, at, async () => ({}))
      const [was, now] = [before, read()]
      before = now
      assert.deepEqual(JSON.parse(now.get('state.json') ?? ''), JSON.parse(JSON.stringify(state)))
      for (const [path, { body }] of renderStatus(state, at)) assert.equal(now.get(path), body, path)
      return [...now.keys()].filter((path) => was.get(path) !== now.get(path)).toSorted()
    }
    const summary = () => JSON.parse(before.get('api/v2/summary.json') ?? '')
    try {
      assert.ok((await publish(noon)).length > 20)
      const moment = ['index.html', 'published.json', 'state.json']
      assert.deepEqual(await publish(noon + 60_000), moment)
      assert.deepEqual(await publish(noon + 30 * hourMs), moment)
      assert.equal(summary().page.updated_at, new Date(noon).toISOString())
      assert.deepEqual(JSON.parse(before.get('published.json') ?? ''), {
        ...{ published_at: '2027-06-11T18:00:00.000Z', old_after: '2027-06-11T18:05:00.000Z' },
      })
      await openIncident(
        { ...orderOf(it), at: noon + 31 * hourMs },
        { ...fault, components: [{ id: 'console', state: 'major_outage' }] },
      )
      const changed = await publish(noon + 31 * hourMs)
      for (const path of ['history.rss', 'components/console/history.atom', 'api/v2/summary.json'])
        assert.ok(changed.includes(path), path)
      for (const path of ['status.css', 'maintenance.ics', 'components/gateway/history.atom'])
        assert.ok(!changed.includes(path), path)
      assert.equal(summary().page.updated_at, new Date(noon + 31 * hourMs).toISOString())
      rmSync(join(folder, 'status.css'))
      await publish(noon + 32 * hourMs)
      assert.ok(before.has('status.css'), 'what is lost is there again')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('publishing writes every file whole, and what is read is the last state', async () => {
    using it = openTestSite()
    await makePage(it)
    const folder = mkdtempSync(join(tmpdir(), 'mailkeep-status-'))
    try {
      const published = new PublishedState(folder)
      assert.equal(await published.read(), null)
      await publishStatus(it.site.status, { folder, page }, noon, async () => ({}))
      assert.equal((await published.read())?.components.length, 2)
      await openIncident(orderOf(it), fault)
      await publishStatus(it.site.status, { folder, page }, noon + 1, async () => ({}))
      const told = (await published.read())?.incidents as readonly StatusIncident[]
      assert.deepEqual(
        told.map((each) => each.name),
        [fault.name],
      )
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      assert.deepEqual(
        files.filter((each) => each.endsWith('.new')),
        [],
      )
      assert.match(readFileSync(join(folder, 'api/v2/summary.json'), 'utf8'), /partial_outage/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
