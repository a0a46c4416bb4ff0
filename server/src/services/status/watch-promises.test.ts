import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { openIncident } from './open-incident.ts'
import { postUpdate } from './post-update.ts'
import type { StatusOrder } from './status-order.ts'
import { watchPromises } from './watch-promises.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const minuteMs = 60_000

test('a promise that is late raises an alarm, which ends when it is kept', async () => {
  using it = openTestSite()
  const { status } = it.site
  const orderAt = (minutes: number): StatusOrder => ({ ...it.order, status, at: noon + minutes * minuteMs })
  const raised = new Map<string, string>()
  const alarms = {
    raise: (name: string, subject: string, text: string) => void raised.set(`${name} ${subject}`, text),
    clear: (name: string, subject: string) => void raised.delete(`${name} ${subject}`),
    open: () => [...raised.keys()].map((each) => ({ name: 'promise-overdue', subject: each.slice(16) })),
  } as unknown as Parameters<typeof watchPromises>[0]['alarms']
  const review = {
    id: 'r1',
    what: 'Why it was full',
    due: noon + 40 * minuteMs,
    keptAt: null as number | null,
  }
  const readOpen = async () => [{ id: 'i1', name: 'A full disk', promises: [review] }]
  const openAt = async (minutes: number) => {
    await watchPromises({ status, readOpen, alarms }, noon + minutes * minuteMs)
    return [...raised.keys()]
  }
  const update = { state: 'identified', text: 'A cable.' } as const
  const { id } = await openIncident(orderAt(0), {
    ...{ name: 'Mail waits', text: 'It waits.', impact: 'minor', nextAt: noon + 10 * minuteMs },
  })
  const late = `promise-overdue update of ${id}`
  assert.deepEqual(await openAt(10), [])
  assert.deepEqual(await openAt(11), [late])
  assert.match(raised.get(late) ?? '', /"Mail waits" was promised by 2027-06-10 12:10 UTC/)
  await postUpdate(orderAt(12), id, { ...update, nextAt: noon + 30 * minuteMs })
  assert.deepEqual(await openAt(12), [])
  assert.deepEqual(await openAt(31), [late])
  await postUpdate(orderAt(32), id, { state: 'resolved', text: 'Over.' })
  assert.deepEqual(await openAt(33), [])
  assert.deepEqual(await openAt(41), ['promise-overdue review r1 of i1'])
  Object.assign(review, { keptAt: noon + 42 * minuteMs })
  assert.deepEqual(await openAt(43), [])
})
