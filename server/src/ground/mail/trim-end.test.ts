import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isLinear, measureGrowth } from '../../../../tests/mail/growth.ts'
import { trimEndOf } from './trim-end.ts'

test('only what stands at the end goes, as a pattern would have it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '=', ' ', '\t') })
  fc.assert(
    fc.property(text, (each) => {
      assert.equal(trimEndOf(each, ' \t'), each.replace(/[ \t]+$/, ''))
    }),
  )
  assert.equal(trimEndOf('a\u00a0 ', ' \t'), 'a\u00a0')
})

test('a run that is followed by something else costs its length', () => {
  const make = (size: number) => `${'='.repeat(size)}a`
  assert(isLinear(measureGrowth(make, (text) => trimEndOf(text, '='))))
})
