import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RuleAction } from '#flow/inspection/message-rule.ts'
import { assertCompared } from './assert-compared.ts'
import type { KeptRule } from './policy-store.ts'

const copy: RuleAction = { do: 'copy', to: 'ben@a.test' }
const rule = (actions: RuleAction[], more: Partial<KeptRule> = {}): KeptRule => ({
  ...{ id: 'r-1', scope: 'domain:a.test', position: 0, enabled: true, locked: false, owner: '' },
  ...{ changedAt: 1, changedBy: 'x', paused: null, name: 'r', direction: 'inbound' as const },
  ...{
    conditions: [{ field: 'subject' as const, test: 'contains' as const, values: ['x'] }],
    exceptions: [],
  },
  actions,
  ...more,
})
const change = (before: KeptRule | null, after: KeptRule | null) => () =>
  assertCompared([{ what: 'rule', scope: 'domain:a.test', id: 'r-1', before, after }])

describe('a change of a rule that may go on by itself', () => {
  test('one that decides, and one that decides otherwise beside what it does as before', () => {
    change(null, rule([{ do: 'quarantine' }]))()
    const header: RuleAction = { do: 'header', name: 'x-seen', value: 'yes' }
    change(rule([header]), rule([{ do: 'quarantine' }, header]))()
    change(
      rule([copy, { do: 'hold' }]),
      rule([copy, { do: 'quarantine' }], { name: 'other', changedAt: 2 }),
    )()
    change(rule([copy, { do: 'never-hold' }]), rule([copy, { do: 'never-hold' }], { name: 'other' }))()
  })

  test('none that lets mail go where it is sent elsewhere too, or keeps it: that switches the other part on and off', () => {
    const redirect: RuleAction = { do: 'redirect', to: 'eve@a.test' }
    const said = /only of mail that is delivered.*without steps and time/
    assert.throws(change(rule([redirect, { do: 'quarantine' }]), rule([redirect])), said)
    assert.throws(change(rule([redirect]), rule([{ do: 'reject' }, redirect])), said)
    assert.throws(change(rule([copy]), rule([{ do: 'reject' }, copy])), said)
    assert.throws(change(rule([copy, { do: 'hold' }]), rule([copy, { do: 'add-score', points: 9 }])), said)
    assert.throws(change(rule([copy, { do: 'hold' }]), rule([copy, { do: 'never-hold' }])), said)
    const tls: RuleAction = { do: 'require-tls', verify: true }
    assert.throws(change(rule([tls, { do: 'quarantine' }]), rule([tls])), said)
  })

  test('none of which a trial shows nothing: more of it, less of it, or for other mail', () => {
    const said = /nothing of "copy".*without steps and time.*two rules/
    const wider = { conditions: [{ field: 'size' as const, test: 'above' as const, values: ['1'] }] }
    assert.throws(change(null, rule([copy])), said)
    assert.throws(change(rule([copy]), null), said)
    assert.throws(change(rule([copy, { do: 'hold' }]), rule([copy, { do: 'hold' }], wider)), said)
    assert.throws(change(rule([copy]), rule([copy], { enabled: false })), said)
    assert.throws(change(rule([copy]), rule([copy, { ...copy, to: 'eve@a.test' }])), said)
    assert.throws(change(rule([{ do: 'hold' }]), rule([copy])), said)
  })
})
