import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stateOf } from '#services/directory/directory-order.ts'
import { ownIncidents } from '#services/history/own-incidents.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { cancelMaintenance, moveMaintenance } from './move-maintenance.ts'
import { scheduleMaintenance } from './open-incident.ts'
import { postUpdate } from './post-update.ts'
import { putComponent } from './put-component.ts'
import { renderStatus } from './render-status.ts'
import type { StatusOrder } from './status-order.ts'
import { daysOf, readState } from './status-state.ts'
import { tellPlanned } from './tell-planned.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const page = { name: 'Harbour', url: 'https://status.harbour.example' }
const orderOf = (it: TestSite, at = noon): StatusOrder => ({ ...it.order, status: it.site.status, at })

/** A file of the page as it is at a moment. */
async function fileOf(it: TestSite, path: string, at: number): Promise<string> {
  return renderStatus(await readState(it.site.status, page, at), at).get(path)?.body ?? ''
}

/** Work that begins in six days. */
async function announce(it: TestSite): Promise<string> {
  await putComponent(orderOf(it), { id: 'console', name: 'Console' })
  const { id } = await scheduleMaintenance(orderOf(it), {
    ...{ name: 'New disks', text: 'The console is away.', components: ['console'] },
    ...{ from: noon + 6 * dayMs, until: noon + 6 * dayMs + 2 * hourMs },
  })
  return id
}

describe('planned work that does not come as announced', () => {
  test('it is moved: both times are told, programs and calendars have the new one, and it begins then', async () => {
    using it = openTestSite()
    const id = await announce(it)
    const move = (given: object, at = noon) =>
      moveMaintenance(orderOf(it, at), id, { text: 'The disks come late.', ...given })
    const later = { from: noon + 8 * dayMs, until: noon + 8 * dayMs + hourMs }
    await assert.rejects(move({}), { code: 'wrong', message: /another beginning/ })
    await assert.rejects(move({ from: later.from }), { code: 'wrong', message: /after its beginning/ })
    await assert.rejects(move({ from: noon + dayMs }), { code: 'wrong', message: /short notice/ })
    await assert.rejects(move({ from: noon - 1 }), { code: 'wrong', message: /time to come/ })
    const stale = { ...orderOf(it), seen: stateOf({}) }
    await assert.rejects(moveMaintenance(stale, id, { ...later, text: 'x' }), { code: 'changed' })
    const moved = await move(later)
    assert.match(
      moved.updates.at(-1)?.text ?? '',
      /^The disks come late\.\nNew time: 2027-06-18 12:00 UTC to 2027-06-18 13:00 UTC\. It was 2027-06-16 12:00/,
    )
    const { scheduled_maintenances: told } = JSON.parse(
      await fileOf(it, 'api/v2/scheduled-maintenances/upcoming.json', noon),
    )
    assert.deepEqual(
      [told[0].status, told[0].scheduled_for, told[0].scheduled_until],
      ['scheduled', '2027-06-18T12:00:00.000Z', '2027-06-18T13:00:00.000Z'],
    )
    const calendar = await fileOf(it, 'maintenance.ics', noon)
    assert.match(
      calendar,
      /DTSTART:20270618T120000Z\r\nDTEND:20270618T130000Z[\s\S]*SEQUENCE:1\r\nSTATUS:TENTATIVE/,
    )
    await tellPlanned({ ...orderOf(it, noon + 7 * dayMs), who: 'mailkeep' })
    assert.equal((await it.site.status.incident(id))?.updates.length, 2)
    // What is on keeps its beginning; its end may move.
    const on = later.from + 1
    await assert.rejects(move({ from: later.from + hourMs, until: later.until + hourMs }, on), {
      code: 'conflict',
      message: /has begun/,
    })
    await move({ until: later.until + hourMs }, on)
    await tellPlanned({ ...orderOf(it, later.until + 1), who: 'mailkeep' })
    const still = await it.site.status.incident(id)
    assert.deepEqual([still?.state, still?.updates.at(-1)?.state], ['scheduled', 'in_progress'])
    await tellPlanned({ ...orderOf(it, later.until + hourMs + 1), who: 'mailkeep' })
    assert.equal((await it.site.status.incident(id))?.state, 'completed')
    await assert.rejects(move({ until: later.until + 9 * dayMs }, later.until + 2 * hourMs), /is completed/)
  })

  test('it is cancelled with the reason, stays told as that, and no day of it was bad', async () => {
    using it = openTestSite()
    const id = await announce(it)
    const at = noon + 6 * dayMs - hourMs
    const cancelled = await cancelMaintenance(orderOf(it, at), id, 'The disks are fine.')
    assert.deepEqual([cancelled.state, cancelled.resolvedAt], ['cancelled', at])
    const after = noon + 6 * dayMs + hourMs
    await tellPlanned({ ...orderOf(it, after), who: 'mailkeep' })
    const read = async (path: string) => JSON.parse(await fileOf(it, `api/v2/${path}.json`, after))
    assert.equal((await read('status')).status.indicator, 'none')
    assert.equal((await read('summary')).scheduled_maintenances.length, 0)
    const [told] = (await read('scheduled-maintenances')).scheduled_maintenances
    assert.deepEqual(
      [told.status, told.incident_updates[0].body, told.cancelled_at],
      ['completed', 'The disks are fine.', new Date(at).toISOString()],
    )
    assert.match(await fileOf(it, 'index.html', after), /New disks<\/h3>\n<p class="soft">[^<]*; cancelled;/)
    assert.match(await fileOf(it, 'maintenance.ics', after), /SEQUENCE:1\r\nSTATUS:CANCELLED/)
    const { incidents } = await readState(it.site.status, page, after)
    assert.equal(daysOf('console', incidents, after).at(-1)?.state, null)
    assert.deepEqual(await ownIncidents(it.site, after), [])
    for (const act of [
      cancelMaintenance(orderOf(it, after), id, 'Again'),
      moveMaintenance(orderOf(it, after), id, { text: 'x', until: after + dayMs }),
      postUpdate(orderOf(it, after), id, { state: 'scheduled', text: 'x' }),
    ])
      await assert.rejects(act, { code: 'conflict', message: /cancelled; announce new work/ })
  })

  test('what has begun is not cancelled, and an incident is no planned work', async () => {
    using it = openTestSite()
    const id = await announce(it)
    const on = orderOf(it, noon + 6 * dayMs + 1)
    await assert.rejects(cancelMaintenance(on, id, 'No'), { code: 'conflict', message: /has begun/ })
    await assert.rejects(cancelMaintenance(on, 'aaaaaaaaaaaa', 'No'), { code: 'not-found' })
  })

  test('an update that is written at the same time does not take the cancelling back', async () => {
    using it = openTestSite()
    const id = await announce(it)
    const seen = await it.site.status.incident(id)
    await cancelMaintenance(orderOf(it), id, 'The disks are fine.')
    const status = new Proxy(it.site.status, {
      get: (target, key, self) => (key === 'incident' ? async () => seen : Reflect.get(target, key, self)),
    })
    await assert.rejects(
      postUpdate({ ...orderOf(it), status }, id, { state: 'scheduled', text: 'Still planned.' }),
      { code: 'changed' },
    )
    assert.equal((await it.site.status.incident(id))?.state, 'cancelled')
  })
})
