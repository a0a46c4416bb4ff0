import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { indicatorOf } from './indicator.ts'
import { endOverride, overrideMeasured } from './judge-measured.ts'
import { measureComponents, type ProbeReading } from './measure-components.ts'
import { type Measured, periodMs } from './measured.ts'
import { openIncident, scheduleMaintenance } from './open-incident.ts'
import { postUpdate } from './post-update.ts'
import { putComponent } from './put-component.ts'
import { renderStatus } from './render-status.ts'
import { putStandardComponents } from './standard-components.ts'
import { standingOf } from './standing.ts'
import type { StatusOrder } from './status-order.ts'
import { daysOf, readState } from './status-state.ts'
import { watchOverrun } from './watch-overrun.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const place = { name: 'Harbour Post', url: 'https://status.harbour.example' }
const orderOf = (it: TestSite, at = noon): StatusOrder => ({ ...it.order, status: it.site.status, at })
type Result = ProbeReading['result']

/** Components measured minute by minute, as one letter each: ok, failed, unknown; `-`: nobody looks. */
class Minutes {
  readonly it: TestSite
  at = noon

  constructor(it: TestSite) {
    this.it = it
  }

  async run(letters: string, more: readonly Result[] = []): Promise<void> {
    const results: Readonly<Record<string, Result>> = { o: 'ok', f: 'failed', u: 'unknown' }
    for (const letter of letters) {
      const result = results[letter]
      if (result) {
        const found = [result, ...more].map((each) => ({
          probe: 'inbound',
          result: each,
          at: this.at,
          words: 'w',
        }))
        await measureComponents({ status: this.it.site.status, readProbes: async () => found }, this.at)
      }
      this.at += periodMs
    }
  }

  async standing(at = this.at) {
    const state = await readState(this.it.site.status, place, at)
    return standingOf(state.components[0]!, state, at)
  }

  async file(path: string, at = this.at): Promise<string> {
    const state = await readState(this.it.site.status, place, at)
    return renderStatus(state, at).get(path)?.body ?? ''
  }
}

async function measuredPage(it: TestSite): Promise<Minutes> {
  await putComponent(orderOf(it), { id: 'gateway', name: 'Gateway', probes: ['inbound'] })
  return new Minutes(it)
}

describe('components that are measured', () => {
  test('one bad minute is nothing, the second one is a suspicion since the first, and ten good ones end it', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('ooof')
    assert.deepEqual(await minutes.standing(), { state: 'operational', basis: 'measured', since: null })
    await minutes.run('of')
    assert.equal((await minutes.standing()).basis, 'measured')
    const since = minutes.at - periodMs
    await minutes.run('f')
    assert.deepEqual(await minutes.standing(), { state: 'major_outage', basis: 'suspected', since })
    assert.match(
      await minutes.file('index.html'),
      /suspected: major outage, measured since 2027-06-10 12:05 UTC/,
    )
    assert.match(await minutes.file('api/v2/summary.json'), /"status":"major_outage".*"suspected_since"/)
    await minutes.run('ooooooooo')
    assert.equal((await minutes.standing()).basis, 'suspected', 'nine good minutes are not enough')
    await minutes.run('o')
    const { state, basis } = await minutes.standing()
    assert.deepEqual([state, basis], ['operational', 'measured'])
  })

  test('while the store takes nothing, what is measured is told all the same, and noted once it takes it again', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('oo')
    const unsaved = new Map<string, Measured>()
    const { status } = it.site
    let isFull = true
    const full = new Proxy(status, {
      get: (target, name) =>
        name === 'noteMeasured' && isFull
          ? () => Promise.reject(new Error('database or disk is full'))
          : target[name as 'measured'].bind(target),
    })
    const measure = (at: number) =>
      measureComponents(
        {
          ...{ status: full, unsaved },
          readProbes: async () => [{ probe: 'inbound', result: 'failed', at, words: 'w' }],
        },
        at,
      )
    for (const each of [2, 3]) await assert.rejects(measure(noon + each * periodMs), /disk is full/)
    const at = noon + 4 * periodMs
    const told = await readState(status, place, at, false, [...unsaved.values()])
    const standing = { state: 'major_outage', basis: 'suspected', since: noon + 2 * periodMs } as const
    assert.deepEqual(standingOf(told.components[0]!, told, at), standing)
    assert.equal((await minutes.standing(at)).basis, 'measured', 'the store knows nothing of it')
    isFull = false
    await measure(at)
    assert.deepEqual([await minutes.standing(at), unsaved.size], [standing, 0])
  })

  test('a path of several that fails is a partial outage', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('ff', ['ok'])
    assert.equal((await minutes.standing()).state, 'partial_outage')
  })

  test('what is not measured is unknown, never down and never fine, and nothing is forgotten over it', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('oou')
    assert.equal((await minutes.standing()).state, 'operational')
    const since = minutes.at - periodMs
    await minutes.run('u')
    assert.deepEqual(await minutes.standing(), { state: null, basis: 'unmeasured', since })
    const page = await minutes.file('index.html')
    assert.match(page, /unknown: not measured since 2027-06-10 12:02 UTC/)
    assert.match(page, /No fault is known, 1 of 1 parts not measured/)
    assert.match(
      await minutes.file('api/v2/components.json'),
      /Unknown: not measured since 2027-06-10 12:02 UTC/,
    )
    await minutes.run('ffuuuo')
    assert.equal((await minutes.standing()).basis, 'suspected', 'a gap ends no suspicion')
  })

  test('silence after bad minutes is no end of them, wherever they are told', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('off')
    const last = minutes.at - periodMs
    minutes.at = last + 30 * periodMs
    const silent = {
      ...{ state: 'major_outage', basis: 'suspected', since: last - periodMs },
      unmeasuredSince: last + periodMs,
    }
    assert.deepEqual(await minutes.standing(), silent)
    const page = await minutes.file('index.html')
    assert.match(page, /Major outage/)
    assert.match(page, /suspected: major outage, .*not measured any more since 2027-06-10 12:03 UTC, 29 min/)
    assert.match(await minutes.file('api/v2/status.json'), /"indicator":"critical"/)
    const api = await minutes.file('api/v2/components.json')
    assert.match(api, /"status":"major_outage".*"Not measured any more since 2027-06-10 12:03 UTC\."/)
  })

  test('when nobody looks any more it becomes unknown by itself, where the page is served too', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('oo')
    const last = minutes.at - periodMs
    assert.equal((await minutes.standing(last + 3 * periodMs)).state, 'operational')
    assert.deepEqual(await minutes.standing(last + 5 * periodMs), {
      ...{ state: null, basis: 'unmeasured', since: last + periodMs },
    })
    // A run of good minutes does not go on over a gap.
    await minutes.run('ff-------oo')
    assert.equal((await minutes.standing()).basis, 'suspected')
  })

  test('minutes of a day are counted once, whoever looks how often, and shown with the share of them', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('ooo')
    await minutes.run('')
    await measureComponents({ status: it.site.status, readProbes: async () => [] }, minutes.at - 1)
    await minutes.run('fffooooooooooo')
    const state = await readState(it.site.status, place, minutes.at)
    const today = daysOf('gateway', state.incidents, minutes.at, state.days).at(-1)
    assert.deepEqual(today, {
      ...{ day: '2027-06-10', state: 'major_outage' },
      // The first bad minute is no suspicion yet.
      minutes: { good: 6, degraded: 0, partial: 0, major: 11, unknown: 0 },
    })
    const text = await minutes.file('index.html')
    assert.match(
      text,
      /35\.294 % of 17 measured minutes; 89 days not measured; 2027-06-10 major outage 11 min/,
    )
  })

  test('a component is green before its incident may be closed', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('o')
    const startedAt = minutes.at
    await minutes.run('fff')
    const incident = await openIncident(orderOf(it, minutes.at), {
      ...{ name: 'Mail waits', text: 'Mail in waits.', impact: 'critical', startedAt },
      components: [{ id: 'gateway', state: 'major_outage' }],
    })
    assert.equal((await minutes.standing()).basis, 'told')
    // The component is green after ten good minutes, the incident may be closed after thirty.
    await minutes.run('o'.repeat(10))
    assert.equal((await minutes.standing()).state, 'operational')
    assert.match(await minutes.file('index.html'), /Working again, and watched/)
    const resolve = () =>
      postUpdate(orderOf(it, minutes.at), incident.id, { state: 'resolved', text: 'Over.' })
    await assert.rejects(resolve(), { code: 'conflict' })
    await minutes.run('o'.repeat(20))
    assert.equal((await resolve()).state, 'resolved')
  })

  test('a person says otherwise for a while, and his word is on record and not on the page', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('fff')
    const order = orderOf(it, minutes.at)
    const given = { state: 'operational', forMs: 5 * periodMs, why: 'The meter is broken' } as const
    await assert.rejects(overrideMeasured(order, 'nothing', given), { code: 'not-found' })
    await assert.rejects(overrideMeasured(order, 'gateway', { ...given, forMs: 1e12 }), { code: 'wrong' })
    await overrideMeasured(order, 'gateway', given)
    const { state, basis } = await minutes.standing()
    assert.deepEqual([state, basis], ['operational', 'told'])
    assert.doesNotMatch(
      JSON.stringify(await readState(it.site.status, place, minutes.at)),
      /meter|"who":"[^"]/,
    )
    await endOverride(order, 'gateway')
    assert.equal((await minutes.standing()).basis, 'suspected')
    await assert.rejects(endOverride(order, 'gateway'), { code: 'not-found' })
    await overrideMeasured(order, 'gateway', given)
    assert.equal(
      (await minutes.standing(minutes.at + 5 * periodMs)).basis !== 'told',
      true,
      'its time is over',
    )
  })

  test('planned work is no suspicion, and a fault of others no outage of ours', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('o')
    const work = {
      ...{ name: 'New disks', text: 'The gateway rests.', components: ['gateway'] },
      isShortNotice: true,
    }
    const order = orderOf(it, minutes.at)
    const { id } = await scheduleMaintenance(order, {
      ...work,
      from: minutes.at,
      until: minutes.at + 5 * periodMs,
    })
    await minutes.run('fff')
    assert.equal((await minutes.standing()).state, 'under_maintenance')
    const state = await readState(it.site.status, place, minutes.at)
    assert.deepEqual(
      state.days?.map(({ good, major }) => [good, major]),
      [[4, 0]],
    )
    await postUpdate(orderOf(it, minutes.at), id, { state: 'in_progress', text: 'It takes longer.' })
    await minutes.run('ffff')
    assert.match(await minutes.file('index.html'), /longer than planned by 2 min/)
    const raised: string[] = []
    const alarms = {
      raise: (name: string, subject: string) => void raised.push(`${name} ${subject}`),
      clear: () => undefined,
      open: () => [],
    } as unknown as Parameters<typeof watchOverrun>[1]
    await watchOverrun(it.site.status, alarms, minutes.at)
    assert.deepEqual(raised, [`planned-work-overrun ${id}`])
  })

  test('a fault of others is told apart, and no day of ours is bad for it', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    await minutes.run('oo')
    await openIncident(orderOf(it, minutes.at), {
      ...{ name: 'Bigmail defers', text: 'Mail to Bigmail waits.', impact: 'major', isUpstream: true },
      components: [],
    })
    const state = await readState(it.site.status, place, minutes.at)
    assert.equal(indicatorOf(state, minutes.at).indicator, 'none')
    assert.equal(daysOf('gateway', state.incidents, minutes.at, state.days).at(-1)?.state, 'operational')
    const page = await minutes.file('index.html')
    assert.match(page, /Faults of other providers now.*Bigmail defers/s)
    assert.doesNotMatch(page, /Incidents now/)
  })

  test('minutes that a wrong clock counted ahead are unknown, and those of the right one count again', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    minutes.at = noon + 3_600_000
    await minutes.run('oo')
    minutes.at = noon
    assert.equal((await minutes.standing()).basis, 'unmeasured')
    await minutes.run('ooff')
    assert.equal((await minutes.standing()).basis, 'suspected')
  })
})

describe('components and what is told of them', () => {
  test('the platform brings the components that the site runs with their parts, and keeps what is there', async () => {
    using it = openTestSite()
    await putComponent(orderOf(it), { id: 'gateway', name: 'Our own name' })
    await putStandardComponents(orderOf(it), { 'links.follow': 'off' })
    assert.deepEqual(await putStandardComponents(orderOf(it), { 'links.follow': 'off' }), [])
    const components = await it.site.status.components()
    assert.deepEqual(
      components.filter((each) => !each.parent).map((each) => each.id),
      ['gateway', 'radar', 'console', 'announcements'],
    )
    const added = await putStandardComponents(orderOf(it), { 'links.follow': 'shorteners' })
    assert.deepEqual(
      added.map((each) => each.id),
      ['shield'],
    )
    assert.equal(components[0]?.name, 'Our own name')
    const minutes = new Minutes(it)
    const { components: told } = JSON.parse(await minutes.file('api/v2/components.json'))
    const gateway = told.find((each: { id: string }) => each.id === 'gateway')
    assert.equal(gateway.group, true)
    assert.ok(gateway.components.includes('gateway-filtering'))
    assert.equal(told.find((each: { id: string }) => each.id === 'gateway-filtering').group_id, 'gateway')
    await assert.rejects(putComponent(orderOf(it), { id: 'x', name: 'x', parent: 'gateway-logs' }), {
      code: 'wrong',
    })
    await assert.rejects(putComponent(orderOf(it), { id: 'x', name: 'x', parent: 'nothing' }), {
      code: 'not-found',
    })
  })

  test('with everything well that is measured, the headline is plain; what nothing measures says so itself', async () => {
    using it = openTestSite()
    const { status } = it.site
    await putStandardComponents(orderOf(it), { 'links.follow': 'shorteners' })
    const tried = [...new Set((await status.components()).flatMap((each) => each.probes ?? []))]
    const run = async (at: number, silent = '') => {
      const readProbes = async () =>
        tried
          .filter((probe) => probe !== silent)
          .map((probe): ProbeReading => ({ probe, result: 'ok', at, words: '' }))
      await measureComponents({ status, readProbes }, at)
      return renderStatus(await readState(status, place, at), at).get('index.html')?.body ?? ''
    }
    await run(noon)
    const page = await run(noon + periodMs)
    assert.match(page, /<h1 class="whole none">All systems operational</)
    assert.match(page, /Service announcements<.*no fault is told; nothing measures it/s)
    await run(noon + 2 * periodMs, 'logs')
    assert.match(await run(noon + 3 * periodMs, 'logs'), /No fault is known, 2 of 7 parts not measured/)
  })

  test('an update says what is not hit, what to do, and when the next one comes', async () => {
    using it = openTestSite()
    const minutes = await measuredPage(it)
    const given = {
      ...{ name: 'Mail waits', text: 'Mail in waits.', impact: 'minor' as const },
      ...{ unaffected: 'Mail out.', todo: 'Nothing <b>.', nextAt: noon + 30 * periodMs },
    }
    await assert.rejects(openIncident(orderOf(it), { ...given, nextAt: noon }), { code: 'wrong' })
    await openIncident(orderOf(it), given)
    const page = await minutes.file('index.html')
    assert.match(page, /Not affected<\/dt><dd>Mail out\..*What you have to do<\/dt><dd>Nothing &lt;b&gt;/)
    assert.match(page, /Next update<\/dt><dd>by 2027-06-10 12:30 UTC/)
    for (const path of ['api/v2/incidents.json', 'history.rss', 'history.atom'])
      assert.match(await minutes.file(path), /What you have to do: Nothing/, path)
  })
})
