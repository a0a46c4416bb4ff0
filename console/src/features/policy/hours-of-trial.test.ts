import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hoursOfTrial, stageOfHours } from './hours-of-trial.ts'

const hour = (stage: 'shadow' | 'canary', at: string, heldBefore: number, heldAfter: number) => ({
  ...{ stage, hour: `2026-11-23T${at}:00:00.000Z`, heldBefore, heldAfter },
  ...{ messages: 5, deliveries: 5, changed: 1, freedBad: 0, failed: 0 },
})

test('hours of its stage alone, in order, and one without mail as a gap', () => {
  const hours = [
    hour('shadow', '08', 9, 9),
    hour('shadow', '09', 7, 7),
    hour('canary', '09', 1, 2),
    hour('canary', '11', 0, 3),
  ]
  assert.deepEqual(hoursOfTrial({ stage: 'canary', hours }), [
    { at: '2026-11-23T09:00:00.000Z', values: { before: 1, after: 2 } },
    { at: '2026-11-23T10:00:00.000Z', values: { before: null, after: null } },
    { at: '2026-11-23T11:00:00.000Z', values: { before: 0, after: 3 } },
  ])
  assert.deepEqual(hoursOfTrial({ stage: 'canary', hours: hours.slice(0, 2) }), [])
})

test('of one that ended, the stage is the one whose hours are there', () => {
  const hours = [hour('shadow', '08', 1, 1)]
  assert.equal(stageOfHours({ stage: 'taken-back', hours }), 'shadow')
  assert.equal(stageOfHours({ stage: 'canary', hours }), 'canary')
})
