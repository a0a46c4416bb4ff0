import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SuppressedRecipient } from '#flow/spool/message.ts'
import type { Job, JobRecipient } from './delivery-store.ts'
import { settleSuppressed, withoutSuppressed } from './suppressed.ts'

const now = Date.UTC(2026, 10, 3, 9)
const day = 86_400_000
const returns = {
  ...{ host: 'mx.site.example', postmaster: 'postmaster@site.example', node: 'n' },
  ...{ newId: () => '0000000000000009', lifeMs: day },
  contentKeys: {
    newKeyFor: () => {
      throw new Error('there is no key')
    },
  },
}
const original = () => ({ header: Buffer.from('Subject: offer\r\n\r\n'), full: null })
const gone: SuppressedRecipient = {
  ...{ cause: 'bounce', class: 'user-unknown', words: '550 5.1.1 no such user here' },
  ...{ addedAt: now - 3_600_000, until: now + day },
}

function recipient(n: number, more: Partial<JobRecipient> = {}): JobRecipient {
  return {
    ...{ n, rcptTo: `r${n}@far.test`, dsn: { notify: null, orcpt: null }, attempts: 0 },
    ...{ reason: 'just-accepted', expiresAt: now + day, noticeAt: null, lastAttempt: null, ...more },
  }
}

function job(recipients: JobRecipient[], mailFrom = 'a@one.test'): Job {
  return {
    lane: 'outbound|one|far.test',
    recipients,
    message: {
      ...{ id: '0000000000000001', direction: 'outbound', mailFrom, size: 20, receivedAt: now, edits: [] },
      parameters: { body: '7BIT', smtputf8: false, ret: null, envid: null },
    },
  }
}

describe('mail to recipients that are left alone', () => {
  test('comes back at once with who, why, until when and the way out', () => {
    const settlement = settleSuppressed(job([recipient(1, { suppressed: gone })]), {
      ...{ owner: 'p', now, returns, original },
    })
    const [result] = settlement.results
    assert.equal(result?.state, 'returned')
    assert.equal(result?.reason, 'suppressed')
    assert.equal(result?.attempt?.class, 'user-unknown')
    const [notice] = settlement.notices
    assert.equal(notice?.deliveries[0]?.rcptTo, 'a@one.test')
    const body = notice?.body.kind === 'inline' ? Buffer.from(notice.body.bytes).toString() : ''
    const text = body.replace(/=\r\n/g, '').replace(/\s+/g, ' ')
    assert.match(text, /r1@far\.test/)
    assert.match(text, /no such user here/)
    assert.match(text, /until 2026-11-04 09:00 UTC/)
    assert.match(text, /take it off the list of stopped recipients/)
    assert.match(text, /Status: 5\.1\.1/)
  })

  test('others of the same message go on, and so does what has nobody to tell', () => {
    const parted = withoutSuppressed(job([recipient(1, { suppressed: gone }), recipient(2)]))
    assert.deepEqual(
      [parted.stopped, parted.rest].map((each) => each.recipients.map(({ n }) => n)),
      [[1], [2]],
    )
    assert.deepEqual(withoutSuppressed(job([recipient(1, { suppressed: gone })], '')).stopped.recipients, [])
  })

  test('a person who sends again what bounced knows better; one who complained is left alone all the same', () => {
    const again = recipient(1, { suppressed: gone, owesNews: true })
    assert.deepEqual(withoutSuppressed(job([again])).stopped.recipients, [])
    const complained = { ...again, suppressed: { ...gone, cause: 'complaint' as const } }
    assert.equal(withoutSuppressed(job([complained])).stopped.recipients.length, 1)
  })

  test('who wants no notices gets none, and the mail is still accounted for', () => {
    const silent = recipient(1, { suppressed: gone, dsn: { notify: ['never'], orcpt: null } })
    const settlement = settleSuppressed(job([silent]), { owner: 'p', now, returns, original })
    assert.deepEqual([settlement.results[0]?.state, settlement.notices], ['discarded', []])
  })
})
