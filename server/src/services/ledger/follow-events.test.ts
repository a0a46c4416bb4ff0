import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestSite } from '../../test-site.ts'
import { followEvents } from './follow-events.ts'

test('events come as they happen, from now on, until it is ended', async () => {
  using it = openTestSite()
  it.accept()
  const end = new AbortController()
  const events = followEvents(it.site.ledger, end.signal)
  const first = events.next()
  // The first question is where the ledger ends now; what comes after it is new.
  await new Promise((resolve) => setTimeout(resolve, 50))
  const id = it.accept()
  const { value } = await first
  assert.deepEqual([value?.messageId, value?.kind], [id, 'accepted'])
  const second = events.next()
  end.abort()
  assert.equal((await second).done, true)
})
