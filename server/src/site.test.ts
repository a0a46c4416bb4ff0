import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from './test-site.ts'

test('what a command reads of quarantine and queue waits for nobody who writes, and nobody waits for it', async () => {
  using it = openTestSite()
  it.accept({ deliveries: [{ state: 'quarantined', reason: 'score', dueAt: null }] })
  it.accept()
  const { quarantine, queue } = it.site
  // Whoever wanted the right to write would wait for this one, to no end.
  it.stores.database.exec('BEGIN IMMEDIATE')
  try {
    assert.equal((await quarantine.list({ subject: 'hello' }, 10)).length, 1)
    assert.equal((await quarantine.count({ subject: 'hello' })).deliveries, 1)
    assert.equal((await quarantine.targets({ subject: 'hello' }, null, 10)).length, 1)
    assert.equal((await quarantine.summarize(null, [])).deliveries, 1)
    assert.equal(await quarantine.oldestRelease(), null)
    assert.equal((await queue.lanes(0)).length, 1)
    assert.equal((await queue.list({ tenant: 'example' }, ['waiting'], 10)).length, 1)
    assert.equal(await queue.count('hold', { tenant: 'example' }), 1)
    assert.equal((await queue.targets('hold', { tenant: 'example' }, '', 10)).length, 1)
  } finally {
    it.stores.database.exec('ROLLBACK')
  }
})
