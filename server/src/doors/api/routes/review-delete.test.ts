import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import { OrderError } from '#services/ledger/order-error.ts'
import type { PersonOrder } from '#services/review/act-on-review.ts'
import { askBeforeDeleting } from './review-delete.ts'

/** Messages of a person by their id, as a store has them. */
const kept: Readonly<Record<string, object>> = Object.fromEntries(
  [...Array(12).keys()].map((n) => [
    `wait${n}`,
    { state: 'quarantined', subject: `<b>Offer ${n}</b>`, headerFrom: '<peter@x.test>', mailFrom: '' },
  ]),
)
const gone = { state: 'delivered', subject: 'Freed', headerFrom: '', mailFrom: '' }

async function asked(ids: readonly string[], form: string, fault?: Error) {
  const order = {
    session: { address: 'a@x.test' },
    settingsOf: () => ({}),
    readReview: {
      async line(_who: unknown, messageId: string) {
        if (fault) throw fault
        return messageId === 'gone' ? gone : (kept[messageId] ?? null)
      },
    },
  } as unknown as PersonOrder
  const request = { body: new URLSearchParams(form) } as FastifyRequest
  const picks = ids.map((messageId) => ({ messageId, n: 0 }))
  const answer = await askBeforeDeleting(request, order, picks, {
    action: '/there',
    fields: (waiting) => waiting.map(({ messageId }) => ['pick', messageId] as const),
  })
  return answer && 'page' in answer ? answer.page.main.markup : null
}

describe('a message that somebody deletes for good', () => {
  test('is asked about, and the yes asks the same with its list', async () => {
    const page = (await asked(['wait1'], 'older=1')) ?? ''
    assert.match(page, /Delete this message for good\?/)
    assert.match(page, /&lt;b&gt;Offer 1&lt;\/b&gt;.*peter@x\.test/)
    assert.match(page, /<form method="post" action="\/there">/)
    for (const [name, value] of [
      ['pick', 'wait1'],
      ['older', '1'],
      ['sure', '1'],
    ])
      assert.ok(page.includes(`<input type="hidden" name="${name}" value="${value}">`), name)
    assert.doesNotMatch((await asked(['wait1'], '')) ?? '', /name="older"/)
  })

  test('is one of many: those that wait are counted, and the first are named', async () => {
    const page = (await asked([...Object.keys(kept), 'gone', 'others'], '')) ?? ''
    assert.match(page, /Delete these 12 messages for good\?/)
    assert.match(page, /Offer 9&lt;.*and 2 more/s)
    assert.doesNotMatch(page, /Offer 10&lt;|Freed/)
    // What waits for him since, or again, was not asked about.
    assert.equal([...page.matchAll(/name="pick"/g)].length, 12)
    assert.doesNotMatch(page, /value="(gone|others)"/)
  })

  test('is asked about once, and not where it does not wait', async () => {
    assert.equal(await asked(['wait1'], 'sure=1'), null)
    assert.equal(await asked(['gone', 'others'], ''), null)
    assert.equal(await asked(['wait1'], '', new OrderError('not-found', 'no')), null)
  })

  test('is not taken for gone where the store fails', async () => {
    await assert.rejects(asked(['wait1'], '', new Error('disk')), /disk/)
  })
})
