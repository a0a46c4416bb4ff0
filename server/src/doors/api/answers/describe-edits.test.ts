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

test('of a trial it reads how much changes and by what kind of change, and neither which mail nor which sender', () => {
  const times = { since: 0, addedAt: 0, promoteAfterMs: null, stage: 'taken-back' } as const
  const step = { messages: 1, deliveries: 1, changed: 1, heldBefore: 0, heldAfter: 1, freedBad: 0, failed: 0 }
  const show = (of: readonly PolicyEdit[], because: string, ...rights: readonly Right[]) => {
    const candidate = { ...times, people: [], scope, edits: of } as unknown as Candidate
    const found = { messageId: 'm', at: 0, stage: 'shadow', before: 'allow', after: 'block' } as const
    const differences = [{ ...found, because, recipients: 1 }]
    const limits = {} as Parameters<typeof describeTrialDetails>[2]
    const shown = describeTrialDetails(
      candidate,
      { hours: [], step, steps: [], differences },
      limits,
      by(...rights),
    )
    return shown.differences.map(({ messageId, because, recipients }) => [messageId, because, recipients])
  }
  const both = 'block a@a.test, quarantine.days'
  const hidden = 'an entry of the lists, quarantine.days'
  assert.deepEqual(show(edits, both, 'policy.write'), [['', hidden, 1]])
  assert.deepEqual(show(edits, 'block a@a.test, block b@a.test', 'policy.write'), [
    ['', 'an entry of the lists', 1],
  ])
  assert.deepEqual(show(edits.slice(1), 'quarantine.days', 'policy.write'), [['', 'quarantine.days', 1]])
  assert.deepEqual(show(edits, both, 'lists.write'), [['', both, 1]])
  assert.deepEqual(show(edits, both, 'mail.read'), [['m', both, 1]])
})
