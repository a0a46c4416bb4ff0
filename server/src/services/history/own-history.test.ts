import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openIncident } from '#services/incidents/open-incident.ts'
import { updateIncident } from '#services/incidents/update-incident.ts'
import { putComponent } from '#services/status/put-component.ts'
import { renderPage } from '#services/status/render-page.ts'
import { readState } from '#services/status/status-state.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { freezeMonths, ownTotals } from './frozen-months.ts'
import { ownIncidents } from './own-incidents.ts'
import { toldMonth } from './told-month.ts'

const minute = 60_000
const june = Date.parse('2027-06-10T12:00:00Z')
const july = Date.parse('2027-07-01T00:01:00Z')
const partsOf = ({ site: { status, incidents, history } }: TestSite) => ({ status, incidents, history })
const orderOf = (it: TestSite, at: number) => ({
  ...{ ...it.order, at, status: it.site.status, incidents: it.site.incidents },
})
const cause = { name: 'disk', words: 'It was full.' } as const

/** A partial outage of 40 minutes told after 6, a total one of 10 minutes, a slow hour, and a receiver's two days. */
async function makeJune(it: TestSite): Promise<string> {
  await putComponent(orderOf(it, june - 5 * 86_400_000), { id: 'gateway', name: 'Gateway' })
  const tell = async (
    name: string,
    state: 'partial_outage' | 'major_outage' | 'degraded_performance',
    minutes: number,
    more: object = {},
  ) => {
    const { id } = await openIncident(orderOf(it, june + 6 * minute), {
      ...{ name, text: 'Mail waits.', isTold: true, impact: 'major' as const, startedAt: june },
      ...{ components: [{ id: 'gateway', state }], cause },
      ...more,
    })
    await updateIncident(orderOf(it, june + minutes * minute), id, { state: 'resolved', text: 'Over.' })
    return id
  }
  const id = await tell('Half', 'partial_outage', 40)
  await tell('Whole', 'major_outage', 10, { impact: 'critical' })
  await tell('Slow', 'degraded_performance', 60, { impact: 'minor' })
  await tell('Theirs', 'partial_outage', 2880, { isUpstream: true })
  await openIncident(orderOf(it, june), {
    ...{ name: 'Not told', text: 'x', isTold: false, impact: 'critical', startedAt: june - minute },
  })
  return id
}

describe('what we tell of ourselves', () => {
  test('is summed like the faults of others: outages weighed, degraded and upstream apart, with its delay', async () => {
    using it = openTestSite()
    await makeJune(it)
    await openIncident(orderOf(it, june + 300 * minute), {
      ...{ name: 'Late', text: 'It was.', isTold: true, impact: 'minor', cause },
      ...{ startedAt: june, resolvedAt: june + 30 * minute },
    })
    const totals = await ownTotals(partsOf(it), june + 3000 * minute)
    const sums = totals.sums.map((each) => [each.kind, each.incidents, each.minutes, each.weightedMinutes])
    assert.deepEqual(sums, [
      ['outage', 2, 50, 30],
      ['degraded', 2, 90, 0],
      ['notice', 0, 0, 0],
      ['third-party', 1, 2880, 0],
      ['unrated', 0, 0, 0],
      ['maintenance', 0, 0, 0],
    ])
    assert.equal(totals.timeToNotice.medianMinutes, 6)
    assert.deepEqual([totals.noticeAfterEnd.of, totals.noticeAfterEnd.meanMinutes], [1, 270])
    assert.match(totals.weights, /major outage 1, partial outage 0\.5, degraded 0/)
  })

  test('what hit hidden components alone counts no more, and a published month says so', async () => {
    using it = openTestSite()
    await makeJune(it)
    await freezeMonths(partsOf(it), july)
    await putComponent(orderOf(it, july), { id: 'console', name: 'Console' })
    const states = ['gateway', 'console'].map((id) => ({ id, state: 'partial_outage' as const }))
    await openIncident(orderOf(it, july), {
      ...{ name: 'Both', text: 'It was.', isTold: true, impact: 'major', cause, components: states },
      ...{ startedAt: july - 10 * minute, resolvedAt: july - minute },
    })
    await putComponent(orderOf(it, july), { id: 'gateway', isHidden: true })
    const told = await ownIncidents(it.site, july + minute)
    assert.deepEqual(
      told.map((each) => [each.title, each.components]),
      [['Both', ['Console']]],
    )
    await freezeMonths(partsOf(it), july + minute)
    const corrections = (await it.site.history.months(9)).flatMap((each) => each.corrections)
    assert.deepEqual(
      [corrections.filter((each) => each.what === '"Half" counts no more').map((each) => each.why)],
      [['what it hit is not shown to the public any more']],
    )
  })

  test('is frozen by month; what turns out otherwise later is added, with when and why', async () => {
    using it = openTestSite()
    const id = await makeJune(it)
    await freezeMonths(partsOf(it), june + 5000 * minute)
    assert.deepEqual(await it.site.history.months(9), [], 'the month has not ended')
    await freezeMonths(partsOf(it), july)
    const [frozen] = await it.site.history.months(9)
    assert.deepEqual([frozen?.month, frozen?.frozenAt, frozen?.corrections], ['2027-06', july, []])
    const later = july + 86_400_000
    await updateIncident(orderOf(it, later), id, { state: 'investigating', text: 'It was not over <yet>.' })
    await openIncident(orderOf(it, later), {
      ...{ name: 'Found later', text: 'Nobody saw it.', isTold: true, impact: 'critical', cause },
      ...{ startedAt: june, resolvedAt: june + 20 * minute },
    })
    await freezeMonths(partsOf(it), later)
    await freezeMonths(partsOf(it), later + minute)
    const [now, ...more] = await it.site.history.months(9)
    assert.equal(more.length, 0)
    assert.deepEqual(now?.lines, frozen?.lines)
    assert.deepEqual(
      now?.corrections.map((each) => [each.at, each.what, each.why]).toSorted(),
      [
        [later, '"Found later" was added: outage, 20 min', 'Nobody saw it.'],
        [later, '"Half": length 40 min, now not known', 'It was not over <yet>.'],
      ].toSorted(),
    )
    const told = toldMonth(now!)
    const outages = (figures: typeof told.published | null) =>
      figures?.sums.find((each) => each.kind === 'outage')?.weightedMinutes
    assert.deepEqual([outages(told.published), outages(told.corrected)], [30, 30])
    assert.equal(told.corrected?.sums[0]?.incidents, 3)
    const page = { name: 'Harbour', url: 'https://status.harbour.example' }
    const state = { ...(await readState(it.site.status, page, later)), months: [told] }
    const html = renderPage(state, later)
    assert.match(
      html,
      /<th scope="row">2027-06<\/th><td>2, 30 min<\/td><td>1<\/td><td>0<\/td><td>1<\/td><td>6 min<\/td>/,
    )
    assert.match(html, /corrected.*Why: It was not over &lt;yet&gt;/s)
  })
})
