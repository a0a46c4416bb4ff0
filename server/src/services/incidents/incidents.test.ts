import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { measureComponents } from '#services/status/measure-components.ts'
import { putComponent } from '#services/status/put-component.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { confirmSuspicion } from './confirm-suspicion.ts'
import { isReportedAfterwards } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'
import { makeDraft } from './make-draft.ts'
import { nameCause } from './name-cause.ts'
import { nameDrill } from './name-drill.ts'
import { openIncident } from './open-incident.ts'
import { keepPromise, promiseReview } from './promise-review.ts'
import { updateIncident } from './update-incident.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const hourMs = 3_600_000
const orderOf = (it: TestSite, at = noon): IncidentOrder => ({
  ...{ ...it.order, status: it.site.status, incidents: it.site.incidents, at },
})
const fault = { name: 'Mail waits', text: 'A next hop refuses all.', impact: 'major' as const, isTold: false }

describe('an incident', () => {
  test('a person confirms what is suspected, and it began when it was measured first', async () => {
    using it = openTestSite()
    await putComponent(orderOf(it), { id: 'gateway', name: 'Gateway', probes: ['inbound'] })
    const text = 'Mail in waits.'
    for (const [minute, result] of (['ok', 'failed', 'failed'] as const).entries()) {
      const at = noon + minute * 60_000
      await assert.rejects(confirmSuspicion(orderOf(it, at), 'gateway', { text }), { code: 'conflict' })
      await measureComponents(
        { status: it.site.status, readProbes: async () => [{ probe: 'inbound', result, at, words: '' }] },
        at,
      )
    }
    const order = orderOf(it, noon + 180_000)
    const given = { text, todo: 'Nothing.', unaffected: 'Mail out.' }
    const { id, startedAt, startFrom, impact } = await confirmSuspicion(order, 'gateway', given)
    assert.deepEqual([startedAt, startFrom, impact], [noon + 60_000, 'telemetry', 'critical'])
    const face = await it.site.status.incident(id)
    assert.deepEqual([face?.startedAt, face?.updates[0]?.todo], [noon + 60_000, 'Nothing.'])
  })

  test('the public sees it from the moment that it is told, under the same id and with the same end', async () => {
    using it = openTestSite()
    await putComponent(orderOf(it), { id: 'gateway', name: 'Gateway' })
    const { id } = await openIncident(orderOf(it, noon - 2 * hourMs), {
      ...{ ...fault, components: [{ id: 'gateway', state: 'partial_outage' as const }] },
    })
    assert.equal(await it.site.status.incident(id), null)
    await updateIncident(orderOf(it), id, { text: 'An inner note.' })
    assert.equal(await it.site.status.incident(id), null)
    await updateIncident(orderOf(it), id, { text: 'Mail out waits.', state: 'identified', isTold: true })
    const told = await it.site.status.incident(id)
    assert.deepEqual(
      [told?.state, told?.startedAt, told?.updates.length],
      ['identified', noon - 2 * hourMs, 1],
    )
    assert.equal(told?.components[0]?.state, 'partial_outage')
    await updateIncident(orderOf(it), id, { text: 'Who it was.', isTold: false })
    await nameCause(orderOf(it), id, { name: 'next-hop', words: 'Its disk was full.' })
    const over = await updateIncident(orderOf(it, noon + hourMs), id, { text: 'Over.', state: 'resolved' })
    const face = await it.site.status.incident(id)
    assert.deepEqual(
      face?.updates.map((each) => each.text),
      ['Mail out waits.', 'Over.'],
    )
    assert.deepEqual([over.resolvedAt, face?.resolvedAt], [noon + hourMs, noon + hourMs])
    await updateIncident(orderOf(it, noon + 2 * hourMs), id, { text: 'Again.', state: 'investigating' })
    const again = await it.site.incidents.read(id)
    assert.deepEqual([again?.resolvedAt, again?.log.at(-1)?.kind], [null, 'reopened'])
    assert.equal((await it.site.status.incident(id))?.resolvedAt, null)
  })

  test('what the public sees as open is not closed, and what it knows as over not opened, in private', async () => {
    using it = openTestSite()
    const cause = { name: 'next-hop' as const, words: 'Its disk was full.' }
    const { id } = await openIncident(orderOf(it), { ...fault, isTold: true, cause })
    const say = (state: 'resolved' | 'investigating', isTold: boolean) =>
      updateIncident(orderOf(it), id, { text: 'So it is.', state, isTold })
    await assert.rejects(say('resolved', false), { code: 'conflict', message: /told to the public/ })
    assert.equal((await it.site.incidents.read(id))?.state, 'investigating')
    await say('resolved', true)
    await assert.rejects(say('investigating', false), { code: 'conflict', message: /open again is told/ })
    await say('investigating', true)
    assert.equal((await it.site.status.incident(id))?.resolvedAt, null)
  })

  test('it closes only with a cause; one that stays unknown needs data', async () => {
    using it = openTestSite()
    const { id } = await openIncident(orderOf(it), fault)
    const close = () => updateIncident(orderOf(it), id, { text: 'Over.', state: 'resolved' })
    await assert.rejects(close(), { code: 'conflict', message: /with a cause/ })
    await nameCause(orderOf(it), id, { name: 'unknown', words: 'Nothing was found.' })
    await assert.rejects(close(), { code: 'conflict', message: /needs the data/ })
    const evidence = [{ what: 'oldest waiting', value: '40 s', at: noon }]
    await nameCause(orderOf(it), id, { name: 'unknown', words: 'Nothing was found.', evidence })
    assert.equal((await close()).state, 'resolved')
  })

  test('a promised review keeps it open until it was held', async () => {
    using it = openTestSite()
    const { id } = await openIncident(orderOf(it), fault)
    await nameCause(orderOf(it), id, { name: 'disk', words: 'It was full.' })
    await assert.rejects(promiseReview(orderOf(it), id, { what: 'Why', due: noon - 1 }), { code: 'wrong' })
    const { promises } = await promiseReview(orderOf(it), id, { what: 'Why it was full', due: noon + hourMs })
    const close = () => updateIncident(orderOf(it), id, { text: 'Over.', state: 'resolved' })
    await assert.rejects(close(), { code: 'conflict', message: /review was promised until 2027-06-10/ })
    const hold = (given = {}) =>
      keepPromise(orderOf(it), id, promises[0]?.id ?? '', 'A log was never rotated.', given)
    await assert.rejects(hold(), { code: 'conflict', message: /a drill is named that repeats/ })
    await assert.rejects(hold({ drill: 'D77' }), { code: 'wrong', message: /no drill D77/ })
    await assert.rejects(hold({ drill: 'D12', noDrill: 'Both' }), { code: 'wrong' })
    const held = await hold({ drill: 'd12' })
    assert.equal(held.repeatedBy?.drill, 'D12')
    assert.match(await makeDraft(it.site, held, 'house', noon), /- \[x\] Why it was full.*\n- Drill: D12\n/)
    const own = await nameDrill(orderOf(it), id, { drill: 'Our yearly failover of mx1' })
    assert.equal(own.repeatedBy?.drill, 'Our yearly failover of mx1')
    assert.equal((await nameDrill(orderOf(it), id, { noDrill: 'It was theirs.' })).repeatedBy?.drill, null)
    await assert.rejects(keepPromise(orderOf(it), id, promises[0]?.id ?? '', 'Twice'), { code: 'conflict' })
    assert.equal((await close()).resolvedAt, noon)
  })

  test('one that is told afterwards is over at once, with one update, and says so', async () => {
    using it = openTestSite()
    const past = { startedAt: noon - 5 * hourMs, resolvedAt: noon - 4 * hourMs, isTold: true }
    await assert.rejects(openIncident(orderOf(it), { ...fault, ...past }), { code: 'conflict' })
    const cause = { name: 'dns' as const, words: 'A server gave old answers.' }
    const incident = await openIncident(orderOf(it), { ...fault, ...past, cause })
    assert.deepEqual([incident.state, isReportedAfterwards(incident)], ['resolved', true])
    const face = await it.site.status.incident(incident.id)
    assert.deepEqual(
      [face?.state, face?.resolvedAt, face?.updates.length],
      ['resolved', noon - 4 * hourMs, 1],
    )
    await assert.rejects(openIncident(orderOf(it), { ...fault, startedAt: noon + 1 }), { code: 'wrong' })
  })

  test('what was changed shortly before it began stands beside it', async () => {
    using it = openTestSite()
    const note = (at: number, what: string) =>
      it.site.directory.recordChange(at, what, 'test', {}, { tenant: null, ip: '' })
    await note(noon - hourMs, 'policy-setting')
    await note(noon - 20 * hourMs, 'rule-added')
    const { changes } = await openIncident(orderOf(it), fault)
    assert.deepEqual(
      changes.filter((each) => each.id.startsWith('change:')).map((each) => each.what),
      ['policy-setting'],
    )
  })

  test('two who change it at once are told so', async () => {
    using it = openTestSite()
    const { id } = await openIncident(orderOf(it), fault)
    const order = orderOf(it)
    const slow: IncidentOrder = {
      ...order,
      incidents: {
        ...order.incidents,
        put: order.incidents.put,
        list: order.incidents.list,
        ofFinding: order.incidents.ofFinding,
        changes: order.incidents.changes,
        read: async (one) => {
          const before = await order.incidents.read(one)
          await updateIncident(order, one, { text: 'Faster.' })
          return before
        },
      },
    }
    await assert.rejects(updateIncident(slow, id, { text: 'Slower.' }), { code: 'changed' })
  })
})
