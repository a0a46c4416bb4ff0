import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FindingState } from '#services/watch/finding.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { describeFault } from './describe-fault.ts'
import { draftPostmortem } from './draft-postmortem.ts'
import { seenVersion } from './incident.ts'
import type { IncidentOrder } from './incident-order.ts'
import { makeDraft } from './make-draft.ts'
import { nameCause } from './name-cause.ts'
import { openIncident } from './open-incident.ts'
import { updateIncident } from './update-incident.ts'
import { keepPostmortem, publishPostmortem } from './write-postmortem.ts'

const noon = Date.parse('2027-06-10T12:00:00Z')
const hourMs = 3_600_000
const orderOf = (it: TestSite, at = noon): IncidentOrder => ({
  ...{ ...it.order, status: it.site.status, incidents: it.site.incidents, at },
})
const openOne = (it: TestSite, isTold: boolean) =>
  openIncident(orderOf(it, noon - hourMs), {
    ...{ name: 'Mail waits', text: 'A next hop refuses all.', impact: 'major', isTold },
    ...{ node: 'node-7', cause: { name: 'disk', words: 'Its disk was full.' } },
  })

describe('the postmortem of an incident', () => {
  test('it is kept in the house, published whole when the incident is over, and changed by publishing again', async () => {
    using it = openTestSite()
    const { id } = await openOne(it, true)
    const read = () => it.site.status.incident(id)
    await assert.rejects(keepPostmortem(orderOf(it), id, ' '), { code: 'wrong' })
    const kept = await keepPostmortem(orderOf(it), id, 'The disk.\r\nIt was full.')
    assert.equal((await read())?.postmortem, undefined)
    await assert.rejects(publishPostmortem(orderOf(it), id), /when it is resolved/)
    await updateIncident(orderOf(it), id, { text: 'Over.', state: 'resolved' })
    const stale = { ...orderOf(it), seen: seenVersion(kept) }
    await assert.rejects(keepPostmortem(stale, id, 'Mine.'), { code: 'changed' })
    const published = await publishPostmortem(orderOf(it, noon + hourMs), id)
    const face = await read()
    assert.deepEqual([published.state, face?.state, face?.updates.at(-1)?.state], Array(3).fill('postmortem'))
    assert.deepEqual(face?.postmortem, {
      ...{ text: 'The disk.\nIt was full.', publishedAt: noon + hourMs, updatedAt: noon + hourMs },
    })
    assert.equal(published.resolvedAt, noon)
    await assert.rejects(publishPostmortem(orderOf(it), id), /published already/)
    await keepPostmortem(orderOf(it), id, 'The disk, and its alarm.')
    assert.equal((await read())?.postmortem?.text, 'The disk.\nIt was full.')
    await publishPostmortem(orderOf(it, noon + 2 * hourMs), id, 'We had left something out.')
    const again = await read()
    assert.deepEqual(again?.postmortem, {
      ...{ text: 'The disk, and its alarm.', publishedAt: noon + hourMs, updatedAt: noon + 2 * hourMs },
    })
    assert.equal(again?.updates.at(-1)?.text, 'We had left something out.')
  })

  test('of an incident that the public does not know it hears nothing by its postmortem either', async () => {
    using it = openTestSite()
    const { id } = await openOne(it, false)
    await updateIncident(orderOf(it), id, { text: 'Over.', state: 'resolved' })
    await assert.rejects(publishPostmortem(orderOf(it), id), /write one first/)
    await keepPostmortem(orderOf(it), id, 'The disk.')
    const done = await publishPostmortem(orderOf(it), id)
    assert.deepEqual([done.state, done.isPublic], ['postmortem', false])
    assert.equal(await it.site.status.incident(id), null)
  })

  test('a draft for the public names no node, and tells what it was told', async () => {
    using it = openTestSite()
    const { id } = await openOne(it, true)
    await updateIncident(orderOf(it), id, { text: 'Ask the customer Acme.', isTold: false })
    const cause = {
      name: 'disk' as const,
      words: 'Full.',
      evidence: [{ what: 'disk of node-7', value: '1', at: noon }],
    }
    const incident = await nameCause(orderOf(it), id, cause)
    const draft = (audience: 'house' | 'public') => makeDraft(it.site, incident, audience, noon)
    assert.match(await draft('house'), /node: node-7[\s\S]*Acme[\s\S]*disk of node-7/)
    assert.doesNotMatch(await draft('public'), /node-7|Acme/)
    assert.match(await draft('public'), /investigating: A next hop refuses all\./)
  })

  test('a draft for the public has no words of our measurements, and no text for the house', async () => {
    using it = openTestSite()
    const finding: FindingState = {
      ...{ kind: 'deferred-share', subject: 'next hop mx.acme.example', stage: 'deliver', node: 'node-7' },
      ...{ hop: 'mx.acme.example', direction: 'outbound', cause: 'next-hop', share: 1, since: noon - hourMs },
      ...{ evidence: [], foundAt: noon, seenAt: noon, endedAt: null },
    }
    const measured = await openIncident(
      { ...orderOf(it), who: 'mailkeep' },
      { ...describeFault(finding, [finding], hourMs), isTold: true },
    )
    const told = await it.site.status.incident(measured.id)
    const incident = {
      ...measured,
      promises: [
        { ...{ id: 'p', due: noon, who: 'test', keptAt: noon }, what: 'Ask acme', result: 'acme was slow' },
        { ...{ id: 'q', due: noon, who: 'test', keptAt: null }, what: 'Ask acme again', result: '' },
      ],
      repeatedBy: { drill: null, why: 'acme runs it', at: noon, who: 'test' },
    }
    const face = told && { ...told, name: 'Mail waits', updates: [] }
    const draft = (audience: 'house' | 'public') =>
      draftPostmortem({ incident, face, sums: null, now: noon, audience })
    assert.match(draft('house'), /node-7[\s\S]*acme was slow[\s\S]*acme runs it/)
    assert.doesNotMatch(draft('public'), /acme|node-7/)
    assert.match(draft('public'), /^# Mail waits\n[\s\S]*## Cause\n\nnext-hop\n/)
    assert.match(draft('public'), /- Reviews: 2 promised, 1 held\n- A drill repeats it: no\n/)
  })
})
