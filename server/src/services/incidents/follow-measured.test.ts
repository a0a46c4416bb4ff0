import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ownIncidents } from '#services/history/own-incidents.ts'
import { closeAfterMs, type Measured } from '#services/status/measured.ts'
import { putComponent } from '#services/status/put-component.ts'
import type { Cause, FindingState } from '#services/watch/finding.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { confirmSuspicion } from './confirm-suspicion.ts'
import { followMeasured } from './follow-measured.ts'
import { measureIncident } from './measure-incident.ts'
import { nameCause } from './name-cause.ts'
import { openIncident } from './open-incident.ts'
import { promiseReview } from './promise-review.ts'
import { setPredicate } from './set-predicate.ts'
import { updateIncident } from './update-incident.ts'

const minute = 60_000
const noon = Date.parse('2027-06-10T12:00:00Z')
const orderOf = (it: TestSite, at: number) => ({
  ...{ ...it.order, at, status: it.site.status, incidents: it.site.incidents },
})
const follow = (it: TestSite, at: number, cause?: Cause) =>
  followMeasured({
    order: (moment) => orderOf(it, moment),
    findings: { findings: async () => (cause ? [findingOf(cause)] : []) },
    now: () => at,
  })
const findingOf = (cause: Cause): FindingState => ({
  ...{ kind: 'stage-slow', subject: 'decide inbound node-1', stage: 'decide', node: 'node-1', hop: null },
  ...{ direction: 'inbound', cause, share: 1, since: noon, evidence: [] },
  limit: { stage: 'decide', node: 'node-1', hop: null },
  ...{ foundAt: noon, seenAt: noon, endedAt: null },
})
const good = { badPeriods: 0, badSince: null, unknownSince: null, level: 'major_outage' } as const

/** The gateway as it is measured at a moment. */
const note = (it: TestSite, at: number, more: Partial<Measured>) =>
  it.site.status.noteMeasured(
    {
      ...{ ...good, component: 'gateway', periodAt: at, suspectedSince: null, goodSince: null },
      ...{ lastBadAt: noon + 9 * minute, words: '', ...more },
    },
    'good',
  )

async function openOne(it: TestSite): Promise<string> {
  await putComponent(orderOf(it, noon - minute), { id: 'gateway', name: 'Gateway', probes: ['inbound'] })
  const { id } = await openIncident(orderOf(it, noon + minute), {
    ...{ name: 'Mail waits', text: 'It waits.', isTold: true, impact: 'critical', startedAt: noon },
    ...{ components: [{ id: 'gateway', state: 'major_outage' }] },
  })
  await updateIncident(orderOf(it, noon + 8 * minute), id, { state: 'monitoring', text: 'It runs.' })
  return id
}

describe('a public incident of a measured component', () => {
  test('is closed after half an hour of good measurements, once nothing else is missing, with its measured end', async () => {
    using it = openTestSite()
    const id = await openOne(it)
    const late = noon + 10 * minute + closeAfterMs
    await note(it, late, { goodSince: noon + 10 * minute })
    await follow(it, late)
    assert.equal((await it.site.incidents.read(id))?.state, 'monitoring', 'it has no cause')
    await nameCause(orderOf(it, late), id, { name: 'disk', words: 'It was full.' })
    await promiseReview(orderOf(it, late), id, { what: 'Why nobody saw it', due: late + minute })
    await follow(it, late)
    assert.equal((await it.site.incidents.read(id))?.state, 'monitoring', 'a review is due')
    using other = openTestSite()
    const next = await openOne(other)
    await nameCause(orderOf(other, late), next, { name: 'disk', words: 'It was full.' })
    await note(other, late - 5 * minute, { goodSince: noon + 10 * minute })
    await follow(other, late - 5 * minute)
    assert.equal((await other.site.incidents.read(next))?.state, 'monitoring', 'it is not good for long')
    await note(other, late, { goodSince: noon + 10 * minute })
    await follow(other, late)
    const closed = await other.site.incidents.read(next)
    assert.deepEqual([closed?.state, closed?.resolvedAt], ['resolved', noon + 10 * minute])
    const face = await other.site.status.incident(next)
    assert.deepEqual(
      [face?.state, face?.updates.at(-1)?.text],
      ['resolved', 'Measured as good for 30 minutes.'],
    )
  })

  test('opens again for the same cause within a day, told by a person alone, and its good time is no outage', async () => {
    using it = openTestSite()
    const id = await openOne(it)
    const over = noon + 10 * minute
    const cause = { name: 'disk', words: 'It was full.' } as const
    await updateIncident(orderOf(it, over), id, { state: 'resolved', text: 'Over.', cause })
    const again = noon + 23 * 60 * minute
    await note(it, again, { suspectedSince: again, lastBadAt: again + minute })
    const read = () => it.site.incidents.read(id)
    const length = async (at: number) => (await ownIncidents(it.site, at))[0]?.durationMinutes
    await follow(it, again + 2 * minute)
    await follow(it, again + 2 * minute, 'unknown')
    await follow(it, again + 2 * minute, 'dns')
    assert.equal((await read())?.state, 'resolved', 'nothing says that it is the same fault')
    await follow(it, again + 2 * minute, 'disk')
    await follow(it, again + 2 * minute, 'disk')
    const face = await it.site.status.incident(id)
    assert.deepEqual([(await read())?.state, face?.state, face?.updates.length], ['suspected', 'resolved', 3])
    assert.equal(await length(again + 2 * minute), 10)
    const order = orderOf(it, again + 2 * minute)
    assert.equal((await confirmSuspicion(order, 'gateway', { text: 'It is full again.' })).id, id)
    assert.equal((await it.site.status.incident(id))?.state, 'investigating')
    await updateIncident(orderOf(it, again + 5 * minute), id, { state: 'resolved', text: 'Over.' })
    assert.equal(await length(again + 60 * minute), 15, 'ten and five minutes')
    const later = again + 30 * 60 * minute
    await note(it, later, { suspectedSince: later, lastBadAt: later })
    await follow(it, later, 'disk')
    assert.equal((await read())?.state, 'resolved', 'it is another one by then')
  })

  test('that nobody confirms is closed by itself, and the public hears of neither', async () => {
    using it = openTestSite()
    const id = await openOne(it)
    const cause = { name: 'disk', words: 'It was full.' } as const
    await updateIncident(orderOf(it, noon + 10 * minute), id, { state: 'resolved', text: 'Over.', cause })
    const again = noon + 60 * minute
    await note(it, again, { suspectedSince: again, lastBadAt: again })
    await follow(it, again, 'disk')
    const late = again + minute + closeAfterMs
    await note(it, late, { lastBadAt: again, goodSince: again + minute })
    await follow(it, late)
    const closed = await it.site.incidents.read(id)
    assert.deepEqual([closed?.state, closed?.resolvedAt], ['resolved', again + minute])
    assert.equal((await it.site.status.incident(id))?.updates.length, 3)
  })

  test('is told with the beginning and the count that the ledger gives', async () => {
    using it = openTestSite()
    it.accept({ at: noon - 5 * minute })
    it.accept({ at: noon - 4 * minute })
    const id = await openOne(it)
    const { predicate } = (await it.site.incidents.read(id)) ?? {}
    assert.equal(predicate, null)
    await setPredicate(orderOf(it, noon + 9 * minute), id, {
      ...{ since: noon - 10 * minute, until: null, kind: 'accepted' },
    })
    await measureIncident(orderOf(it, noon + 9 * minute), it.site.ledger, id)
    const face = await it.site.status.incident(id)
    assert.equal(face?.startedAt, noon - 5 * minute)
    assert.deepEqual(face?.touched, { affected: 2, all: 2, isExact: true })
  })
})
