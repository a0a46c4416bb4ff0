import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { judgeCandidate, sumHours } from './judge-candidate.ts'

const counts = (deliveries: number, heldBefore: number, heldAfter: number, failed = 0) => ({
  ...{ deliveries, heldBefore, heldAfter, failed },
  changed: Math.abs(heldAfter - heldBefore),
})
const byHand = { guard: 3, promoteAfterMs: null }
const byItself = { guard: 3, promoteAfterMs: 1000 }

describe('what becomes of a change of policy on trial', () => {
  test('one that would hold more than three times as much is stopped, with the figures', () => {
    const end = judgeCandidate(byHand, counts(100, 5, 16), 0)
    assert.equal(end.kind, 'stop')
    assert.match(end.kind === 'stop' ? end.why : '', /holds 16 of 100 deliveries.* 5: more than 3 times/)
    assert.equal(judgeCandidate(byHand, counts(100, 5, 15), 0).kind, 'goes-on')
  })

  test('a few more, or a few messages, are chance; so is nothing held before', () => {
    assert.equal(judgeCandidate(byHand, counts(100, 0, 9), 0).kind, 'goes-on')
    assert.equal(judgeCandidate(byHand, counts(100, 0, 10), 0).kind, 'stop')
    assert.equal(judgeCandidate(byHand, counts(49, 0, 49), 0).kind, 'goes-on')
  })

  test('with the guard off, or where it lets more through, it goes on', () => {
    assert.equal(judgeCandidate({ ...byHand, guard: 0 }, counts(100, 0, 100), 0).kind, 'goes-on')
    assert.equal(judgeCandidate(byHand, counts(100, 80, 0), 0).kind, 'goes-on')
  })

  test('one that cannot be asked is stopped, also with the guard off', () => {
    assert.equal(judgeCandidate({ ...byHand, guard: 0 }, counts(0, 0, 0, 5), 0).kind, 'stop')
    assert.equal(judgeCandidate(byHand, counts(0, 0, 0, 4), 0).kind, 'goes-on')
  })

  test('a few failures of many messages are no fault that ends it', () => {
    assert.equal(judgeCandidate(byHand, counts(2000, 1, 1, 40), 0).kind, 'goes-on')
    assert.equal(judgeCandidate(byHand, counts(2000, 1, 1, 60), 0).kind, 'stop')
  })

  test('what nobody moves ends after 90 days', () => {
    const day = 86_400_000
    assert.equal(judgeCandidate(byHand, counts(100, 1, 1), 90 * day - 1).kind, 'goes-on')
    assert.equal(judgeCandidate(byHand, counts(100, 1, 1), 90 * day).kind, 'stop')
  })

  test('it passes by itself only where that was asked for, after its time and with enough mail', () => {
    assert.equal(judgeCandidate(byHand, counts(100, 1, 1), 1e9).kind, 'goes-on', 'not where it was not')
    assert.equal(judgeCandidate(byItself, counts(100, 1, 1), 999).kind, 'goes-on')
    assert.equal(judgeCandidate(byItself, counts(49, 1, 1), 1000).kind, 'goes-on')
    assert.equal(judgeCandidate(byItself, counts(50, 1, 1), 1000).kind, 'passed')
  })

  test('what would be stopped is never promoted', () => {
    assert.equal(judgeCandidate(byItself, counts(100, 0, 50), 1000).kind, 'stop')
  })

  test('each stage counts for itself', () => {
    const hours = [
      { ...counts(10, 1, 2), stage: 'shadow' },
      { ...counts(20, 3, 4), stage: 'canary' },
      { ...counts(30, 5, 6), stage: 'canary' },
    ]
    assert.deepEqual(sumHours(hours, 'canary'), { ...counts(50, 8, 10), changed: 2 })
  })
})
