import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sumHours } from './candidate-counts.ts'
import { describeNext, describeShown, waitsFor } from './candidate-steps.ts'
import { judgeCandidate } from './judge-candidate.ts'

const counts = (deliveries: number, heldBefore: number, heldAfter: number, failed = 0) => ({
  ...{ messages: deliveries, deliveries, heldBefore, heldAfter, freedBad: 0, failed },
  changed: Math.abs(heldAfter - heldBefore),
})
type Counts = ReturnType<typeof counts>
const shadow = { stage: 'shadow' as const, share: 0, bySteps: false }
const byHand = { ...shadow, guard: 3, promoteAfterMs: null }
const byItself = { ...shadow, guard: 3, promoteAfterMs: 1000 }
const limits = { messages: 1000, timeMs: 86_400_000 }
const judge = (trial: Parameters<typeof judgeCandidate>[0], stage: Counts, ageMs: number, step = stage) =>
  judgeCandidate(trial, { stage, step }, ageMs, limits)

describe('what becomes of a change of policy on trial', () => {
  test('one that would hold more than three times as much is stopped, with the figures', () => {
    const end = judge(byHand, counts(100, 5, 16), 0)
    assert.equal(end.kind, 'stop')
    assert.match(end.kind === 'stop' ? end.why : '', /holds 16 of 100 deliveries.* 5: more than 3 times/)
    assert.equal(judge(byHand, counts(100, 5, 15), 0).kind, 'goes-on')
  })

  test('a few more, or a few messages, are chance; so is nothing held before', () => {
    assert.equal(judge(byHand, counts(100, 0, 9), 0).kind, 'goes-on')
    assert.equal(judge(byHand, counts(100, 0, 10), 0).kind, 'stop')
    assert.equal(judge(byHand, counts(49, 0, 49), 0).kind, 'goes-on')
  })

  test('with the guard off, or where it lets more through, it goes on', () => {
    assert.equal(judge({ ...byHand, guard: 0 }, counts(100, 0, 100), 0).kind, 'goes-on')
    assert.equal(judge(byHand, counts(100, 80, 0), 0).kind, 'goes-on')
  })

  test('one that cannot be asked is stopped, also with the guard off', () => {
    assert.equal(judge({ ...byHand, guard: 0 }, counts(0, 0, 0, 5), 0).kind, 'stop')
    assert.equal(judge(byHand, counts(0, 0, 0, 4), 0).kind, 'goes-on')
  })

  test('a few failures of many messages are no fault that ends it', () => {
    assert.equal(judge(byHand, counts(2000, 1, 1, 40), 0).kind, 'goes-on')
    assert.equal(judge(byHand, counts(2000, 1, 1, 60), 0).kind, 'stop')
  })

  test('what nobody moves ends after 90 days', () => {
    const day = 86_400_000
    assert.equal(judge(byHand, counts(100, 1, 1), 90 * day - 1).kind, 'goes-on')
    assert.equal(judge(byHand, counts(100, 1, 1), 90 * day).kind, 'stop')
  })

  test('it passes by itself only where that was asked for, after its time and with enough mail', () => {
    assert.equal(judge(byHand, counts(100, 1, 1), 1e9).kind, 'goes-on', 'not where it was not')
    assert.equal(judge(byItself, counts(100, 1, 1), 999).kind, 'goes-on')
    assert.equal(judge(byItself, counts(49, 1, 1), 1000).kind, 'goes-on')
    assert.equal(judge(byItself, counts(50, 1, 1), 1000).kind, 'passed')
    assert.equal(judge(byItself, counts(50, 0, 9), 1000).kind, 'goes-on', '18 % more is held')
  })

  test('what would be stopped is never promoted', () => {
    assert.equal(judge(byItself, counts(100, 0, 50), 1000).kind, 'stop')
  })

  test('each stage counts for itself', () => {
    const hours = [
      { ...counts(10, 1, 2), stage: 'shadow' },
      { ...counts(20, 3, 4), stage: 'canary' },
      { ...counts(30, 5, 6), stage: 'canary' },
    ]
    assert.deepEqual(sumHours(hours, 'canary'), { ...counts(50, 8, 10), changed: 2 })
  })

  describe('in steps', () => {
    const steps = { ...byHand, bySteps: true }
    const first = { ...steps, stage: 'canary' as const, share: 0.01 }
    const second = { ...first, share: 0.1 }
    const leastMs = 600_000

    test('a step is over after so many messages, or after its time with enough deliveries', () => {
      for (const each of [steps, first, second]) {
        assert.equal(judge(each, counts(999, 1, 1), leastMs).kind, 'goes-on')
        assert.equal(judge(each, counts(1000, 1, 1), leastMs - 1).kind, 'goes-on')
        assert.equal(judge(each, counts(1000, 1, 1), leastMs).kind, 'passed')
        assert.equal(judge(each, counts(50, 1, 1), limits.timeMs - 1).kind, 'goes-on')
        assert.equal(judge(each, counts(50, 1, 1), limits.timeMs).kind, 'passed')
      }
    })

    test('one letter to a thousand people is one message', () => {
      assert.equal(judge(steps, { ...counts(5000, 1, 1), messages: 5 }, leastMs).kind, 'goes-on')
    })

    test('a share that hardly anybody is in leads to the next one, and never to all', () => {
      assert.equal(judge(first, counts(0, 0, 0), limits.timeMs).kind, 'passed')
      assert.equal(judge(second, counts(49, 0, 0), limits.timeMs).kind, 'goes-on')
      assert.equal(judge(steps, counts(49, 0, 0), limits.timeMs).kind, 'goes-on')
    })

    test('what a step before has measured counts for no other', () => {
      assert.equal(judge(second, counts(5000, 1, 1), leastMs, counts(10, 0, 0)).kind, 'goes-on')
    })

    test('a guard that could hardly speak is silent, and that says nothing: it waits, and says why', () => {
      const waits = (trial: typeof first, step: Counts, why: RegExp) => {
        const { kind } = judge(trial, step, limits.timeMs)
        assert.equal(kind, 'goes-on', String(why))
        assert.match(describeNext(trial, limits, { stage: step, step }) ?? '', why)
        assert.notEqual(waitsFor(trial, { stage: step, step }), null)
        assert.equal(
          waitsFor({ ...trial, bySteps: false }, { stage: step, step }),
          null,
          'by hand it never waits',
        )
      }
      waits(first, counts(49, 0, 49), /waits for a person.*holds 49 of 49 deliveries, .* without it 0/)
      waits(second, counts(50, 0, 9), /waits for a person.*holds 9 of 50/)
      waits(first, counts(0, 0, 0, 4), /could not be asked for 4 messages beside 0 deliveries/)
      waits(second, counts(1000, 0, 3), /holds 3 of 1000/)
      assert.equal(judge(second, counts(1000, 0, 2), limits.timeMs).kind, 'passed', 'two are chance')
      assert.equal(judge(second, counts(1000, 10, 30), limits.timeMs).kind, 'passed', 'as much as it may')
      assert.equal(judge(second, counts(1000, 1, 1, 4), limits.timeMs).kind, 'passed', 'a few of many')
    })

    test('much that comes through, or one that is held as a virus or phishing, waits for a person', () => {
      assert.equal(judge(second, counts(1000, 31, 10), limits.timeMs).kind, 'goes-on')
      assert.equal(judge(second, counts(1000, 30, 10), limits.timeMs).kind, 'passed')
      assert.equal(judge(second, counts(1000, 9, 0), limits.timeMs).kind, 'passed')
      const bad = { ...counts(1000, 1, 0), freedBad: 1 }
      assert.equal(judge(second, bad, limits.timeMs).kind, 'goes-on')
      assert.match(describeNext(second, limits, { stage: bad, step: bad }) ?? '', /virus or phishing/)
    })

    test('without a guard nothing goes on', () => {
      assert.equal(judge({ ...second, guard: 0 }, counts(1000, 1, 1), limits.timeMs).kind, 'goes-on')
    })

    test('it says when it goes on, and that a step takes its time', () => {
      const quiet = counts(3, 0, 0)
      assert.equal(
        describeNext(second, limits, { stage: quiet, step: quiet }),
        'goes on to all by itself after 1000 messages in 10 minutes or more, or after 24 hours with 50 deliveries at least, if nothing speaks against it',
      )
    })

    test('the first share says that it does not ask how much mail there is, and by what it went on', () => {
      const quiet = counts(3, 0, 0)
      assert.match(
        describeNext(first, limits, { stage: quiet, step: quiet }) ?? '',
        /or after 24 hours, however little mail that is, if nothing speaks/,
      )
      assert.equal(
        describeShown({ ...counts(1200, 0, 0), messages: 1000 }, limits),
        'nothing spoke against it over 1000 messages to 1200 recipients',
      )
      assert.equal(
        describeShown({ ...counts(60, 0, 0), messages: 1 }, limits),
        'its time (24 hours) is over, and nothing spoke against it over 1 message to 60 recipients',
      )
      assert.match(
        describeShown(quiet, limits),
        /against it; 3 messages to 3 recipients is too little to say much, so the next share/,
      )
      assert.match(describeShown(counts(0, 0, 0), limits), /over without any mail, so the next share/)
    })

    test('harm in one step stops it, whatever many quiet deliveries before would hide', () => {
      const all = counts(5000, 100, 160)
      assert.equal(judge(second, all, 0, counts(60, 0, 60)).kind, 'stop')
      assert.equal(judge(second, all, 0, counts(60, 20, 60)).kind, 'goes-on')
    })
  })
})
