import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { addTenant } from './add-tenant.ts'
import { addUsers } from './add-users.ts'
import type { DirectoryStore } from './directory-store.ts'
import { removeUsers } from './remove-users.ts'
import { addGroup, changeMembers } from './write-group.ts'

test('what is so already leaves no line in the audit log', async () => {
  using it = openTestSite()
  const { directory } = it.site
  await addTenant(it.order, { id: 'a', level: 'operator' })
  await directory.putDomain({ name: 'a.test', tenant: 'a', nextHop: 'mx:x.test', settings: {} }, 1)
  await addUsers(it.order, [{ address: 'anna@a.test' }])
  const lines = () =>
    it.stores.database.prepare('SELECT count(*) AS lines FROM changes').get()?.lines as number
  const made = async (change: () => Promise<unknown>) => {
    const before = lines()
    await change()
    return lines() - before
  }
  const add = () => addGroup(it.order, 'a.test', 'Staff')
  assert.deepEqual([await made(add), await made(add)], [1, 0])
  const group = await add()
  for (const change of [
    { add: ['anna@a.test'], remove: [] },
    { add: [], remove: ['anna@a.test'] },
  ]) {
    const order = () => changeMembers(it.order, group, change)
    assert.deepEqual([await made(order), await made(order)], [1, 0], JSON.stringify(change))
  }

  // Somebody else removes him between the look at him and the removal.
  const meanwhile: DirectoryStore = Object.create(directory, {
    recordedChange: {
      value: async (...told: Parameters<DirectoryStore['recordedChange']>) => {
        await directory.removeUsers(['anna@a.test'], 1)
        return directory.recordedChange(...told)
      },
    },
  })
  const late = () => removeUsers({ ...it.order, directory: meanwhile }, ['anna@a.test'])
  assert.equal(await made(() => assert.rejects(late, { code: 'not-found' })), 0)
})
