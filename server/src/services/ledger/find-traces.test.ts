import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { findTraces } from './find-traces.ts'

describe('where is this mail?', () => {
  test('a word is an id, an address, a Message-ID, or a part of the subject', async () => {
    using it = openTestSite()
    const first = it.accept({ message: { subject: 'Invoice 100%', headerMessageId: '<one@x>' } })
    const second = it.accept({
      message: { subject: 'Offer', mailFrom: 'anna@example.test' },
      deliveries: [{ rcptTo: 'Ben@example.test' }],
    })
    const ids = async (word: string) =>
      (await findTraces(it.site.ledger, { word, limit: 10 })).lines.map((each) => each.id)
    assert.deepEqual(await ids(first), [first])
    assert.deepEqual(await ids(`[${first}]`), [first])
    assert.deepEqual(await ids('<one@x>'), [first])
    assert.deepEqual(await ids('invoice 100%'), [first])
    assert.deepEqual(await ids('ben@EXAMPLE.test'), [second])
    assert.deepEqual(await ids('anna@example.test'), [second, first])
    assert.deepEqual(await ids('nobody@example.test'), [])
  })

  test('one hit is told whole, several are a list', async () => {
    using it = openTestSite()
    const id = it.accept({ deliveries: [{}, { rcptTo: 'ben@example.test' }] })
    const one = await findTraces(it.site.ledger, { word: id, limit: 10 })
    assert.equal(one.traced?.kind, 'message')
    assert.equal(one.traced?.kind === 'message' && one.traced.events.length, 2)
    it.accept()
    const several = await findTraces(it.site.ledger, { word: 'anna@example.test', limit: 10 })
    assert.deepEqual([several.lines.length, several.traced], [2, null])
  })

  test("another tenant's mail is not found, by its id neither", async () => {
    using it = openTestSite()
    const id = it.accept()
    const asked = await findTraces(it.site.ledger, { word: id, tenant: 'other', limit: 10 })
    assert.deepEqual(asked, { lines: [], traced: null })
  })
})
