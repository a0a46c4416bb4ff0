import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from './check.ts'
import { findOutcomeChanges } from './outcome-change.ts'
import { decide, defaultPolicy } from './verdict.ts'

const finding = (code: string, weight: number, extras: Partial<Finding> = {}): Finding => ({
  check: 'test',
  code,
  weight,
  text: code,
  ...extras,
})

const changesOf = (findings: readonly Finding[], policy = defaultPolicy) =>
  findOutcomeChanges(decide(findings, policy), policy)

test('one finding that tips the scale is named, and the tolerance with which it would not', () => {
  assert.deepEqual(changesOf([finding('a', 160), finding('b', 60), finding('c', 10)]), [
    { kind: 'without', codes: ['a'], outcome: 'deliver' },
    { kind: 'without', codes: ['b'], outcome: 'deliver' },
    { kind: 'tolerance', tolerance: 231, outcome: 'deliver' },
  ])
})

test('where no single one would do, the fewest of the heaviest are named', () => {
  assert.deepEqual(changesOf([finding('a', 250), finding('b', 240), finding('c', 10)]), [
    { kind: 'without', codes: ['a', 'b'], outcome: 'deliver' },
    { kind: 'tolerance', tolerance: 501, outcome: 'deliver' },
  ])
})

test('what was asked for is not undone by a tolerance', () => {
  assert.deepEqual(
    changesOf([finding('dmarc-fail', 0, { proposal: 'reject', kind: 'spoof' }), finding('b', 60)]),
    [{ kind: 'without', codes: ['dmarc-fail'], outcome: 'deliver' }],
  )
})

test('delivered mail says how many points it was away; mail without points says nothing', () => {
  assert.deepEqual(changesOf([finding('a', 160)]), [{ kind: 'points', points: 40, outcome: 'quarantine' }])
  assert.deepEqual(changesOf([finding('a', 0)]), [])
  assert.deepEqual(changesOf([finding('a', -20)]), [])
})

test('what let a message through is named', () => {
  assert.deepEqual(changesOf([finding('a', 250), finding('sender-allowed', 0, { wish: 'allow' })]), [
    { kind: 'without', codes: ['sender-allowed'], outcome: 'quarantine' },
  ])
  assert.deepEqual(changesOf([finding('a', 250), finding('known', -100)]), [
    { kind: 'without', codes: ['known'], outcome: 'quarantine' },
    { kind: 'points', points: 50, outcome: 'quarantine' },
  ])
})

test('whatever is named really changes the outcome', () => {
  const one = fc.record({
    code: fc.constantFrom('a', 'b', 'c', 'd'),
    weight: fc.integer({ min: -100, max: 300 }),
    proposal: fc.option(fc.constantFrom('reject', 'hold', 'quarantine', 'defer') as fc.Arbitrary<'reject'>, {
      nil: undefined,
      freq: 5,
    }),
    wish: fc.option(fc.constantFrom('allow', 'block', 'never-hold') as fc.Arbitrary<'allow'>, {
      nil: undefined,
      freq: 5,
    }),
    incomplete: fc.option(fc.constantFrom('later', 'never') as fc.Arbitrary<'later'>, {
      nil: undefined,
      freq: 5,
    }),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 8 }), (list) => {
      const findings = list.map(({ code, weight, proposal, wish, incomplete }) =>
        finding(code, weight, {
          ...(proposal && { proposal }),
          ...(incomplete && { incomplete }),
          ...(wish && { wish }),
        }),
      )
      const before = decide(findings, defaultPolicy).disposition
      for (const change of changesOf(findings)) {
        const after =
          change.kind === 'without'
            ? decide(
                findings.filter((each) => !change.codes.includes(each.code)),
                defaultPolicy,
              )
            : change.kind === 'tolerance'
              ? decide(findings, { ...defaultPolicy, tolerance: change.tolerance })
              : decide([...findings, finding('more', change.points)], defaultPolicy)
        assert.notEqual(after.disposition, before)
        assert.equal(after.disposition, change.outcome)
      }
    }),
  )
})
