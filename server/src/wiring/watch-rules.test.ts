import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InspectionOutcome } from '#flow/inspection/inspection-job.ts'
import { waitUntil } from '../../../tests/harness/wait-until.ts'
import { watchRules } from './watch-rules.ts'

const outcome = (message: string) =>
  ({
    findings: [
      {
        code: 'rule-skipped',
        evidence: { rule: 'r1', name: 'slow', scope: 'tenant:a', tenant: 'a', message, why: 'slow', ms: 60 },
      },
    ],
  }) as unknown as InspectionOutcome

test('overruns of the text that a rule had before do not pause the one that its owner has mended', async () => {
  let changedAt = 0
  let asked = 0
  const paused: string[][] = []
  const policy = {
    rule: async () => {
      asked += 1
      return { id: 'r1', changedAt, owner: '' }
    },
    pauseRule: async (_id: string, { samples }: { samples: string[] }) => {
      paused.push(samples)
      return true
    },
    noteSkips: async () => undefined,
  }
  const base = { alarms: { pulse: () => undefined }, stores: { policy }, log: {} } as never
  const note = watchRules(base, async () => undefined)
  for (const n of [1, 2, 3, 4]) note(outcome(`old${n}`))
  changedAt = Date.now()
  await waitUntil('time goes by', () => Date.now() > changedAt)
  note(outcome('new1'))
  await waitUntil('it was looked at', () => asked === 1)
  assert.deepEqual(paused, [])
  for (const n of [2, 3, 4]) note(outcome(`new${n}`))
  assert.equal(asked, 1)
  note(outcome('new5'))
  await waitUntil('it is paused', () => paused.length === 1)
  assert.deepEqual(paused, [['new1', 'new2', 'new3', 'new4', 'new5']])
})
