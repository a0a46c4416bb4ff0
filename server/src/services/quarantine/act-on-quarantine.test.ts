import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { deleteMessage, type QuarantineOrder, releaseMessage } from './act-on-quarantine.ts'
import { listQuarantine } from './list-quarantine.ts'

const aside = { state: 'quarantined', reason: 'policy', dueAt: null } as const

function orderOf({ site }: TestSite, messageId: string, recipient?: string): QuarantineOrder {
  const { ledger, directory } = site
  const base = { ledger, directory, messageId, mayVirus: true, at: Date.now(), who: 'test' }
  return recipient === undefined ? base : { ...base, recipients: [recipient] }
}

function statesOf(it: TestSite, id: string): string[] {
  const traced = it.stores.ledger.read(id)
  return traced?.kind === 'message' ? traced.deliveries.map((each) => each.state) : []
}

describe('quarantine', () => {
  test('is released for all recipients, or for one', async () => {
    using it = openTestSite()
    const id = it.accept({ deliveries: [aside, { ...aside, rcptTo: 'ben@example.test' }] })
    assert.equal(await releaseMessage(orderOf(it, id, 'BEN@example.test'), 1000), 1)
    assert.deepEqual(statesOf(it, id), ['quarantined', 'waiting'])
    assert.equal(await releaseMessage(orderOf(it, id), 1000), 1)
    assert.deepEqual(statesOf(it, id), ['waiting', 'waiting'])
    assert.deepEqual(await it.site.ledger.audit(10), [])
  })

  test('nothing is released or deleted that the audit log cannot be told of', async () => {
    using it = openTestSite()
    const id = it.accept({ deliveries: [aside, { ...aside, rcptTo: 'ben@example.test' }] })
    await it.withoutAudit(() => releaseMessage(orderOf(it, id), 1000))
    await it.withoutAudit(() => deleteMessage(orderOf(it, id)))
    assert.deepEqual(statesOf(it, id), ['quarantined', 'quarantined'])
    assert.equal(await releaseMessage(orderOf(it, id), 1000), 2)
    const [line, ...others] = await it.site.access.audit(null, null, 10)
    assert.deepEqual(
      [others.length, line?.tenant, line?.detail],
      [0, 'example', { messageId: id, recipients: ['anna@example.test', 'ben@example.test'], deliveries: 2 }],
    )
  })

  test('what is not there says so', async () => {
    using it = openTestSite()
    const id = it.accept()
    await assert.rejects(releaseMessage(orderOf(it, 'nothing'), 1000), /there is no message/)
    await assert.rejects(releaseMessage(orderOf(it, id), 1000), /is not in quarantine: waiting/)
    const kept = it.accept({ deliveries: [aside] })
    await assert.rejects(deleteMessage(orderOf(it, kept, 'x@example.test')), /not in quarantine for x@/)
  })

  test('deleted mail is counted, and its content is gone', async () => {
    using it = openTestSite()
    const id = it.accept({ deliveries: [aside] })
    assert.equal(await deleteMessage(orderOf(it, id)), 1)
    assert.deepEqual(statesOf(it, id), ['discarded'])
    assert.equal(await it.site.readContent(id), null)
    assert.deepEqual(await it.site.ledger.audit(10), [])
  })

  test('the list narrows by tenant, sender and recipient, newest first', async () => {
    using it = openTestSite()
    const old = it.accept({ at: Date.now() - 5000, deliveries: [aside] })
    const young = it.accept({ deliveries: [{ ...aside, tenant: 'other', rcptTo: 'ben@example.test' }] })
    const ids = async (filter: Parameters<typeof listQuarantine>[1], limit = 10) =>
      (await listQuarantine(it.site.quarantine, filter, limit)).lines.map((each) => each.messageId)
    assert.deepEqual(await ids({}), [young, old])
    assert.deepEqual(await ids({ tenant: 'other' }), [young])
    assert.deepEqual(await ids({ recipient: 'Anna@example.test' }), [old])
    assert.deepEqual(await ids({ sender: 'nobody@sender.example' }), [])
    assert.equal((await listQuarantine(it.site.quarantine, {}, 1)).more, true)
  })
})
