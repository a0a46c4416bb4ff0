import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limitsGiven } from './limits-given.ts'

describe('what a manager is limited to', () => {
  test('an empty field is all of the tenant, but for who has nothing left', () => {
    assert.equal(limitsGiven([], undefined), null)
    assert.equal(limitsGiven([], null), null)
    assert.equal(limitsGiven([], ['one.test']), null)
    assert.deepEqual(limitsGiven([], []), [])
    assert.equal(limitsGiven(['all'], []), null)
    assert.deepEqual(limitsGiven(['one.test'], []), ['one.test'])
  })
})
