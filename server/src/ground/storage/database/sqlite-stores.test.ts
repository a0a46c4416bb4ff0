import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { newId } from '#ground/platform/ids.ts'
import { openTestSite, plainDelivery, plainMessage } from '../../../test-site.ts'
import { bodyPath } from '../bodies/body-path.ts'

test('content that cannot be deleted undoes nothing and has nothing done twice: its message is settled', () => {
  using it = openTestSite()
  const { stores, site } = it
  const at = Date.now()
  const [first, second] = [newId(at), newId(at + 1)]
  for (const id of [first, second]) {
    const path = bodyPath(site.folder, `${id}.eml`)
    // What is no file is not deleted, as nothing is on a disk that has turned read-only.
    mkdirSync(path, { recursive: true })
    stores.transaction(() =>
      stores.messages.accept({
        message: plainMessage(id, at),
        body: { kind: 'file', path, size: 1, sha256: '' },
        deliveries: [plainDelivery(0, at)],
        lease: null,
      }),
    )
  }
  const withdraw = (id: string) => ({ store: 'messages', method: 'withdraw', values: [id, at] })
  const answers = stores.runBatch([withdraw(first), withdraw(second)])
  assert.deepEqual(answers, [{ value: undefined }, { value: undefined }])
  for (const id of [first, second]) {
    const found = stores.ledger.read(id)
    assert.ok(found?.kind === 'message')
    assert.equal(found.deliveries[0]?.state, 'discarded')
    assert.equal(found.events.filter((each) => each.kind === 'discarded').length, 1)
    assert.equal(stores.messages.readBody(id), null)
  }
})

test('content never goes before its row: what is undone keeps both, and what is committed names no content that is gone', () => {
  using it = openTestSite()
  const id = it.accept()
  const undone = () =>
    it.stores.transaction(() => {
      it.stores.messages.withdraw(id, Date.now())
      throw new Error('the disk is full')
    })
  assert.throws(undone, /disk is full/)
  assert.notEqual(it.stores.messages.readBody(id), null)
  const found = it.stores.ledger.read(id)
  assert.equal(found?.kind === 'message' && found.deliveries[0]?.state, 'waiting')
})
