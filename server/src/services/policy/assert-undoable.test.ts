import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RuleAction } from '#flow/inspection/message-rule.ts'
import { assertUndoable } from './assert-undoable.ts'
import type { KeptRule } from './policy-store.ts'
import type { PolicyEdit } from './policy-version.ts'

const scope = 'domain:a.test'
const rule = (actions: RuleAction[], more: Partial<KeptRule> = {}): KeptRule => ({
  ...{ id: 'r-1', scope, position: 0, enabled: true, locked: false, owner: '', name: 'r' },
  ...{ changedAt: 1, changedBy: 'x', paused: null, direction: 'inbound' as const, exceptions: [] },
  conditions: [{ field: 'subject' as const, test: 'contains' as const, values: ['x'] }],
  actions,
  ...more,
})
const setting = (name: string, before: string | null, after: string | null): PolicyEdit => ({
  ...{ what: 'setting', scope, name },
  ...{ before: { value: before, locked: false }, after: { value: after, locked: false } },
})
const steps = (edit: PolicyEdit) => () => assertUndoable([edit])
const change = (before: KeptRule | null, after: KeptRule | null) =>
  steps({ what: 'rule', scope, id: 'r-1', before, after })

describe('a change that may be in force for some by itself', () => {
  test('one whose harm can be judged again', () => {
    change(null, rule([{ do: 'quarantine' }]))()
    change(rule([{ do: 'reject' }]), rule([{ do: 'quarantine' }]))()
    change(rule([{ do: 'reject' }]), rule([{ do: 'reject' }], { name: 'other', changedAt: 2 }))()
    change(rule([{ do: 'reject' }]), rule([{ do: 'reject' }], { enabled: false }))()
    steps(setting('dmarc', null, 'observe'))()
    steps(setting('product.filtering', 'on', 'off'))()
    steps(setting('tolerance', '200', '100'))()
  })

  test('none that refuses what it did not: nobody can take that back', () => {
    const said = /refuse.*cannot be judged again.*without steps/
    const wider = { conditions: [{ field: 'size' as const, test: 'above' as const, values: ['1'] }] }
    assert.throws(change(null, rule([{ do: 'reject' }])), said)
    assert.throws(change(rule([{ do: 'quarantine' }]), rule([{ do: 'reject' }])), said)
    assert.throws(change(rule([{ do: 'reject' }]), rule([{ do: 'reject' }], wider)), said)
    assert.throws(change(rule([{ do: 'reject' }], { enabled: false }), rule([{ do: 'reject' }])), said)
    assert.throws(steps(setting('dmarc', 'observe', null)), said)
    assert.throws(steps(setting('product.filtering', 'off', 'on')), said)
    assert.throws(steps(setting('outbound.action', null, 'refuse')), said)
  })
})
