import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eraseOrderOf } from '#doors/cli/person.ts'
import { addDomain } from '#services/directory/add-domain.ts'
import { addUsers } from '#services/directory/add-users.ts'
import { openTestSite } from '../../test-site.ts'
import { erasePerson } from './erase-person.ts'

test('nobody is erased whom the audit log cannot be told of: it says that it began before anything is gone', async () => {
  using it = openTestSite()
  const { directory } = it.site
  await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
  await addUsers(it.order, [{ address: 'ann@a.test' }])
  const state = { state: 'discarded', reason: 'retention' } as const
  const id = it.accept({ deliveries: [{ ...state, rcptTo: 'ann@a.test' }] })
  const recipient = () => {
    const traced = it.stores.ledger.read(id)
    return traced?.kind === 'message' ? traced.deliveries[0]?.rcptTo : undefined
  }
  const erase = () => erasePerson(eraseOrderOf(it.site), 'ann@a.test')
  await it.withoutAudit(erase)
  assert.notEqual(await directory.user('ann@a.test'), null)
  assert.equal(recipient(), 'ann@a.test')
  const { pseudonyms } = await erase()
  assert.equal(await directory.user('ann@a.test'), null)
  assert.equal(recipient(), pseudonyms[0])
  const lines = await it.site.access.audit(null, null, 2)
  assert.deepEqual(
    lines.map(({ what, detail }) => [what, (detail as { pseudonyms: unknown }).pseudonyms]).reverse(),
    [
      ['person-erase-began', pseudonyms],
      ['person-erased', pseudonyms],
    ],
  )
})
