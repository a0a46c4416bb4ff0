import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Right } from '#services/access/roles.ts'
import type { Candidate } from '#services/policy/candidate.ts'
import type { PolicyEdit } from '#services/policy/policy-version.ts'
import { describeEdits } from './describe-edits.ts'
import { describeTrialDetails } from './describe-trial.ts'

const scope = 'tenant:one'
const entry = { what: 'sender', scope, kind: 'block', entry: 'a@a.test', before: null } as const
const setting = { value: '1', locked: false }
const edits: readonly PolicyEdit[] = [
  { ...entry, after: { addedAt: 0, addedBy: 'boss' } },
  { what: 'setting', scope, name: 'quarantine.days', before: setting, after: { ...setting, value: '2' } },
]
const by = (...rights: readonly Right[]) => ({ rights: new Set(rights) })

test('a key that sets up policy reads no entries of lists of senders, and whoever reads mail or lists does', () => {
  const seen = (...rights: readonly Right[]) => describeEdits(edits, by(...rights)).map(({ what }) => what)
  assert.deepEqual(seen('policy.write', 'site.read'), ['setting'])
  assert.deepEqual(seen('mail.read'), ['sender', 'setting'])
  assert.deepEqual(seen('lists.write'), ['sender', 'setting'])
})

test('of a trial it reads how much changes, and neither which mail nor which sender', () => {
  const times = { since: 0, addedAt: 0, promoteAfterMs: null, stage: 'taken-back' } as const
  const step = { messages: 1, deliveries: 1, changed: 1, heldBefore: 0, heldAfter: 1, freedBad: 0, failed: 0 }
  const show = (of: readonly PolicyEdit[], ...rights: readonly Right[]) => {
    const candidate = { ...times, people: [], scope, edits: of } as unknown as Candidate
    const found = { messageId: 'm', at: 0, stage: 'shadow', before: 'allow', after: 'block' } as const
    const differences = [{ ...found, because: 'a@a.test', recipients: 1 }]
    const limits = {} as Parameters<typeof describeTrialDetails>[2]
    const shown = describeTrialDetails(
      candidate,
      { hours: [], step, steps: [], differences },
      limits,
      by(...rights),
    )
    return shown.differences.map(({ messageId, because, recipients }) => [messageId, because, recipients])
  }
  assert.deepEqual(show(edits, 'policy.write'), [['', '', 1]])
  assert.deepEqual(show(edits.slice(1), 'policy.write'), [['', 'a@a.test', 1]])
  assert.deepEqual(show(edits, 'lists.write'), [['', 'a@a.test', 1]])
  assert.deepEqual(show(edits, 'mail.read'), [['m', 'a@a.test', 1]])
})
