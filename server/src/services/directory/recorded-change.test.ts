import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { openTestSite, type TestSite } from '../../test-site.ts'
import { addDomain } from './add-domain.ts'
import { addUsers } from './add-users.ts'
import { awaitDomains, awaitedDomains, confirmDomain } from './awaited-domains.ts'
import { importUsers } from './import-users.ts'
import { removeUsers } from './remove-users.ts'
import { restoreLost } from './restore-lost.ts'

async function withDomain(): Promise<TestSite> {
  const it = openTestSite()
  await addDomain(it.order, { name: 'a.test', nextHop: 'mx:a.test' }, it.site.checkNextHop)
  return it
}

const lastLines = async ({ site }: TestSite, limit: number) =>
  (await site.access.audit(null, null, limit)).map(({ what, detail }) => ({ what, detail })).reverse()

describe('nothing is changed that the audit log cannot be told of', () => {
  test('by an import of people with their groups', async () => {
    using it = await withDomain()
    const { directory } = it.site
    await addUsers(it.order, [{ address: 'ann@a.test' }])
    const importText = () =>
      importUsers(it.order, {
        open: () =>
          Readable.from([Buffer.from('address,group\nann@a.test,Staff\nbob@a.test,Staff\nwrong,\n')]),
        ...{ strict: false, dryRun: false, onProgress: () => undefined },
      })
    await it.withoutAudit(importText)
    assert.equal(await directory.user('bob@a.test'), null)
    assert.deepEqual(await directory.groups('a.test'), [])
    await importText()
    assert.deepEqual(await lastLines(it, 1), [
      { what: 'users-imported', detail: { lines: 3, wrong: 1, added: 1, changed: 1 } },
    ])
    assert.equal((await directory.groups('a.test')).length, 1)
  })

  test('where lost people are brought back, which says that it began before it changes anything', async () => {
    using it = await withDomain()
    const { directory, snapshots } = it.site
    await addUsers(it.order, [{ address: 'ann@a.test' }])
    await it.site.publish()
    await removeUsers(it.order, ['ann@a.test'])
    const restore = () => restoreLost(it.order, snapshots, 'a.test', 'known')
    await it.withoutAudit(restore)
    assert.equal(await directory.user('ann@a.test'), null)
    await restore()
    const nothingOver = { overLimit: 0, over: [] }
    assert.deepEqual(await lastLines(it, 2), [
      { what: 'directory-restore-began', detail: { domain: 'a.test', which: 'known' } },
      {
        what: 'directory-restored',
        detail: { domain: 'a.test', domains: 0, users: 1, belongings: 0, ...nothingOver },
      },
    ])
  })

  test('where a domain is put in force that an import has left half', async () => {
    using it = await withDomain()
    const { directory } = it.site
    for (const digest of ['one', 'two']) await awaitDomains(directory, digest, ['a.test', 'b.test'], 1)
    await it.withoutAudit(() => confirmDomain(it.order, 'a.test'))
    assert.deepEqual([...(await awaitedDomains(directory)).keys()].sort(), ['a.test', 'b.test'])
    await confirmDomain(it.order, 'a.test')
    assert.deepEqual([...(await awaitedDomains(directory)).keys()], ['b.test'])
    assert.deepEqual(await lastLines(it, 1), [{ what: 'domain-confirmed', detail: { domain: 'a.test' } }])
    await assert.rejects(confirmDomain(it.order, 'a.test'), { code: 'not-found' })
    assert.equal((await lastLines(it, 2)).filter(({ what }) => what === 'domain-confirmed').length, 1)
  })
})
