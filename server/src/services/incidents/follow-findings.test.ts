import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FindingState } from '#services/watch/finding.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { closeAfterMs, followFindings } from './follow-findings.ts'
import { lastedMs, seenVersion } from './incident.ts'
import type { IncidentStore } from './incident-store.ts'
import { nameCause } from './name-cause.ts'
import { promiseReview } from './promise-review.ts'
import { updateIncident } from './update-incident.ts'

const start = Date.now() - 3_600_000
const minute = 60_000
const found = (more: Partial<FindingState> = {}): FindingState => ({
  ...{ kind: 'deferred-share', subject: 'inbound node-1 mx.example', stage: 'deliver', node: 'node-1' },
  ...{ direction: 'inbound', hop: 'mx.example', cause: 'next-hop', share: 0.8, since: start },
  evidence: [{ what: 'share of tries that were put off', measured: 0.8, usual: 0.01, unit: 'share' }],
  ...{ foundAt: start + minute, seenAt: start + minute, endedAt: null },
  ...more,
})

const nowhere = { node: null, hop: null } as const

/** A round of the clock, `after` so long after the beginning of the fault. */
async function round(it: TestSite, after: number, findings: readonly FindingState[]) {
  await followFindings({
    order: (at) => ({
      ...it.order,
      at,
      who: 'mailkeep',
      status: it.site.status,
      incidents: it.site.incidents,
    }),
    findings: { findings: async () => [...findings] },
    ledger: it.site.ledger,
    now: () => start + after,
    lateMs: minute,
  })
  return it.site.incidents.list({}, 10)
}
const orderOf = (it: TestSite) => ({
  ...{ ...it.order, at: start, status: it.site.status, incidents: it.site.incidents },
})

describe('what measurements find', () => {
  test('opens one incident a fault, with its beginning, cause, evidence and the mail that it touched', async () => {
    using it = openTestSite()
    it.accept({ at: start - minute })
    const slow = found({
      kind: 'stage-slow',
      subject: 'inbound node-1 wait',
      stage: 'wait',
      since: start + 5,
    })
    const [incident, ...more] = await round(it, 2 * minute, [slow, found()])
    assert.equal(more.length, 0)
    const { state, startedAt, startFrom, cause, node, direction, isPublic, figures } = incident ?? {}
    assert.deepEqual([state, startedAt, startFrom], ['suspected', start, 'telemetry'])
    assert.deepEqual([cause?.name, node, direction, isPublic], ['next-hop', 'node-1', 'inbound', false])
    assert.deepEqual([cause?.evidence[0]?.value, cause?.evidence[0]?.usual], ['80 %', '1 %'])
    assert.equal(figures?.affected, 0)
    assert.equal((await round(it, 3 * minute, [slow, found()])).length, 1)
    assert.equal(
      (
        await round(it, 4 * minute, [
          found(),
          found({ subject: 'inbound other.example', hop: 'other.example' }),
        ])
      ).length,
      2,
    )
  })

  test('is watched when all is good, closed half an hour later, and opened again when it comes back', async () => {
    using it = openTestSite()
    await round(it, 2 * minute, [found()])
    const over = found({ endedAt: start + 5 * minute })
    const [watched] = await round(it, 5 * minute, [over])
    assert.deepEqual([watched?.state, watched?.quietSince], ['monitoring', start + 5 * minute])
    assert.equal((await round(it, 5 * minute + closeAfterMs - 1, [over]))[0]?.state, 'monitoring')
    const [closed] = await round(it, 5 * minute + closeAfterMs, [over])
    assert.deepEqual([closed?.state, closed?.resolvedAt], ['resolved', over.seenAt])
    const back = { since: start + 50 * minute, foundAt: start + 52 * minute, seenAt: start + 55 * minute }
    const [again, ...more] = await round(it, 52 * minute, [found(back)])
    assert.deepEqual([again?.state, again?.resolvedAt, more.length], ['suspected', null, 0])
    assert.deepEqual([again?.log.at(-1)?.kind, again?.id], ['reopened', watched?.id])
    const gone = found({ ...back, endedAt: start + 56 * minute })
    await round(it, 56 * minute, [gone])
    const [last] = await round(it, 56 * minute + closeAfterMs, [gone])
    assert.equal(last?.resolvedAt, start + 55 * minute)
    assert.equal(lastedMs(last!), 6 * minute, 'a minute and five, and nothing of the good time in between')
  })

  test('its mail is counted anew each minute, and nobody who writes meanwhile is told that it has changed', async () => {
    using it = openTestSite()
    const [opened] = await round(it, 2 * minute, [found()])
    const order = { ...orderOf(it), seen: seenVersion(opened!) }
    await round(it, 2 * minute + 59_000, [found()])
    assert.equal((await it.site.incidents.read(opened?.id ?? ''))?.figures?.at, start + 2 * minute)
    const [later] = await round(it, 3 * minute, [found()])
    assert.equal(later?.figures?.at, start + 3 * minute)
    await updateIncident(order, opened?.id ?? '', { text: 'We look.' })
    await assert.rejects(updateIncident(order, opened?.id ?? '', { text: 'Again.' }), { code: 'changed' })
  })

  test('is not watched any more when it is bad again before it was closed', async () => {
    using it = openTestSite()
    await round(it, 2 * minute, [found()])
    await round(it, 5 * minute, [found({ endedAt: start + 5 * minute })])
    const [again] = await round(it, 7 * minute, [found()])
    assert.deepEqual(
      [again?.state, again?.monitoringAt, again?.quietSince],
      ['suspected', null, null],
      'nobody has looked yet',
    )
    assert.match(again?.log.at(-1)?.text ?? '', /^Measurements are bad again: /)
    await nameCause(orderOf(it), again?.id ?? '', { name: 'upstream', words: 'Their disk was full.' })
    await round(it, 9 * minute, [found({ endedAt: start + 9 * minute })])
    const [looked] = await round(it, 11 * minute, [found()])
    assert.equal(looked?.state, 'investigating')
  })

  test('the public sees it watched and looked into again as measured, unless a person has said so himself', async () => {
    using it = openTestSite()
    const [opened] = await round(it, 2 * minute, [found()])
    const id = opened?.id ?? ''
    await updateIncident(orderOf(it), id, { state: 'investigating', text: 'We look.', isTold: true })
    const face = async () => (await it.site.status.incident(id))?.updates.map((each) => each.state)
    const good = found({ endedAt: start + 5 * minute })
    for (const after of [5, 14]) await round(it, after * minute, [good])
    assert.deepEqual(await face(), ['investigating'], 'it may come back')
    for (const after of [15, 16]) await round(it, after * minute, [good])
    assert.deepEqual(await face(), ['investigating', 'monitoring'])
    await round(it, 17 * minute, [found()])
    assert.deepEqual(await face(), ['investigating', 'monitoring', 'investigating'])
    // A person calls it watched: measurement neither says it twice nor takes it back.
    await updateIncident(orderOf(it), id, { state: 'monitoring', text: 'Mended.', isTold: true })
    for (const after of [33, 44]) await round(it, after * minute, [found({ endedAt: start + 33 * minute })])
    await round(it, 46 * minute, [found()])
    assert.deepEqual(await face(), ['investigating', 'monitoring', 'investigating', 'monitoring'])
  })

  test('a fault that comes and goes is told as good when it stays so, and the same at most every 15 minutes', async () => {
    using it = openTestSite()
    const [opened] = await round(it, 2 * minute, [found()])
    const id = opened?.id ?? ''
    await updateIncident(orderOf(it), id, { state: 'investigating', text: 'We look.', isTold: true })
    const tellings = async () => (await it.site.status.incident(id))?.updates.slice(1) ?? []
    const bad = (after: number) => round(it, after * minute, [found()])
    const good = (after: number, endedAt: number) =>
      round(it, after * minute, [found({ endedAt: start + endedAt * minute })])
    for (let after = 3; after < 60; after += 2) {
      await good(after, after)
      await bad(after + 1)
    }
    assert.deepEqual(await tellings(), [])
    for (const after of [61, 71]) await good(after, 61)
    await bad(72)
    for (const after of [73, 83, 86]) await good(after, 73)
    for (const after of [86.5, 86.9, 87]) await bad(after)
    assert.deepEqual(
      (await tellings()).map(({ state, at }) => [state, (at - start) / minute]),
      [
        ['monitoring', 71],
        ['investigating', 72],
        ['monitoring', 86],
        ['investigating', 87],
      ],
    )
  })

  test('one whose measurements belong to another incident by now is not told as good again', async () => {
    using it = openTestSite()
    const slow = found({
      ...{ kind: 'stage-slow', subject: 'inbound node-1 wait', stage: 'wait', hop: null },
      cause: 'unknown',
    })
    const [opened] = await round(it, 2 * minute, [slow])
    const id = opened?.id ?? ''
    await updateIncident(orderOf(it), id, { state: 'investigating', text: 'We look.', isTold: true })
    await round(it, 3 * minute, [slow, found()])
    const limit = { stage: 'deliver', node: null, hop: 'mx.example' } as const
    const named = { ...slow, cause: 'next-hop', limit } as const
    for (const after of [4, 15, 40]) await round(it, after * minute, [named, found()])
    const all = await it.site.incidents.list({}, 10)
    const other = all.find((each) => each.id !== id)
    assert.match(
      all.find((each) => each.id === id)?.log.at(-1)?.text ?? '',
      new RegExp(`belongs to incident ${other?.id}`),
    )
    assert.equal((await it.site.status.incident(id))?.state, 'investigating')
  })

  test('without a cause another fault is another incident, also within a day', async () => {
    using it = openTestSite()
    const one = found({ cause: 'unknown', hop: null, endedAt: start + 3 * minute })
    await round(it, 2 * minute, [{ ...one, endedAt: null }])
    await round(it, 3 * minute, [one])
    const [closed] = await round(it, 3 * minute + closeAfterMs, [one])
    assert.equal(closed?.state, 'resolved')
    const other = found({ cause: 'unknown', hop: null, kind: 'queue-grows', subject: 'inbound node-1' })
    const both = await round(it, 60 * minute, [{ ...other, since: start + 59 * minute }])
    assert.deepEqual(both.map((each) => each.state).toSorted(), ['resolved', 'suspected'])
  })

  test('without a cause it closes as unknown, with what was measured', async () => {
    using it = openTestSite()
    const one = found({ cause: 'unknown', hop: null })
    const [opened] = await round(it, 2 * minute, [one])
    assert.equal(opened?.cause, null)
    const over = { ...one, endedAt: start + 3 * minute }
    await round(it, 3 * minute, [over])
    const [closed] = await round(it, 3 * minute + closeAfterMs, [over])
    assert.deepEqual(
      [closed?.state, closed?.cause?.name, closed?.cause?.evidence.length],
      ['resolved', 'unknown', 1],
    )
  })

  test('when another cause holds the same mail up, the incident names that one', async () => {
    using it = openTestSite()
    const disk = found({
      ...{ kind: 'stage-slow', subject: 'decide inbound node-1', stage: 'decide', hop: null },
      ...{ cause: 'unknown', limit: { stage: 'decide', node: null, hop: null } },
    })
    const [opened] = await round(it, 2 * minute, [disk])
    assert.equal(opened?.cause, null)
    const named = { ...disk, cause: 'disk', limit: { stage: 'decide', node: 'node-1', hop: null } } as const
    const [known, ...more] = await round(it, 3 * minute, [named])
    assert.deepEqual(
      [known?.id, more.length, known?.cause?.name, known?.node],
      [opened?.id, 0, 'disk', 'node-1'],
    )
    const wait = found({
      kind: 'stage-slow',
      subject: 'wait inbound node-1',
      stage: 'wait',
      hop: null,
      cause: 'disk',
    })
    const [both, ...others] = await round(it, 4 * minute, [named, wait])
    assert.deepEqual([both?.id, both?.cause?.name, others.length], [opened?.id, 'disk', 0])
    const over = { ...named, endedAt: start + 5 * minute }
    const limit = { stage: 'deliver', node: null, hop: 'mx.example' } as const
    const moved = { ...wait, cause: 'next-hop', limit } as const
    const [again, ...rest] = await round(it, 5 * minute, [over, moved])
    assert.deepEqual([again?.id, rest.length], [opened?.id, 0])
    assert.deepEqual([again?.cause?.name, again?.stage, again?.node], ['next-hop', 'deliver', null])
    assert.match(again?.log.at(-1)?.text ?? '', /next-hop.*mx\.example/)
    assert.equal(again?.cause?.evidence.length, 2, 'what spoke for the cause before stays')
    await round(it, 6 * minute, [over, { ...moved, cause: 'unknown' }])
    assert.equal((await it.site.incidents.list({}, 10))[0]?.cause?.name, 'next-hop')
  })

  test('the public hears that others are not to blame once something else is, and once', async () => {
    using it = openTestSite()
    const theirs = found({ direction: 'outbound', cause: 'upstream' })
    const [opened] = await round(it, 2 * minute, [theirs])
    const id = opened?.id ?? ''
    await updateIncident(orderOf(it), id, { state: 'investigating', text: 'They put off.', isTold: true })
    const face = async () => {
      const { isUpstream, updates } = (await it.site.status.incident(id))!
      return [isUpstream, updates.length]
    }
    await round(it, 3 * minute, [{ ...theirs, cause: 'unknown' }])
    assert.deepEqual(await face(), [true, 1], 'what nobody knows takes nothing back')
    await round(it, 4 * minute, [{ ...theirs, cause: 'tls' }])
    assert.deepEqual(await face(), [true, 1], 'it is their TLS')
    for (const after of [5, 6])
      await round(it, after * minute, [{ ...theirs, cause: 'disk', limit: { ...nowhere, stage: 'wait' } }])
    const [named] = await it.site.incidents.list({}, 10)
    assert.deepEqual([named?.id, named?.cause?.name, named?.isUpstream], [id, 'disk', false])
    assert.deepEqual(await face(), [false, 2])
  })

  test('what a person has told as watched stays so after others are not to blame any more', async () => {
    using it = openTestSite()
    const theirs = found({ direction: 'outbound', cause: 'upstream' })
    const [opened] = await round(it, 2 * minute, [theirs])
    const id = opened?.id ?? ''
    await updateIncident(orderOf(it), id, { state: 'monitoring', text: 'They mend it.', isTold: true })
    for (const after of [3, 20, 40])
      await round(it, after * minute, [{ ...theirs, cause: 'disk', limit: { ...nowhere, stage: 'wait' } }])
    const face = await it.site.status.incident(id)
    assert.deepEqual(
      face?.updates.map((each) => [each.state, each.who]),
      [
        ['monitoring', 'test'],
        ['monitoring', 'mailkeep'],
      ],
    )
  })

  for (const cause of ['next-hop', 'upstream'] as const)
    test(`broken TLS stays the cause where its hop, ${cause}, is hardly spoken to any more`, async () => {
      using it = openTestSite()
      await round(it, 2 * minute, [found({ cause: 'tls' })])
      const [still, ...more] = await round(it, 3 * minute, [found({ cause })])
      assert.deepEqual([still?.cause?.name, still?.isUpstream, more.length], ['tls', false, 0])
    })

  test('what was measured late, of a fault whose incident was closed after it, opens nothing; what goes on does', async () => {
    using it = openTestSite()
    const [opened] = await round(it, 2 * minute, [found()])
    const id = opened?.id ?? ''
    const over = found({ endedAt: start + 4 * minute })
    await round(it, 4 * minute, [over])
    const closing = { state: 'resolved', text: 'It is over.', isTold: false } as const
    await updateIncident({ ...orderOf(it), at: start + 5 * minute }, id, closing)
    const late = found({
      ...{ kind: 'stage-slow', subject: 'wait inbound node-1', stage: 'wait', since: start + minute },
      ...{ foundAt: start + 6 * minute, seenAt: start + 6 * minute, lastBadAt: start + 3 * minute },
    })
    const [still, ...none] = await round(it, 6 * minute, [over, late])
    assert.deepEqual([still?.state, none.length], ['resolved', 0])
    const [again, ...more] = await round(it, 7 * minute, [over, { ...late, lastBadAt: start + 6 * minute }])
    assert.deepEqual([again?.id, again?.state, more.length], [id, 'suspected', 0])
  })

  test('a watcher that is silent owns no mail, and its incident closes all the same', async () => {
    using it = openTestSite()
    const silent = found({
      ...{ kind: 'watcher-silent', subject: 'dns: node-1', stage: 'watch', node: null, hop: null },
      ...{ direction: null, cause: 'probe', share: null, evidence: [] },
    })
    const [opened] = await round(it, 2 * minute, [silent])
    assert.deepEqual([opened?.state, opened?.predicate, opened?.figures], ['suspected', null, null])
    const over = { ...silent, endedAt: start + 5 * minute }
    await round(it, 5 * minute, [over])
    const [closed] = await round(it, 5 * minute + closeAfterMs, [over])
    assert.equal(closed?.state, 'resolved')
  })

  test('what a person has promised or named stays', async () => {
    using it = openTestSite()
    const [opened] = await round(it, 2 * minute, [found()])
    const id = opened?.id ?? ''
    await nameCause(orderOf(it), id, { name: 'upstream', words: 'Their disk was full.' })
    await promiseReview(orderOf(it), id, { what: 'Ask them', due: start + 90 * minute })
    const over = found({ endedAt: start + 3 * minute })
    await round(it, 3 * minute, [over])
    const [still] = await round(it, 4 * minute + closeAfterMs, [over])
    assert.deepEqual([still?.state, still?.cause?.name], ['monitoring', 'upstream'])
  })

  test('what a person has closed as unknown is named when it comes again and is known', async () => {
    using it = openTestSite()
    const slow = found({ cause: 'unknown', hop: null })
    const [opened] = await round(it, 2 * minute, [slow])
    const id = opened?.id ?? ''
    const cause = {
      name: 'unknown',
      words: 'Nobody knows.',
      evidence: [{ what: 'late', value: '4 %', usual: null, at: start }],
    } as const
    await nameCause(orderOf(it), id, cause)
    await updateIncident(orderOf(it), id, { state: 'resolved', text: 'It is over.', isTold: false })
    const again = { ...slow, since: start + 9 * minute, foundAt: start + 10 * minute }
    const [still] = await round(it, 10 * minute, [again])
    assert.deepEqual([still?.id, still?.state, still?.cause?.name], [id, 'suspected', 'unknown'])
    const known = { ...again, cause: 'disk' as const }
    const [named] = await round(it, 11 * minute, [known])
    assert.deepEqual([named?.id, named?.cause?.name, named?.cause?.who], [id, 'disk', 'mailkeep'])
  })

  test('two processes that find the same at once open one incident, and neither of them fails', async () => {
    using it = openTestSite()
    // Both have looked before either writes, each by a connection of its own.
    const looks = meeting(2)
    const writers = [it.site.incidents, asStore(it.stores)].map((incidents) => ({
      ...orderOf(it),
      incidents: {
        ...bound(incidents),
        ofFinding: async (fault: string) => {
          const known = await incidents.ofFinding(fault)
          await looks()
          return known
        },
      },
    }))
    const rounds = writers.map((writer) =>
      followFindings({
        order: (at) => ({ ...writer, at, who: 'mailkeep' }),
        findings: { findings: async () => [found()] },
        ledger: it.site.ledger,
        now: () => start + 2 * minute,
        lateMs: minute,
      }),
    )
    await Promise.all(rounds)
    const open = await it.site.incidents.list({}, 10)
    assert.deepEqual([open.length, open[0]?.log.filter(({ kind }) => kind === 'opened').length], [1, 1])
    assert.notEqual(open[0]?.figures, null, 'whoever was first has counted')
  })
})

/** Lets nobody go on before so many have come; who comes later passes. */
function meeting(count: number): () => Promise<void> {
  let [come, open] = [0, () => {}]
  const all = new Promise<void>((resolve) => {
    open = resolve
  })
  return () => {
    come += 1
    if (come === count) open()
    return all
  }
}

function bound(store: IncidentStore): IncidentStore {
  return {
    list: (...given) => store.list(...given),
    read: (id) => store.read(id),
    ofFinding: (fault) => store.ofFinding(fault),
    put: (...given) => store.put(...given),
    changes: (...given) => store.changes(...given),
  }
}

/** The same stores by another connection, each call a transaction. */
function asStore(stores: TestSite['stores']): IncidentStore {
  const { incidents } = stores
  const call = async <Answer>(work: () => Answer) => stores.transaction(work) as Answer
  return {
    list: (filter, limit) => call(() => incidents.list(filter, limit)),
    read: (id) => call(() => incidents.read(id)),
    ofFinding: (fault) => call(() => incidents.ofFinding(fault)),
    put: (incident, face, line) => call(() => incidents.put(incident, face, line)),
    changes: (since, until, limit) => call(() => incidents.changes(since, until, limit)),
  }
}
