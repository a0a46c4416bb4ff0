import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeReasons } from './describe-reasons.ts'

test('reasons: the heaviest first, evidence of what counted, what would have changed it, and versions', () => {
  const lines = describeReasons({
    findings: [
      {
        check: 'authentication',
        code: 'spf-none',
        weight: 0,
        text: 'No SPF.',
        evidence: { domain: 'a.example' },
      },
      {
        check: 'sender',
        code: 'brand-name',
        weight: 160,
        text: 'Calls itself PayPal.',
        evidence: { brand: 'PayPal', host: 'a.example', empty: '' },
      },
      { check: 'structure', code: 'received-loop', weight: 0, text: 'A loop.', proposal: 'hold' },
    ],
    changes: [
      { kind: 'without', codes: ['a', 'b'], outcome: 'deliver' },
      { kind: 'tolerance', tolerance: 321, outcome: 'deliver' },
      { kind: 'points', points: 40, outcome: 'quarantine' },
    ],
    facts: {
      versions: { definitions: 'd1', 'sender.brands': '2026-11-1' },
      policyTrials: [
        {
          ...{ id: 'c-1', stage: 'shadow' },
          changes: [{ before: 'deliver', after: 'hold', because: 'rule r-1', recipients: 2 }],
        },
        {
          ...{ id: 'c-2', stage: 'canary' },
          changes: [{ before: 'deliver', after: 'hold', because: 'dmarc', recipients: 1 }],
        },
      ],
    },
  })
  assert.deepEqual(lines, [
    '  finding  structure/received-loop (0, asks for hold): A loop.',
    '  finding  sender/brand-name (160): Calls itself PayPal.',
    '           brand PayPal, host a.example',
    '  finding  authentication/spf-none (0): No SPF.',
    'otherwise  without a and b it would have been delivered',
    'otherwise  with a tolerance of 321 it would have been delivered',
    'otherwise  with 40 points more it would have been quarantined',
    'otherwise  with the change on trial c-1 (rule r-1) it would have been held for 2 recipients',
    'otherwise  without the change on trial c-2 (dmarc), which is in force for some, it would have bee...',
    'decided by definitions d1, sender.brands 2026-11-1',
  ])
})

test('what older versions have written down is told as far as it goes', () => {
  assert.deepEqual(describeReasons({}), [])
  assert.deepEqual(describeReasons({ facts: { policyTrials: 'torn' } }), [])
  assert.deepEqual(describeReasons({ findings: [{}], changes: [{}] }), [
    '  finding  / (0): ',
    'otherwise  without  ',
  ])
})
