import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from './check.ts'
import { decide, defaultPolicy, type VerdictPolicy } from './verdict.ts'
import { readVerdictPolicy } from './verdict-policy.ts'

const finding = (code: string, rest: Partial<Finding> = {}): Finding => ({
  check: 'test',
  code,
  weight: 0,
  text: code,
  ...rest,
})
const allow = finding('sender-allowed', { wish: 'allow' })
const block = finding('sender-blocked', { wish: 'block' })
const neverHold = finding('rule-matched', { rule: 'r-1', wish: 'never-hold' })
const spam = finding('spam', { weight: 500 })
const virus = finding('virus', { kind: 'virus', proposal: 'quarantine' })
const heavyVirus = finding('virus', { kind: 'virus', weight: 500 })
const unscanned = finding('unscanned', { incomplete: 'later' })
const dmarc = finding('dmarc-fail', { check: 'authentication', kind: 'spoof', proposal: 'reject' })
const dmarcQuarantine = finding('dmarc-fail', {
  check: 'authentication',
  kind: 'spoof',
  proposal: 'quarantine',
})
const loop = finding('own-loop', { proposal: 'hold' })
const file = finding('file-type', { kind: 'policy', proposal: 'quarantine' })

const disposition = (findings: readonly Finding[], policy: VerdictPolicy = defaultPolicy, to?: string) =>
  decide(findings, policy, to).disposition

describe('what tenants want', () => {
  const table: readonly (readonly [string, readonly Finding[], string])[] = [
    ['a block quarantines', [block], 'quarantine'],
    ['allow beats block', [block, allow], 'deliver'],
    ['allow beats score', [spam, allow], 'deliver'],
    ['allow beats no virus', [virus, allow], 'quarantine'],
    ['allow beats no virus that weighs', [heavyVirus, allow], 'quarantine'],
    ['allow beats no gap', [unscanned, allow], 'wait'],
    ['allow beats no DMARC reject', [dmarc, allow], 'reject'],
    ['allow beats no quarantine that a check asks for', [file, allow], 'quarantine'],
    ['never hold beats block and score', [neverHold, block, spam], 'deliver'],
    ['never hold beats a quarantine', [file, neverHold], 'deliver'],
    ['never hold beats DMARC quarantine', [dmarcQuarantine, neverHold], 'deliver'],
    ['never hold beats no DMARC reject', [dmarc, neverHold], 'reject'],
    ['never hold beats no virus', [virus, neverHold], 'quarantine'],
    ['never hold beats no gap', [unscanned, neverHold], 'wait'],
    ['never hold beats no loop', [loop, neverHold], 'hold'],
  ]
  for (const [name, findings, expected] of table)
    test(name, () => {
      assert.equal(disposition(findings), expected)
      assert.equal(disposition(findings.toReversed()), expected, 'whatever comes first')
    })

  test('where filtering is switched off, score, lists and DMARC count for nothing; what is firm still does', () => {
    const off = readVerdictPolicy({ 'product.filtering': 'off', tolerance: '10' })
    const hold = finding('rule-matched', { rule: 'r-3', proposal: 'quarantine' })
    for (const [found, expected] of [
      [spam, 'deliver'],
      [block, 'deliver'],
      [dmarc, 'deliver'],
      [file, 'deliver'],
      [virus, 'quarantine'],
      [heavyVirus, 'quarantine'],
      [unscanned, 'wait'],
      [loop, 'hold'],
      [hold, 'quarantine'],
    ] as const)
      assert.equal(disposition([found], off), expected, found.code)
    assert.equal(disposition([spam], readVerdictPolicy({ 'product.filtering': 'on' })), 'quarantine')
  })

  test('the first rule that says what to do wins; points of all of them count', () => {
    const reject = finding('rule-matched', { rule: 'r-2', proposal: 'reject', weight: 30 })
    assert.equal(disposition([neverHold, reject]), 'deliver')
    assert.equal(disposition([reject, neverHold]), 'reject')
    assert.equal(decide([neverHold, reject], defaultPolicy).score, 30)
  })

  test('a finding counts for its recipients only', () => {
    const mine = { ...spam, only: ['a@one.test'] }
    assert.equal(disposition([mine], defaultPolicy, 'a@one.test'), 'quarantine')
    assert.equal(disposition([mine], defaultPolicy, 'b@two.test'), 'deliver')
    assert.equal(disposition([mine]), 'deliver')
    assert.deepEqual(decide([mine], defaultPolicy, 'b@two.test').findings, [])
  })

  test('weights of a recipient are shown as they counted, and rules keep theirs', () => {
    const policy = { ...defaultPolicy, weights: { spam: 10, 'rule-matched': 0 } }
    const rule = finding('rule-matched', { rule: 'r-3', weight: 50 })
    const { score, findings } = decide([spam, rule], policy)
    assert.equal(score, 60)
    assert.deepEqual(
      findings.map((each) => each.weight),
      [10, 50],
    )
  })
})
