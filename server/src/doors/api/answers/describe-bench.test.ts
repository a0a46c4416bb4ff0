import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BenchResult } from '#services/policy/policy-bench.ts'
import { describeBench } from './describe-bench.ts'

const rule = (level: string) => ({
  ...{ id: `of-${level}`, name: `name of ${level}`, level, holds: true, stopped: false, ms: 1 },
  ...{ on: [{ part: 'condition', field: 'subject', test: 'contains', value: level }], recipients: [] },
})
const finding = (check: string, level: string | null) => ({
  ...{ check, code: `${check}-code`, weight: 5, text: `it is of ${level}`, kind: null, level },
})
const found = {
  outcomes: [],
  findings: [
    finding('header', null),
    finding('rules', 'user:a@one.test'),
    finding('rules', 'tenant:one'),
    finding('sender-lists', 'domain:one.test'),
  ],
  rules: [rule('tenant:one'), rule('user:a@one.test')],
  ...{ notAsked: ['DNS'], ms: 3 },
} as unknown as BenchResult

test('of levels above he hears what came of it, and nothing of what their rules and lists say', async () => {
  const told = await describeBench(found, async (level) => level === 'user:a@one.test')
  assert.deepEqual(
    told.rules.map(({ id }) => id),
    ['of-user:a@one.test'],
  )
  assert.deepEqual(
    told.findings.map(({ code, weight, text }) => [code, weight, text]),
    [
      ['header-code', 5, 'it is of null'],
      ['rules-code', 5, 'it is of user:a@one.test'],
      ['rules-code', 5, 'A rule of a level above says so.'],
      ['sender-lists-code', 5, 'A list of a level above says so.'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(told), /tenant:one|domain:one|"level":null/)
})

test('whoever reaches the levels has all of it', async () => {
  const told = await describeBench(found)
  assert.deepEqual(told.rules, found.rules)
  assert.match(told.findings[2]?.text ?? '', /tenant:one/)
})
