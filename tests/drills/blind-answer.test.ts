import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Incident, judge, judgeRound } from './blind-answer.ts'
import type { FaultNote } from './blind-faults.ts'

const incident = (stage: string, name: string | null, hop: string | null = null): Incident => ({
  ...{ id: '1', state: 'investigating', stage, node: null, hop, quietSince: null, predicate: null },
  ...{ figures: null, log: [], cause: name === null ? null : { name, words: '', at: '' } },
})
const note = (stages: string[], cause: string, hop: string | null = null): FaultNote => ({
  ...{ fault: 'made up', stages, node: null, hop, causes: [cause] },
})
const [dns, hop] = [note(['inspect'], 'dns'), note(['deliver'], 'next-hop', 'smtp://plain.hop.test:2525')]

test('a server is named as figures have it: by its address with the port, or by its domain', () => {
  const said = (named: string, meant: string) =>
    judge(incident('deliver', 'next-hop', named), note(['deliver'], 'next-hop', meant))
  assert.equal(said('127.0.0.1:2525', 'smtp://127.0.0.1:2525?tls=required'), 'right')
  assert.equal(said('127.0.0.1:25', 'smtp://127.0.0.1:2525'), 'wrong')
  assert.equal(said('hop.test', 'smtp://plain.hop.test:2525'), 'right')
  assert.equal(said('op.test', 'smtp://plain.hop.test:2525'), 'wrong')
})

test('a limit that moves is named where each of its places was named in its time', () => {
  const [first, second] = [incident('inspect', 'dns'), incident('deliver', 'next-hop', 'hop.test')]
  assert.equal(judgeRound([[first], [first, second]], [dns, hop], []).verdict, 'right')
  assert.equal(judgeRound([[first], [second]], [dns, hop], []).incident, second)
  assert.equal(judgeRound([[first], [first]], [dns, hop], []).verdict, 'unknown', 'the second was not named')
  assert.equal(
    judgeRound([[], [first, second]], [dns, hop], []).verdict,
    'unknown',
    'the first came too late',
  )
})

test('one wrong name is worse than none; what is true beside the fault is not wrong', () => {
  const [right, load] = [incident('deliver', 'next-hop', 'hop.test'), incident('inspect', 'load')]
  assert.equal(judgeRound([[right, load]], [hop], []).verdict, 'wrong')
  assert.equal(judgeRound([[right, load]], [hop], [note(['inspect'], 'load')]).verdict, 'right')
  assert.equal(judgeRound([[load]], [hop], [note(['inspect'], 'load')]).verdict, 'unknown')
  assert.equal(judgeRound([[incident('inspect', null)]], [hop], []).verdict, 'unknown')
})
