import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { openTestSite, type TestSite } from '../../test-site.ts'
import type { AffectedQuery } from './ledger-store.ts'
import { AffectedCounts, listAffected } from './list-affected.ts'
import { nextStep } from './next-step.ts'

const start = Date.now() - 3_600_000

async function rows(it: TestSite, query: Partial<AffectedQuery> = {}) {
  const found = []
  for await (const line of listAffected(it.site.ledger, { since: start, until: start + 10_000, ...query }))
    found.push(line)
  return found
}

function refuse(
  it: TestSite,
  at: number,
  reason: string,
  tenant = 'example',
  findings: object[] | null = null,
): void {
  it.stores.refusals.recordRefusals([
    {
      id: newId(at),
      at,
      tenant,
      client: { ip: '192.0.2.9', port: 1, helo: 'mx.other.example', protocol: 'ESMTP', tls: null },
      mailFrom: 'x@other.example',
      rcptTo: 'nobody@example.test',
      stage: 'rcpt',
      code: 550,
      enhanced: '5.1.1',
      reason,
      text: 'No such recipient here',
      subject: '',
      headerMessageId: '',
      detail: findings && { findings },
    },
  ])
}

describe('mail judged on an error (N-21)', () => {
  const judged = (it: TestSite, ...findings: object[]) =>
    it.accept({
      at: start,
      message: { explanation: { verdict: 'clean', score: 0, findings, facts: {}, timings: {} } },
    })
  const ids = async (it: TestSite, query: Partial<AffectedQuery>) =>
    (await rows(it, query)).map((each) => each.messageId)

  test('codes of findings select, also by a part; several are any of them', async () => {
    using it = openTestSite()
    const dns = judged(it, { code: 'spf-pass' }, { code: 'dkim-temperror' })
    const away = judged(it, { code: 'sender-unavailable' })
    const clean = judged(it, { code: 'spf-pass' })
    judged(it)
    assert.deepEqual(await ids(it, { findings: ['spf-pass'] }), [dns, clean])
    assert.deepEqual(await ids(it, { findings: ['*-temperror', '*-unavailable'] }), [dns, away])
    assert.deepEqual(await ids(it, { findings: ['spf-pas?'] }), [])
    assert.deepEqual(await ids(it, { findings: ['spf-pass'], onError: true }), [dns])
    assert.deepEqual(await ids(it, { onError: true, reason: 'nothing-of-the-kind' }), [])
  })

  test('what could not be checked is on the list, with refusals, and what failed is not', async () => {
    using it = openTestSite()
    const dns = judged(it, { code: 'dmarc-temperror' })
    const scanner = judged(it, { code: 'scan-unfinished', incomplete: 'later' })
    const unfinished = judged(it, { code: 'inspection-unfinished' })
    judged(it, { code: 'spf-fail' }, { code: 'file-too-deep', incomplete: 'never' })
    refuse(it, start + 1, 'dmarc-temperror', 'example', [{ code: 'dmarc-temperror' }])
    refuse(it, start + 2, 'unknown-recipient')
    const found = await rows(it, { onError: true })
    assert.deepEqual(
      found.map(({ messageId, state }) => (state === 'refused' ? 'refused' : messageId)),
      [dns, scanner, unfinished, 'refused'],
    )
  })
})

describe('who was hit (N-04)', () => {
  test('every delivery of the stretch once, its edges included, nothing beside it', async () => {
    using it = openTestSite()
    const truth = [
      it.accept({ at: start }),
      it.accept({ at: start + 5000 }),
      it.accept({ at: start + 10_000, deliveries: [{}, { rcptTo: 'ben@example.test' }] }),
    ]
    it.accept({ at: start - 1 })
    it.accept({ at: start + 10_001 })
    const found = await rows(it)
    assert.deepEqual(
      found.map((each) => `${each.messageId}/${each.n}`),
      [`${truth[0]}/0`, `${truth[1]}/0`, `${truth[2]}/0`, `${truth[2]}/1`],
    )
  })

  test('a delivery with several matching events stands there with the first', async () => {
    using it = openTestSite()
    const id = it.accept({ at: start })
    const act = (action: 'hold' | 'release', at: number) =>
      it.stores.transaction(() =>
        it.stores.queue.act({
          action,
          selection: { messageIds: [id] },
          at,
          who: 't',
          limit: 10,
        }),
      )
    act('hold', start + 1)
    act('release', start + 2)
    act('hold', start + 3)
    const found = await rows(it, { kind: 'held' })
    assert.deepEqual(
      found.map((each) => [each.happenedAt, each.state, each.stateReason]),
      [[start + 1, 'held', 'held-by-hand']],
    )
  })

  test('clocks that were set back lose nobody', async () => {
    using it = openTestSite()
    const truth = [9000, 1000, 12_000, 4000]
      .map((ms) => it.accept({ at: start + ms }))
      .filter((_, i) => i !== 2)
    const found = await rows(it)
    assert.deepEqual(found.map((each) => each.messageId).sort(), truth.sort())
  })

  test('conditions narrow it: reason, tenant, node, reply, refusals with the sending side', async () => {
    using it = openTestSite()
    it.accept({ at: start, deliveries: [{}, { tenant: 'other', rcptTo: 'x@other.test' }] })
    refuse(it, start + 1, 'unknown-recipient')
    refuse(it, start + 2, 'relay-denied', '')
    assert.equal((await rows(it)).length, 4)
    assert.equal((await rows(it, { tenant: 'other' })).length, 1)
    assert.equal((await rows(it, { node: 'node-2' })).length, 0)
    assert.equal((await rows(it, { reply: 'NO SUCH' })).length, 2)
    const [refused, ...others] = await rows(it, { kind: 'refused', reason: 'unknown-recipient' })
    assert.deepEqual(others, [])
    assert.match(nextStep(refused!, Date.now()), /192\.0\.2\.9 \(mx\.other\.example\)/)
  })

  test('pages neither miss nor repeat a row, and the counts are theirs', async () => {
    using it = openTestSite()
    const truth = Array.from({ length: 2500 }, (_, index) => it.accept({ at: start + (index % 10_000) }))
    for (let i = 0; i < 2100; i++) refuse(it, start + i, 'unknown-recipient')
    const counts = new AffectedCounts()
    const seen = new Set<string>()
    for (const line of await rows(it)) {
      counts.add(line)
      seen.add(`${line.messageId}/${line.n}`)
    }
    assert.equal(seen.size, 4600)
    assert.ok(truth.every((id) => seen.has(`${id}/0`)))
    assert.deepEqual(counts.toJSON(), {
      total: 4600,
      states: { waiting: 2500, refused: 2100 },
      tenants: { example: 4600 },
    })
  })
})
